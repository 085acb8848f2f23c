#include "engine/runtime/standing_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include <variant>

#include "engine/casework/case.hpp"
#include "engine/casework/dossier.hpp"
#include "engine/runtime/evidence.hpp"
#include "engine/runtime/partition.hpp"

namespace reglament {
namespace {

// An answered task, as the inbox has it or as an entry says it.
struct Answered {
  CaseNumber case_number{};
  LeafIndex leaf{};
  std::uint32_t task{};
  LogId log{};
  auto operator<=>(const Answered&) const = default;
};

std::string utc(Instant instant) { return format_instant(instant, {}); }

CaseNumber case_of(const Message& message) {
  return std::visit([](const auto& one) { return one.case_number; }, message);
}

std::string name_of(const Deadline& deadline) {
  return deadline.scope == deadline_scope::service
             ? std::string("deadline of the service")
             : fmt::format("deadline of step {}", deadline.step.view());
}

class StandingChecks {
 public:
  StandingChecks(StoreReader& reader, Instant now, const Framework& framework)
      : reader_(reader),
        framework_(framework),
        partitions_(static_cast<std::uint32_t>(std::max<std::size_t>(reader.logs().size(), 1))) {
    for (const StoredLog& log : reader.logs()) {
      due_by_.push_back(std::min(now, log.clock_now.value_or(now)));
    }
    due_by_.resize(partitions_, now);
  }

  StandingReport run() {
    read_outbox();
    read_inbox();
    reader_.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
      check_case(row);
      return true;
    });
    check_rest_of_inbox();
    check_messages_without_case();
    check_refused_filings();
    return std::move(report_);
  }

 private:
  struct Waiting {  // messages of one case that have not left
    LogId log{};
    std::uint32_t highest_task{};
    bool one_log = true;
  };

  void find(std::string_view check, LogId log, std::optional<CaseNumber> number, std::string text) {
    report_.findings.push_back({std::string(check), log, number, std::move(text)});
  }

  void read_outbox();
  void read_inbox();
  void check_case(const StoredCase& row);
  void check_row(const StoredCase& row, const Case& state);
  void check_entry(const StoredCase& row, const Entry& entry, const Case& before);
  void check_expiry(const StoredCase& row, const Entry& entry, const DeadlineChange& change,
                    const Case& before);
  void check_clause(const StoredCase& row, const Entry& entry, const Case& before);
  void check_dossier(const Entry& entry);
  void check_filed(const StoredCase& row, const Entry& entry);
  void check_progress(const StoredCase& row, const Case& state);
  void check_tasks(const StoredCase& row, const Case& state);
  void check_due(const StoredCase& row, const Case& state);
  void check_inbox(const StoredCase& row, std::vector<Answered> answered);
  void check_waiting(const StoredCase& row, const Case& state);
  void check_rest_of_inbox();
  void check_messages_without_case();
  void check_refused_filing(const StoredEntry& stored);
  void check_refused_filings();

  StoreReader& reader_;
  std::vector<Instant> due_by_;  // by log: what was due by then has expired
  const Framework& framework_;
  std::uint32_t partitions_;
  StandingReport report_;
  std::map<CaseNumber, Waiting> outbox_;
  std::set<CaseNumber> in_flight_;  // of outbox_, those whose case was seen
  std::vector<Answered> inbox_;     // ascending
};

void StandingChecks::read_outbox() {
  reader_.for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    const auto [at, is_first] = outbox_.try_emplace(case_of(message.message));
    Waiting& waiting = at->second;
    if (is_first) waiting.log = message.log;
    waiting.one_log = waiting.one_log && waiting.log == message.log;
    if (const auto* task = std::get_if<TaskMessage>(&message.message)) {
      waiting.highest_task = std::max(waiting.highest_task, task->task);
    }
    return true;
  });
}

void StandingChecks::read_inbox() {
  reader_.for_each_inbox([&](const StoredInbox& row) {
    inbox_.push_back({row.case_number, row.leaf, row.task, row.log});
    return true;
  });
  std::ranges::sort(inbox_);
}

// ---- A case and its entries --------------------------------------------------------------------

