#include "engine/casework/decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/ensure.hpp"
#include "engine/casework/ladder.hpp"
#include "engine/casework/move.hpp"

namespace reglament {
namespace {

// Who acts where nobody sent an answer. Frozen: stored as actors.
constexpr std::string_view kApplicant = "applicant";
constexpr std::string_view kTracker = "tracker";

namespace notice_kind {  // frozen
constexpr std::string_view term_warning = "term-warning";
constexpr std::string_view service_overdue = "service-overdue";
constexpr std::string_view term_escalated = "term-escalated";
}  // namespace notice_kind

void describe_case(Entry& entry, const Case& state) {
  entry.case_number = state.number;
  entry.regulation = state.regulation.view();
  entry.edition = state.edition.view();
  entry.step = state.step.view();
}

Rejection not_in_force(const Filing& filing, Date date, const Framework& framework) {
  const auto editions = framework.catalogue.editions_of(filing.regulation);
  // The edition that ended last before the day, or else the first one to come.
  const Regulation* nearest = editions.front();
  for (const Regulation* edition : editions) {
    if (edition->edition.from <= date) nearest = edition;
  }
  const Edition& edition = nearest->edition;
  std::string actual = format_date(date);
  std::string_view paragraph = edition.from_paragraph;
  if (edition.to && date > *edition.to) {
    paragraph = edition.to_paragraph;
    if (const auto& repeal = nearest->act.repealed_by) {
      actual += fmt::format(", after the repeal by {} No. {} of {}", repeal->kind, repeal->number,
                            format_date(repeal->date));
    }
  }
  return {std::string(rejection_code::not_in_force), std::string(paragraph),
          fmt::format("a day of filing from {} to {}", format_date(edition.from),
                      edition.to ? format_date(*edition.to) : "further notice"),
          std::move(actual)};
}

Rejection beyond_calendar(const OutsideCalendar& error) {
  return {std::string(rejection_code::calendar), "calendar", "dates in published years",
          error.what()};
}

}  // namespace

void check_filing(const Filing& filing, const Framework& framework) {
  const auto editions = framework.catalogue.editions_of(filing.regulation);
  if (editions.empty()) {
    throw BadInput(fmt::format("expected a known regulation in field 'regulation', found '{}'",
                               filing.regulation));
  }
  const Regulation& latest = *editions.back();
  if (std::ranges::find(latest.channels, filing.channel) == latest.channels.end()) {
    throw BadInput(fmt::format("expected one of the channels [{}] in field 'channel', found '{}'",
                               fmt::join(latest.channels, ", "), filing.channel));
  }
  const StepLine* first = nullptr;
  for (const StepLine& step : latest.steps) {
    if (!step.initial) continue;
    if (first == nullptr) first = &step;
    // Whether that step is the one of this filing is for the law to say.
    if (framework.directory.filing_office(filing.office, step.role, step.paragraph)) return;
  }
  ENSURE(first != nullptr, "a regulation has an initial step");
  const auto office =
      framework.directory.filing_office(filing.office, first->role, first->paragraph);
  throw BadInput(fmt::format("expected {} in field 'office', found {}", office.error().expected,
                             office.error().actual));
}

Decision decide_filing(const Filing& filing, CaseNumber number, Instant now,
                       const Framework& framework) {
  Decision decision;
  Entry& entry = decision.entry;
  entry.kind = entry_kind::filed;
  entry.at = entry.noticed_at = now;
  entry.regulation = filing.regulation;
  entry.office = filing.office;
  entry.actor = kApplicant;
  entry.message_id = filing.request_id;
  const OfficeIndex office = *framework.directory.find(filing.office);
  const Date date = framework.directory.civil_date(office, now);
  const Regulation* const regulation = framework.catalogue.in_force(filing.regulation, date);
  if (regulation == nullptr) {
    decision.reject(entry_kind::filing_refused, not_in_force(filing, date, framework));
    return decision;
  }
  entry.edition = regulation->edition.code;
  const Facts facts{filing.documents,
                    filing.applicant.citizenship,
                    {},
                    filing.channel,
                    framework.directory[office].traits};
  const auto taken = regulation->take(not_filed, OccasionView{occasion_code::filing}, facts);
  if (!taken) {
    decision.reject(entry_kind::filing_refused, taken.error());
    return decision;
  }
  const StepLine& initial = *regulation->find_step(taken->clause->next);
  const auto holds =
      framework.directory.filing_office(filing.office, initial.role, taken->clause->paragraph);
  if (!holds) {
    decision.reject(entry_kind::filing_refused, holds.error());
    return decision;
  }
  const Entry described = entry;
  try {
    Move move(decision, *regulation, framework, office, filing.channel, now);
    const auto refusal = move.follow(*taken->clause);
    ENSURE(!refusal, "nothing has run yet that a filing could change");
  } catch (const OutsideCalendar& error) {
    Decision refused;
    refused.entry = described;
    refused.reject(entry_kind::filing_refused, beyond_calendar(error));
    return refused;
  }
  entry.case_number = number;
  return decision;
}

namespace {

Rejection engine_says(std::string_view code, std::string expected, std::string actual) {
  return {std::string(code), "engine", std::move(expected), std::move(actual)};
}

// Why the task that an answer names cannot be answered; nothing where it can.
std::optional<Rejection> refuse_task(const Answer& answer, const Case& state) {
  const auto answered = std::ranges::find(state.answered, answer.task, &AnsweredTask::ordinal);
  if (answered != state.answered.end()) {
    if (answered->fingerprint == fingerprint(answer.message_id)) {
      // Whether it is the very same answer the entry tells, which is not at hand here (docket.cpp).
      return engine_says(
          rejection_code::duplicate, "another message id for another answer",
          fmt::format("that of the answer to task {} that took effect", answer.task));
    }
    return engine_says(rejection_code::late, "an answer to an open task",
                       fmt::format("task {} was answered before", answer.task));
  }
  const Task* const task = state.find_task(answer.task);
  if (task == nullptr) {
    if (answer.task >= 1 && answer.task <= state.tasks_offered) {
      return engine_says(rejection_code::late, "an answer to an open task",
                         fmt::format("task {} was revoked", answer.task));
    }
    return engine_says(rejection_code::unknown_task,
                       fmt::format("a task from 1 to {}", state.tasks_offered),
                       fmt::format("task {}", answer.task));
  }
  if (task->office != answer.office) {
    return engine_says(rejection_code::wrong_office, std::string(task->office.view()),
                       answer.office);
  }
  if (task->attempt != answer.attempt) {
    return engine_says(rejection_code::late, fmt::format("attempt {}", task->attempt),
                       fmt::format("attempt {}", answer.attempt));
  }
  return std::nullopt;
}

void describe_answer(Entry& entry, const Answer& answer, Instant now) {
  entry.kind = entry_kind::answered;
  entry.at = entry.noticed_at = now;
  entry.office = answer.office;
  entry.actor = answer.actor;
  entry.outcome = answer.outcome;
  entry.ground = answer.ground;
  entry.message_id = answer.message_id;
  entry.task = answer.task;
  entry.attempt = answer.attempt;
}

// What follows from the clause that was taken, or the rejection where the terms or the calendar do
// not allow it; `described` is the entry of the occasion, with nothing of what follows from it.
Decision follow(const Entry& described, const Case& state, const ClauseLine& clause,
                const Regulation& regulation, const Framework& framework) {
  std::optional<Rejection> refusal;
  try {
    Decision decision;
    decision.entry = described;
    Move move(decision, regulation, framework, state, described.at);
    refusal = move.follow(clause);
    if (!refusal) return decision;
  } catch (const OutsideCalendar& error) {
    refusal = beyond_calendar(error);
  }
  Decision refused;
  refused.entry = described;
  refused.reject(entry_kind::rejected, *std::move(refusal));
  return refused;
}

Decision rejected(const Entry& described, Rejection rejection) {
  Decision decision;
  decision.entry = described;
  decision.reject(entry_kind::rejected, std::move(rejection));
  return decision;
}

}  // namespace

Decision decide_answer(const Answer& answer, const Case* state, Instant now,
                       const Framework& framework) {
  Entry entry;
  describe_answer(entry, answer, now);
  if (state == nullptr) {
    return rejected(entry, engine_says(rejection_code::unknown_task, "a task of a known case",
                                       fmt::format("case {}", answer.case_number)));
  }
  describe_case(entry, *state);
  if (auto refusal = refuse_task(answer, *state)) return rejected(entry, *std::move(refusal));
  entry.step = state->find_task(answer.task)->step.view();  // a side task has a step of its own
  const Regulation& regulation = governing_edition(*state, framework);
  const std::vector<std::string> facts = established_facts(*state);
  std::vector<std::string> fields;
  for (const auto& [name, value] : answer.fields) {
    if (!value.empty()) fields.push_back(name);
  }
  if (regulation.find_outcome(answer.outcome) == nullptr) {
    return rejected(entry,
                    engine_says(rejection_code::unknown_outcome,
                                fmt::format("an outcome of step {}", entry.step), answer.outcome));
  }
  const auto taken = regulation.take(
      entry.step, OccasionView{answer.outcome, answer.ground, fields}, Facts{{}, {}, facts});
  if (!taken) return rejected(entry, taken.error());
  return follow(entry, *state, *taken->clause, regulation, framework);
}

Decision decide_act(const LegalAct& act, const Case* state, Instant now,
                    const Framework& framework) {
  Entry entry;
  entry.kind = entry_kind::act;
  entry.at = entry.noticed_at = now;
  entry.outcome = act.act;
  entry.actor = act.actor;
  entry.message_id = act.message_id;
  if (state == nullptr) {
    return rejected(entry, engine_says(rejection_code::unknown_task, "an act in a known case",
                                       fmt::format("case {}", act.case_number)));
  }
  describe_case(entry, *state);
  entry.office = state->holder().view();
  if (std::ranges::find(state->acts, fingerprint(act.message_id)) != state->acts.end()) {
    return rejected(entry, engine_says(rejection_code::duplicate, "an act not received before",
                                       fmt::format("the same {} again", act.act)));
  }
  const Regulation& regulation = governing_edition(*state, framework);
  if (regulation.find_act(act.act) == nullptr) {
    std::vector<std::string_view> known;
    for (const ActLine& line : regulation.acts) known.push_back(line.code);
    return rejected(
        entry, engine_says(rejection_code::unknown_outcome,
                           known.empty() ? fmt::format("no legal act: {} has none", regulation.id)
                                         : fmt::format("one of {}", fmt::join(known, ", ")),
                           act.act));
  }
  const std::vector<std::string> facts = established_facts(*state);
  const auto taken = regulation.take(entry.step, OccasionView{act.act}, Facts{{}, {}, facts});
  if (!taken) return rejected(entry, taken.error());
  return follow(entry, *state, *taken->clause, regulation, framework);
}

namespace {

// The open deadline whose alarm comes first; of two at one instant, the one that was set first.
const Deadline* first_alarm(const Case& state) {
  const Deadline* first = nullptr;
  for (const Deadline& deadline : state.deadlines) {
    const auto alarm = deadline.alarm();
    if (alarm && (first == nullptr || *alarm < *first->alarm())) first = &deadline;
  }
  return first;
}

void warn(Entry& entry, const Deadline& deadline) {
  entry.kind = entry_kind::warned;
  entry.paragraph = deadline.paragraph.view();
  entry.notices.push_back(
      {deadline.office.view(), notice_kind::term_warning, deadline.paragraph.view()});
}

// When the expired deadline climbs on: the days between the rung at `level` (0: the due date) and
// the next one, after the date on which it stands there; nothing at the end of the ladder. A rung
// beyond the published years has no date, and nobody can be told on it.
std::optional<Instant> climbs_at(const Deadline& deadline, std::uint32_t level, Instant stands_at,
                                 Instant now, const Regulation& regulation,
                                 const Framework& framework) {
  const auto office = framework.directory.find(deadline.office.view());
  const auto next =
      office ? next_rung(regulation, framework.directory, *office, level) : std::nullopt;
  if (!next) return std::nullopt;
  const WorkingDays climbed = level == 0 ? WorkingDays{0} : regulation.ladder[level - 1].after;
  try {
    const TermCount count(framework.directory,
                          calendar_at(*office, now, regulation.week, framework), *office,
                          regulation.id, framework.warn_before);
    const Date from = level == 0 ? deadline.due : count.date_of(stands_at);
    return count.closing_after(from, WorkingDays{next->rung->after.days - climbed.days});
  } catch (const OutsideCalendar&) {
    return std::nullopt;
  }
}

void escalate(Decision& decision, const Deadline& deadline, Instant now,
              const Regulation& regulation, const Framework& framework) {
  Entry& entry = decision.entry;
  const auto late = framework.directory.find(deadline.office.view());
  const auto next =
      late ? next_rung(regulation, framework.directory, *late, deadline.level) : std::nullopt;
  ENSURE(next.has_value(), "a deadline that waits for a rung has one");
  entry.kind = entry_kind::escalated;
  entry.paragraph = next->rung->paragraph;
  const std::string_view recipient =
      next->rung->above == 0 ? code(Recipient::head) : framework.directory[next->recipient].id;
  entry.notices.push_back({recipient, notice_kind::term_escalated, next->rung->paragraph});
  DeadlineChange& change = entry.deadlines.front();
  change.change = deadline_change::escalated;
  change.level = next->level;
  change.escalate_at = climbs_at(deadline, next->level, entry.at, now, regulation, framework);
}

void expire(Decision& decision, const Deadline& deadline, const Case& state,
            const Regulation& regulation, const Framework& framework) {
  Entry& entry = decision.entry;
  entry.kind = entry_kind::expired;
  DeadlineChange& change = entry.deadlines.front();
  change.change = deadline_change::expired;
  change.escalate_at = climbs_at(deadline, 0, entry.at, entry.at, regulation, framework);
  if (deadline.scope == deadline_scope::service) {
    entry.paragraph = deadline.paragraph.view();
    entry.notices.push_back(
        {code(Recipient::head), notice_kind::service_overdue, deadline.paragraph.view()});
    return;
  }
  const std::vector<std::string> facts = established_facts(state);
  const auto taken = regulation.take(
      deadline.step.view(), OccasionView{occasion_code::term_expired}, Facts{{}, {}, facts});
  ENSURE(taken.has_value(), "every step with a term has a clause for its expiry");
  const auto refusal =
      Move(decision, regulation, framework, state, entry.at).follow(*taken->clause);
  ENSURE(!refusal, "an expiry does not change the running terms");
}

}  // namespace

std::optional<Decision> decide_alarm(const Case& state, Instant now, const Framework& framework) {
  const Deadline* const deadline = first_alarm(state);
  if (deadline == nullptr || *deadline->alarm() > now) return std::nullopt;
  Decision decision;
  Entry& entry = decision.entry;
  describe_case(entry, state);
  entry.at = *deadline->alarm();
  entry.noticed_at = now;
  entry.outcome = deadline->scope.view();
  entry.actor = kTracker;
  const bool is_step = deadline->scope == deadline_scope::step;
  if (is_step) entry.step = deadline->step.view();
  // A step's term is its office's; the service's is kept by whoever holds the case at that instant.
  entry.office = is_step ? deadline->office.view() : state.holder().view();
  DeadlineChange change;
  change.change = deadline_change::warned;
  change.scope = deadline->scope.view();
  change.step = deadline->step.view();
  entry.deadlines.push_back(change);
  const Regulation& regulation = governing_edition(state, framework);
  if (deadline->expired) {
    escalate(decision, *deadline, now, regulation, framework);
  } else if (deadline->warn_at && *deadline->warn_at < deadline->due_at) {
    warn(entry, *deadline);
  } else {
    expire(decision, *deadline, state, regulation, framework);
  }
  return decision;
}

}  // namespace reglament
