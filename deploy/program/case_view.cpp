#include "deploy/program/case_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/apply.hpp"
#include "engine/casework/talon.hpp"
#include "engine/runtime/partition.hpp"

namespace reglament::program {
namespace {

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json rejection_json(const Entry& entry) {
  Json json;
  put_rejection(json,
                {std::string(entry.rejection->code), std::string(entry.paragraph),
                 std::string(entry.rejection->expected), std::string(entry.rejection->actual)});
  return json;
}

}  // namespace

Case find_case(StoreReader& reader, std::string_view talon, const Framework& law) {
  const auto parts = parse_talon(talon);
  if (!parts) {
    throw BadInput(fmt::format(
        "expected a talon as BZP-AKMOLA-2015-000042-K with its right check character, found '{}': "
        "it is mistyped",
        talon));
  }
  if (parts->case_number != 0 && parts->case_number <= INT64_MAX) {
    if (const auto bytes = reader.case_state(parts->case_number)) {
      Case state = decode_case(*bytes);
      if (talon_of(state, law) == in_capitals(talon)) return state;
    }
  }
  throw BadInput(fmt::format("expected the talon of a case, found '{}': no such case", talon));
}

void for_each_entry_of(StoreReader& reader, const Case& state,
                       const std::function<bool(const Entry&, const StoredEntry&)>& visit) {
  const auto partitions = reader.settings().partitions;
  const LogId log = partition_of(state.number, partitions);
  for (const LeafIndex leaf : state.leaves) {
    const auto stored = reader.entry(log, leaf);
    if (!stored) {
      throw Unavailable(fmt::format("expected entry {} of log {}, found none", leaf, log));
    }
    if (!visit(decode_entry(stored->bytes), *stored)) return;
  }
}

Case case_at(StoreReader& reader, const Case& state, Instant moment) {
  if (moment < state.filed_at) {
    throw BadInput(fmt::format("expected a time from the filing on, {}, found {}, --at",
                               local_time(state.filed_at, state.office.view()),
                               local_time(moment, state.office.view())));
  }
  Case then;
  for_each_entry_of(reader, state, [&](const Entry& entry, const StoredEntry& stored) {
    if (entry.at > moment) return false;
    apply(then, entry, stored.hash);
    return true;
  });
  return then;
}

DeadlineStatus status_at(const Deadline& deadline, Instant moment) {
  const bool passed = deadline.is_open() && !deadline.suspended_at && deadline.due_at <= moment;
  return passed ? DeadlineStatus::breached : deadline.status();
}

bool is_overdue(const Case& state, Instant moment) {
  return state.is_open() && std::ranges::any_of(state.deadlines, [&](const Deadline& deadline) {
           return deadline.is_open() && status_at(deadline, moment) == DeadlineStatus::breached;
         });
}

Json case_head(const Case& state, const Framework& law) {
  const std::string_view office = state.office.view();
  const Deadline* const service = state.service_deadline();
  Json json;
  json["talon"] = talon_of(state, law);
  json["regulation"] = state.regulation.view();
  json["edition"] = state.edition.view();
  json["state"] = state.is_open() ? "open" : "closed";
  json["step"] = text_or_null(state.step.view());
  json["office"] = state.holder().view();
  json["filed_at"] = local_time(state.filed_at, office);
  json["due_date"] = service ? Json(format_date(service->due)) : Json();
  json["due_at"] = service ? Json(local_time(service->due_at, office)) : Json();
  json["closed_at"] = state.closed_at ? Json(local_time(*state.closed_at, office)) : Json();
  json["result"] = text_or_null(state.result.view());
  return json;
}

Json deadline_json(const Deadline& deadline, Instant moment) {
  Json json;
  json["scope"] = deadline.scope.view();
  json["step"] = text_or_null(deadline.step.view());
  json["office"] = deadline.office.view();
  json["term"] = deadline.term.view();
  json["start"] = format_date(deadline.start);
  json["due_date"] = format_date(deadline.due);
  json["due_at"] = local_time(deadline.due_at, deadline.office.view());
  json["calendar"] = deadline.calendar.view();
  json["status"] = code(status_at(deadline, moment));
  json["paragraph"] = deadline.paragraph.view();
  if (deadline.suspended_at) {
    json["suspended_at"] = local_time(*deadline.suspended_at, deadline.office.view());
    json["left"] = deadline.rest.view();
  }
  if (deadline.lapsed) json["lapsed"] = true;
  if (deadline.level > 0) json["level"] = deadline.level;
  return json;
}

std::string outcome_text(const Json& entry) {
  std::string text = entry["outcome"].is_string() ? entry["outcome"].get<std::string>() : "-";
  if (entry.contains("ground")) text += fmt::format(" ({})", entry["ground"].get<std::string>());
  if (entry.contains("moved")) {
    for (const Json& deadline : entry["moved"]) {
      text += fmt::format(", due {} -> {}", deadline["old_due_date"].get<std::string>(),
                          deadline["due_date"].get<std::string>());
    }
  }
  if (entry.contains("rejection")) {
    const Json& rejection = entry["rejection"];
    text += fmt::format(" ({}: expected {}, found {})", rejection["code"].get<std::string>(),
                        rejection["expected"].get<std::string>(),
                        rejection["actual"].get<std::string>());
  }
  return text;
}

// Deadlines that an entry moved to another date.
Json moved_json(const Entry& entry) {
  Json moved = Json::array();
  for (const DeadlineChange& change : entry.deadlines) {
    if (change.change != deadline_change::moved) continue;
    moved.push_back({{"scope", change.scope},
                     {"step", text_or_null(change.step)},
                     {"old_due_date", format_date(change.old_due)},
                     {"due_date", format_date(change.due)}});
  }
  return moved;
}

Json entry_json(const Entry& entry, std::string_view filing_office) {
  Json json;
  json["seq"] = entry.seq;
  json["at"] = local_time(entry.at, filing_office);
  json["kind"] = entry.kind;
  json["step"] = text_or_null(entry.step);
  json["outcome"] = text_or_null(entry.outcome);
  json["actor"] = text_or_null(entry.actor);
  json["paragraph"] = text_or_null(entry.paragraph);
  json["next_step"] = text_or_null(entry.next_step);
  if (!entry.office.empty()) json["office"] = entry.office;
  if (!entry.ground.empty()) json["ground"] = entry.ground;
  if (entry.noticed_at != entry.at)
    json["noticed_at"] = local_time(entry.noticed_at, filing_office);
  if (entry.kind == entry_kind::calendar) json["moved"] = moved_json(entry);
  if (entry.rejection) json["rejection"] = rejection_json(entry);
  return json;
}

}  // namespace reglament::program