void StandingChecks::check_case(const StoredCase& row) {
  ++report_.cases;
  std::vector<Answered> answered;
  const Replayed replayed = replay(reader_, row, [&](const Entry& entry, const Case& before) {
    if (entry.kind == entry_kind::answered) {
      answered.push_back({row.number, entry.leaf, entry.task, entry.log});
    }
    check_entry(row, entry, before);
  });
  if (!replayed.difference.empty()) find("state", row.log, row.number, replayed.difference);
  if (!replayed.state) return;
  const Case& state = *replayed.state;
  check_row(row, state);
  check_progress(row, state);
  check_tasks(row, state);
  check_due(row, state);
  check_waiting(row, state);
  // Entries that could not be read would show as answers that the inbox has too many.
  if (replayed.difference.empty()) check_inbox(row, std::move(answered));
}

void StandingChecks::check_row(const StoredCase& row, const Case& state) {
  if (row.number == 0 || partition_of(row.number, partitions_) != row.log) {
    find("state", row.log, row.number, fmt::format("the case is not of log {}", row.log));
  }
  if (row.open != state.is_open()) {
    find("state", row.log, row.number,
         fmt::format("expected a case that is {}, found its row says otherwise",
                     state.is_open() ? "open" : "closed"));
  }
  if (row.alarm_at != state.alarm()) {
    const auto text = [](const std::optional<Instant>& alarm) {
      return alarm ? utc(*alarm) : std::string("none");
    };
    find("state", row.log, row.number,
         fmt::format("expected the alarm {}, found its row has {}", text(state.alarm()),
                     text(row.alarm_at)));
  }
  if (framework_.catalogue.find(state.regulation.view(), state.edition.view()) == nullptr) {
    find("state", row.log, row.number,
         fmt::format("expected an edition that this program knows, found {} of {}",
                     state.edition.view(), state.regulation.view()));
  }
}

void StandingChecks::check_entry(const StoredCase& row, const Entry& entry, const Case& before) {
  if (entry.kind == entry_kind::filed) check_filed(row, entry);
  check_clause(row, entry, before);
  check_dossier(entry);
  for (const DeadlineChange& change : entry.deadlines) check_expiry(row, entry, change, before);
  std::uint32_t offered = before.tasks_offered;
  for (const TaskOffer& offer : entry.offered) {
    // A new task has the next number; one that is offered again was open.
    const bool again = before.find_task(offer.ordinal) != nullptr;
    if (!again && offer.ordinal != ++offered) {
      find("task", row.log, row.number,
           fmt::format("entry {}: expected to offer task {}, found task {}", entry.seq, offered,
                       offer.ordinal));
    }
  }
  if (entry.kind == entry_kind::answered && before.find_task(entry.task) == nullptr) {
    find("task", row.log, row.number,
         fmt::format("entry {}: expected an answer to an open task, found one to task {}",
                     entry.seq, entry.task));
  }
}

// What people wrote may be erased; what is still there must be what the entry commits to.
void StandingChecks::check_dossier(const Entry& entry) {
  if (!entry.commitment) return;
  const auto dossier = reader_.dossier(entry.log, entry.leaf);
  if (!dossier || commitment(dossier->salt, dossier->value) == *entry.commitment) return;
  const std::optional<CaseNumber> number =
      entry.case_number == 0 ? std::nullopt : std::optional(entry.case_number);
  find("dossier", entry.log, number,
       fmt::format("expected the dossier to which entry {} at leaf {} commits, found another",
                   entry.seq, entry.leaf));
}

// I5: what moved the case is a clause of the edition that the entry cites.
void StandingChecks::check_clause(const StoredCase& row, const Entry& entry, const Case& before) {
  const bool is_filing = entry.kind == entry_kind::filed;
  const bool is_expiry = entry.kind == entry_kind::expired && entry.outcome == deadline_scope::step;
  const bool is_answer = entry.kind == entry_kind::answered;
  if (!is_filing && !is_expiry && !is_answer && entry.kind != entry_kind::act) return;
  const Regulation* const edition = framework_.catalogue.find(entry.regulation, entry.edition);
  if (edition == nullptr) return;  // check_row says so
  // A side task has a step of its own; whose answer or term it is, the case knows.
  std::string_view in = is_filing ? not_filed : before.step.view();
  if (const Task* const task = before.find_task(entry.task); is_answer && task != nullptr) {
    in = task->step.view();
  }
  if (is_expiry && !entry.deadlines.empty()) in = entry.deadlines.front().step;
  const std::string_view on = is_filing   ? occasion_code::filing
                              : is_expiry ? occasion_code::term_expired
                                          : entry.outcome;
  const bool allowed = std::ranges::any_of(edition->clauses, [&](const ClauseLine& clause) {
    const std::string_view next = clause.stays ? std::string_view() : clause.next;
    return clause.in == in && clause.on == on && next == entry.next_step &&
           clause.paragraph == entry.paragraph;
  });
  if (allowed) return;
  find("clause", row.log, row.number,
       fmt::format("entry {}: expected a clause of {} {}, found {} on {} to {}, citing {}",
                   entry.seq, entry.regulation, entry.edition, in, on, entry.next_step,
                   entry.paragraph));
}

