#include "adapters/postgresql/locks.hpp"

#include <fmt/format.h>

#include <string>

#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"

namespace reglament::postgresql {
namespace {

using Integer = std::int64_t;

// The first key of all our locks, "RGLT". The second is the lock and the schema.
constexpr Integer kOurs = 0x52474C54;

std::string key_of(Lock lock) {
  return fmt::format("{}, hashtext({} || current_schema())", kOurs,
                     fmt::format("'{} '", static_cast<Integer>(lock)));
}

std::string holder_of(const sql::Session& session, Lock lock) {
  const auto found =
      sql::Query<sql::Takes<>, sql::Gives<std::string_view>>(
          session, fmt::format("SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a"
                               " ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted"
                               " AND l.database = (SELECT oid FROM pg_database"
                               "                   WHERE datname = current_database())"
                               " AND (l.classid::bigint, l.objid::bigint) ="
                               "     ({}, hashtext('{} ' || current_schema())::bigint & 4294967295)"
                               " LIMIT 1",
                               kOurs, static_cast<Integer>(lock)))
          .first();
  return found && !std::get<0>(*found).empty() ? std::get<0>(*found) : "another program";
}

}  // namespace

void wait_for_lock(const sql::Session& session, Lock lock) {
  static_cast<void>(
      sql::Query<sql::Takes<>, sql::Gives<std::string_view>>(
          session, fmt::format("SELECT pg_advisory_xact_lock({})::text", key_of(lock)))
          .first());
}

void take_lock(const sql::Session& session, Lock lock, Hold hold) {
  const std::string_view function =
      hold == Hold::alone ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
  const auto taken = sql::Query<sql::Takes<>, sql::Gives<Integer>>(
                         session, fmt::format("SELECT {}({})::int", function, key_of(lock)))
                         .first();
  if (taken && std::get<0>(*taken) != 0) return;
  throw TryAgain(fmt::format("expected to be the one owner of {}, found {} owning it",
                             session.place(), holder_of(session, lock)));
}

}  // namespace reglament::postgresql
