#include "adapters/postgresql/postgresql_leases.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "adapters/postgresql/schema.hpp"
#include "adapters/soci/columns.hpp"
#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace postgresql {
namespace {

using Integer = std::int64_t;
using Text = std::string_view;

// What the calls run, prepared once a connection. clock_timestamp() is the time of the statement;
// now() would be that of the transaction's begin.
struct Statements {
  explicit Statements(const sql::Session& session)
      : put_node(session,
                 "INSERT INTO node (node, name, address, until) VALUES (:node, :name, :address,"
                 " clock_timestamp() + :duration::bigint * interval '1 millisecond')"
                 " ON CONFLICT (node) DO UPDATE SET name = excluded.name,"
                 " address = excluded.address, until = excluded.until"),
        // Rows that another node is about to renew are not waited for: each would wait for the
        // other.
        forget_dead(session,
                    "DELETE FROM node WHERE node IN (SELECT node FROM node"
                    " WHERE until <= clock_timestamp() FOR UPDATE SKIP LOCKED)"),
        prolong(session,
                "UPDATE lease SET until = clock_timestamp() + :duration::bigint * interval"
                " '1 millisecond' WHERE node = :node"),
        nodes(session,
              "SELECT node, name, address FROM node WHERE until > clock_timestamp()"
              " ORDER BY joined"),
        leases(session, "SELECT log, node FROM lease WHERE until > clock_timestamp() ORDER BY log"),
        acquire(session,
                "INSERT INTO lease (log, node, until) VALUES (:log, :node,"
                " clock_timestamp() + :duration::bigint * interval '1 millisecond')"
                " ON CONFLICT (log) DO UPDATE SET node = excluded.node, until = excluded.until"
                " WHERE lease.until <= clock_timestamp() OR lease.node = excluded.node"),
        release(session, "DELETE FROM lease WHERE log = :log AND node = :node"),
        release_all(session, "DELETE FROM lease WHERE node = :node"),
        remove_node(session, "DELETE FROM node WHERE node = :node"),
        set_target(session,
                   "INSERT INTO clock_target (only_row, at) VALUES (1, :at)"
                   " ON CONFLICT (only_row) DO UPDATE SET at = excluded.at"
                   " WHERE clock_target.at < excluded.at"),
        target(session, "SELECT at FROM clock_target") {}

  sql::Command<Text, Text, Text, Integer> put_node;
  sql::Command<> forget_dead;
  sql::Command<Integer, Text> prolong;
  sql::Query<sql::Takes<>, sql::Gives<Text, Text, Text>> nodes;
  sql::Query<sql::Takes<>, sql::Gives<Integer, Text>> leases;
  sql::Command<Integer, Text, Integer> acquire;
  sql::Command<Integer, Text> release;
  sql::Command<Text> release_all;
  sql::Command<Text> remove_node;
  sql::Command<Integer> set_target;
  sql::Query<sql::Takes<>, sql::Gives<Integer>> target;
};

class PostgresqlLeases final : public Leases {
  // First what the functions below deduce their results from.
  struct Connected {
    explicit Connected(const std::string& url)
        : session(sql::open_postgresql({.url = url})), statements(session) {}
    sql::Session session;
    Statements statements;
  };

  Connected& connected() {
    if (!connected_ || !connected_->session.is_usable()) {
      connected_.reset();
      connected_.emplace(url_);
    }
    return *connected_;
  }

  // A commit of unknown outcome is Unavailable here: the next call says the same again.
  template <class Call>
  auto in_transaction(Call call) {
    Connected& on = connected();
    sql::Transaction transaction(on.session);
    auto result = call(on.statements);
    if (transaction.commit() != sql::CommitOutcome::committed) {
      throw Unavailable(on.session.trouble());
    }
    return result;
  }

 public:
  explicit PostgresqlLeases(std::string url) : url_(std::move(url)) {
    expect_known_schema(connected().session);
  }

  [[nodiscard]] Membership renew(const NodeRegistration& self,
                                 std::chrono::milliseconds duration) override {
    return in_transaction([&](Statements& run) {
      run.put_node.run(self.id, self.name, self.address, duration.count());
      run.forget_dead.run();
      run.prolong.run(duration.count(), self.id);
      return seen(run);
    });
  }
  [[nodiscard]] bool acquire(LogId log, const NodeId& node,
                             std::chrono::milliseconds duration) override {
    return in_transaction(
        [&](Statements& run) { return run.acquire.run(log, node, duration.count()) == 1; });
  }
  void release(LogId log, const NodeId& node) override {
    in_transaction([&](Statements& run) { return run.release.run(log, node); });
  }
  void leave(const NodeId& node) override {
    in_transaction([&](Statements& run) {
      run.release_all.run(node);
      return run.remove_node.run(node);
    });
  }
  [[nodiscard]] Membership membership() override {
    return in_transaction([&](Statements& run) { return seen(run); });
  }
  void set_clock_target(Instant to) override {
    in_transaction([&](Statements& run) { return run.set_target.run(sql::from_instant(to)); });
  }
  [[nodiscard]] std::optional<Instant> clock_target() override {
    const auto row = connected().statements.target.first();
    if (!row) return std::nullopt;
    return sql::to_instant(std::get<0>(*row));
  }

 private:
  static Membership seen(Statements& run) {
    Membership result;
    run.nodes.each([&](Text node, Text name, Text address) {
      result.nodes.push_back({std::string(node), std::string(name), std::string(address)});
    });
    run.leases.each([&](Integer log, Text node) {
      result.leases.push_back({static_cast<LogId>(log), std::string(node)});
    });
    return result;
  }

  const std::string url_;
  std::optional<Connected> connected_;
};

}  // namespace
}  // namespace postgresql

std::unique_ptr<Leases> open_postgresql_leases(const std::string& url) {
  return std::make_unique<postgresql::PostgresqlLeases>(url);
}

}  // namespace reglament