void StandingChecks::check_expiry(const StoredCase& row, const Entry& entry,
                                  const DeadlineChange& change, const Case& before) {
  const bool ends = change.change == deadline_change::expired ||
                    change.change == deadline_change::met ||
                    change.change == deadline_change::ended_late;
  if (!ends) return;
  const auto deadline = std::ranges::find_if(before.deadlines, [&](const Deadline& one) {
    return one.is_open() && one.scope == change.scope && one.step == change.step;
  });
  if (deadline == before.deadlines.end()) return;  // set by this entry, or C1 says it
  const bool expires_now = std::ranges::any_of(entry.deadlines, [&](const DeadlineChange& other) {
    return other.change == deadline_change::expired && other.scope == change.scope &&
           other.step == change.step;
  });
  std::string text;
  if (change.change == deadline_change::expired) {
    if (deadline->expired) {
      text = "it had expired before";
    } else if (entry.at != deadline->due_at) {
      text =
          fmt::format("it was due at {}, and expired at {}", utc(deadline->due_at), utc(entry.at));
    }
  } else if (!deadline->expired && !deadline->suspended_at && !expires_now &&
             entry.at >= deadline->due_at) {
    text = fmt::format("it was due at {}, ended at {}, and has no entry of its expiry",
                       utc(deadline->due_at), utc(entry.at));
  }
  if (text.empty()) return;
  find("deadline", row.log, row.number,
       fmt::format("entry {}, {}: {}", entry.seq, name_of(*deadline), text));
}

void StandingChecks::check_filed(const StoredCase& row, const Entry& entry) {
  const auto request = reader_.request(entry.message_id);
  if (request && request->log == entry.log && request->leaf == entry.leaf &&
      request->case_number == row.number) {
    return;
  }
  find("request", row.log, row.number,
       fmt::format("expected request {} to lead to leaf {}, found {}", entry.message_id, entry.leaf,
                   request ? fmt::format("log {}, leaf {}, case {}", request->log, request->leaf,
                                         request->case_number)
                           : "none"));
}

// ---- A case as it stands -----------------------------------------------------------------------

void StandingChecks::check_progress(const StoredCase& row, const Case& state) {
  if (!state.is_open()) {
    if (!state.tasks.empty() || state.alarm()) {
      find("progress", row.log, row.number, "the case is closed, and a task or a deadline is open");
    }
    return;
  }
  ++report_.open_cases;
  const auto waiting = outbox_.find(row.number);
  if (waiting != outbox_.end() && waiting->second.highest_task > 0) {
    ++report_.by_message;
  } else if (!state.tasks.empty()) {
    ++report_.by_task;
  } else if (state.alarm()) {
    ++report_.by_deadline;
  } else {
    find("progress", row.log, row.number,
         fmt::format("stalled in step {}: no message, no task, no running deadline",
                     state.step.view()));
  }
}

void StandingChecks::check_tasks(const StoredCase& row, const Case& state) {
  const Regulation* const edition =
      framework_.catalogue.find(state.regulation.view(), state.edition.view());
  for (const Task& task : state.tasks) {
    const StepLine* const step = edition ? edition->find_step(task.step.view()) : nullptr;
    if (task.step != state.step && (step == nullptr || !step->beside)) {
      find("task", row.log, row.number,
           fmt::format("expected open tasks of step {}, found task {} of step {}",
                       state.step.view(), task.ordinal, task.step.view()));
    }
    if (!framework_.directory.find(task.office.view())) {
      find("task", row.log, row.number,
           fmt::format("expected an office of the directory for task {}, found {}", task.ordinal,
                       task.office.view()));
    }
  }
}

void StandingChecks::check_due(const StoredCase& row, const Case& state) {
  if (!state.is_open()) return;
  const Instant now = due_by_[std::min<std::size_t>(row.log, due_by_.size() - 1)];
  for (const Deadline& deadline : state.deadlines) {
    if (!deadline.is_open() || deadline.suspended_at) continue;
    const bool missed_expiry = !deadline.expired && deadline.due_at <= now;
    const bool missed_rung =
        deadline.expired && deadline.escalate_at && *deadline.escalate_at <= now;
    if (!missed_expiry && !missed_rung) continue;
    find("deadline", row.log, row.number,
         fmt::format("{}: it was {} at {}, it is {}, and it has no entry of its {}",
                     name_of(deadline), missed_rung ? "to be reported further up" : "due",
                     utc(missed_rung ? *deadline.escalate_at : deadline.due_at), utc(now),
                     missed_rung ? "escalation" : "expiry"));
  }
}

// ---- Inbox, outbox, requests -------------------------------------------------------------------

// Cases come ascending, and so do the rows of the inbox.
void StandingChecks::check_inbox(const StoredCase& row, std::vector<Answered> answered) {
  std::ranges::sort(answered);
  const auto begin = std::ranges::lower_bound(inbox_, row.number, {}, &Answered::case_number);
  const auto end = std::ranges::upper_bound(inbox_, row.number, {}, &Answered::case_number);
  std::vector<Answered> only_entries;
  std::vector<Answered> only_inbox;
  std::ranges::set_difference(answered, std::ranges::subrange(begin, end),
                              std::back_inserter(only_entries));
  std::ranges::set_difference(std::ranges::subrange(begin, end), answered,
                              std::back_inserter(only_inbox));
  for (const Answered& one : only_entries) {
    find("inbox", row.log, row.number,
         fmt::format("the answer to task {} at leaf {} is not in the inbox", one.task, one.leaf));
  }
  for (const Answered& one : only_inbox) {
    find("inbox", one.log, row.number,
         fmt::format("the inbox has an answer to task {} at leaf {} of log {}, where there is none",
                     one.task, one.leaf, one.log));
  }
}

// Rows of cases that do not exist.
void StandingChecks::check_rest_of_inbox() {
  for (auto at = inbox_.begin(); at != inbox_.end();) {
    const auto end =
        std::ranges::upper_bound(at, inbox_.end(), at->case_number, {}, &Answered::case_number);
    if (!reader_.case_state(at->case_number)) {
      find("inbox", at->log, at->case_number,
           fmt::format("the inbox has {} answers of a case that does not exist", end - at));
    }
    at = end;
  }
}

void StandingChecks::check_waiting(const StoredCase& row, const Case& state) {
  const auto found = outbox_.find(row.number);
  if (found == outbox_.end()) return;
  in_flight_.insert(row.number);
  const Waiting& waiting = found->second;
  if (waiting.log != row.log || !waiting.one_log) {
    find("outbox", row.log, row.number,
         fmt::format("expected messages of log {}, found some of another", row.log));
  }
  if (waiting.highest_task > state.tasks_offered) {
    find("outbox", row.log, row.number,
         fmt::format("expected messages of tasks up to {}, found one of task {}",
                     state.tasks_offered, waiting.highest_task));
  }
}

void StandingChecks::check_messages_without_case() {
  for (const auto& [number, waiting] : outbox_) {
    if (in_flight_.contains(number) || reader_.case_state(number)) continue;
    find("outbox", waiting.log, number, "a message waits for a case that does not exist");
  }
}

void StandingChecks::check_refused_filing(const StoredEntry& stored) {
  const Entry entry = decode_entry(stored.bytes);
  if (entry.kind != entry_kind::filing_refused) return;
  const auto request = reader_.request(entry.message_id);
  if (request && request->log == stored.log && request->leaf == stored.leaf &&
      request->case_number == 0) {
    return;
  }
  find("request", stored.log, std::nullopt,
       fmt::format("expected request {} to lead to its refusal at leaf {}, found {}",
                   entry.message_id, stored.leaf, request ? "another answer" : "none"));
}

void StandingChecks::check_refused_filings() {
  const auto check = [&](const StoredEntry& stored) {
    try {
      check_refused_filing(stored);
    } catch (const Malformed& error) {
      find("state", stored.log, std::nullopt,
           fmt::format("the entry at leaf {} is none: {}", stored.leaf, error.what()));
    }
  };
  for (LogId log = 0; log < partitions_; ++log) {
    try {
      reader_.for_each_entry(log, 0, [&](const StoredEntry& stored) {
        if (stored.case_number == 0) check(stored);
        return true;
      });
    } catch (const Unavailable& error) {
      // A row whose columns have another form is damage; a store that is gone says so again here.
      static_cast<void>(reader_.logs());
      find("state", log, std::nullopt, error.what());
    }
  }
}

}  // namespace

StandingReport run_standing_checks(StoreReader& reader, Instant now, const Framework& framework) {
  return StandingChecks(reader, now, framework).run();
}

}  // namespace reglament
