#include "engine/casework/decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/ensure.hpp"
#include "engine/casework/deadline.hpp"

namespace reglament {
namespace {

// Who acts where nobody sent an answer. Frozen: stored as actors.
constexpr std::string_view kApplicant = "applicant";
constexpr std::string_view kTracker = "tracker";

namespace notice_kind {  // frozen
constexpr std::string_view term_warning = "term-warning";
constexpr std::string_view service_overdue = "service-overdue";
}  // namespace notice_kind

std::string_view keep(Decision& decision, std::string text) {
  return decision.texts.emplace_front(std::move(text));
}

void reject(Decision& decision, std::string_view kind, Rejection rejection) {
  Entry& entry = decision.entry;
  entry.kind = kind;
  entry.paragraph = keep(decision, std::move(rejection.paragraph));
  entry.rejection = RejectionNote{keep(decision, std::move(rejection.code)),
                                  keep(decision, std::move(rejection.expected)),
                                  keep(decision, std::move(rejection.actual))};
}

// The parts of a decision that moves a case, in one place: where it stands, by which law, when.
struct Move {
  Decision& decision;
  const Regulation& regulation;
  const Framework& framework;
  OfficeIndex filing_office;
  Instant now;
  std::uint32_t tasks_offered;
};

OfficeIndex owner_of(const Move& move, const StepLine& step) {
  const auto owner = move.framework.directory.owner(step.role, move.filing_office);
  // The directory's own invariant: a filing office resolves every declared role.
  ENSURE(owner.has_value(), "an accepted filing office resolves the owner of every step");
  return *owner;
}

void set_deadline(const Move& move, std::string_view scope, std::string_view step, const Term& term,
                  std::string_view paragraph, OfficeIndex office) {
  const Framework& framework = move.framework;
  const WorkingCalendar& calendar = calendar_at(office, move.now, Week::five_day, framework);
  const DeadlineDates dates =
      deadline_dates(term, move.now, office, framework.warn_before, framework.directory, calendar);
  DeadlineChange change;
  change.change = deadline_change::set;
  change.scope = scope;
  change.step = step;
  change.office = framework.directory[office].id;
  change.paragraph = paragraph;
  change.term = change.rest = keep(move.decision, term_code(term));
  change.calendar = calendar.edition();
  change.start = dates.start;
  change.due = dates.due;
  change.since = dates.since;
  change.due_at = dates.due_at;
  change.warn_at = dates.warn_at;
  move.decision.entry.deadlines.push_back(change);
}

void set_service_deadline(const Move& move) {
  const ServiceTerm& term = move.regulation.service_terms.front();
  set_deadline(move, deadline_scope::service, {}, term.term, term.paragraph, move.filing_office);
}

void enter_step(const Move& move, const StepLine& step) {
  Entry& entry = move.decision.entry;
  entry.next_step = step.code;
  const OfficeIndex office = owner_of(move, step);
  if (step.term) {
    set_deadline(move, deadline_scope::step, step.code, *step.term, step.paragraph, office);
  }
  entry.offered.push_back(
      {move.tasks_offered + 1, 1, step.code, move.framework.directory[office].id});
}

void end_deadline(Entry& entry, const Deadline& deadline) {
  DeadlineChange change;
  // An expiry that moves the case ends the very deadline whose expiry it records.
  const bool late = deadline.expired || deadline.due_at <= entry.at;
  change.change = late ? deadline_change::ended_late : deadline_change::met;
  change.scope = deadline.scope.view();
  change.step = deadline.step.view();
  entry.deadlines.push_back(change);
}

void leave_step(Entry& entry, const Case& state, bool closes) {
  for (const Deadline& deadline : state.deadlines) {
    if (!deadline.is_open()) continue;
    if (closes || (deadline.scope == deadline_scope::step && deadline.step == state.step)) {
      end_deadline(entry, deadline);
    }
  }
  for (const Task& task : state.tasks) {
    const bool answered_now = task.ordinal == entry.task;
    if (!answered_now && (closes || task.step == state.step)) {
      entry.revoked.push_back({task.ordinal, task.office.view()});
    }
  }
}

void give_notices(Entry& entry, const ClauseLine& clause) {
  for (const NoticeLine& notice : clause.notices) {
    const std::string_view recipient =
        notice.recipient == Recipient::office ? entry.office : code(notice.recipient);
    entry.notices.push_back({recipient, notice.kind, notice.paragraph});
  }
}

// What the clause that was taken does to a case that exists.
void follow_clause(const Move& move, const Case& state, const ClauseLine& clause) {
  Entry& entry = move.decision.entry;
  entry.paragraph = clause.paragraph;
  entry.facts.assign(clause.establishes.begin(), clause.establishes.end());
  give_notices(entry, clause);
  if (clause.stays) return;
  const StepLine* const next = move.regulation.find_step(clause.next);
  ENSURE(next != nullptr, "a clause leads to a step of its regulation");
  leave_step(entry, state, next->is_final());
  if (next->is_final()) {
    entry.next_step = next->code;
    entry.result = code(*next->closes);
  } else {
    enter_step(move, *next);
  }
}

void describe_case(Entry& entry, const Case& state) {
  entry.case_number = state.number;
  entry.regulation = state.regulation.view();
  entry.edition = state.edition.view();
  entry.step = state.step.view();
}

Move move_of(Decision& decision, const Case& state, Instant at, const Regulation& regulation,
             const Framework& framework) {
  return Move{decision, regulation,         framework, filing_office(state, framework),
              at,       state.tasks_offered};
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
  const auto initial = std::ranges::find_if(latest.steps, &StepLine::initial);
  ENSURE(initial != latest.steps.end(), "a regulation has an initial step");
  const auto office =
      framework.directory.filing_office(filing.office, initial->role, initial->paragraph);
  if (!office) {
    throw BadInput(fmt::format("expected {} in field 'office', found {}", office.error().expected,
                               office.error().actual));
  }
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
    reject(decision, entry_kind::filing_refused, not_in_force(filing, date, framework));
    return decision;
  }
  entry.edition = regulation->edition.code;
  const Facts facts{filing.documents, filing.applicant.citizenship, {}};
  const auto taken = regulation->take(not_filed, OccasionView{occasion_code::filing}, facts);
  if (!taken) {
    reject(decision, entry_kind::filing_refused, taken.error());
    return decision;
  }
  const Move move{decision, *regulation, framework, office, now, 0};
  try {
    set_service_deadline(move);
    enter_step(move, *regulation->find_step(taken->clause->next));
  } catch (const OutsideCalendar& error) {
    Decision refused;
    refused.entry = entry;
    refused.entry.deadlines.clear();
    refused.entry.offered.clear();
    refused.entry.next_step = {};
    reject(refused, entry_kind::filing_refused, beyond_calendar(error));
    return refused;
  }
  entry.case_number = number;
  entry.paragraph = taken->clause->paragraph;
  entry.facts.assign(taken->clause->establishes.begin(), taken->clause->establishes.end());
  give_notices(entry, *taken->clause);
  return decision;
}

namespace {

// Why the task that an answer names cannot be answered; nothing where it can.
std::optional<Rejection> refuse_task(const Answer& answer, const Case& state) {
  const auto engine_says = [](std::string_view code, std::string expected, std::string actual) {
    return Rejection{std::string(code), "engine", std::move(expected), std::move(actual)};
  };
  const auto answered = std::ranges::find(state.answered, answer.task, &AnsweredTask::ordinal);
  if (answered != state.answered.end()) {
    if (answered->fingerprint == fingerprint(answer.message_id)) {
      return engine_says(rejection_code::duplicate, "an answer not received before",
                         fmt::format("the same answer to task {} again", answer.task));
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

}  // namespace

Decision decide_answer(const Answer& answer, const Case* state, Instant now,
                       const Framework& framework) {
  Decision decision;
  describe_answer(decision.entry, answer, now);
  if (state == nullptr) {
    reject(decision, entry_kind::rejected,
           {std::string(rejection_code::unknown_task), "engine", "a task of a known case",
            fmt::format("case {}", answer.case_number)});
    return decision;
  }
  describe_case(decision.entry, *state);
  if (auto refusal = refuse_task(answer, *state)) {
    reject(decision, entry_kind::rejected, std::move(*refusal));
    return decision;
  }
  const Regulation& regulation = governing_edition(*state, framework);
  const std::vector<std::string> facts = established_facts(*state);
  std::vector<std::string> fields;
  for (const auto& [name, value] : answer.fields) {
    if (!value.empty()) fields.push_back(name);
  }
  const auto taken =
      regulation.take(state->step.view(), OccasionView{answer.outcome, answer.ground, fields},
                      Facts{{}, {}, facts});
  if (!taken) {
    reject(decision, entry_kind::rejected, taken.error());
    return decision;
  }
  try {
    follow_clause(move_of(decision, *state, now, regulation, framework), *state, *taken->clause);
  } catch (const OutsideCalendar& error) {
    Decision refused;
    describe_answer(refused.entry, answer, now);
    describe_case(refused.entry, *state);
    reject(refused, entry_kind::rejected, beyond_calendar(error));
    return refused;
  }
  return decision;
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
  const bool warns = deadline->warn_at && *deadline->warn_at < deadline->due_at;
  const bool is_step = deadline->scope == deadline_scope::step;
  // A step's term is its office's; the service's is kept by whoever holds the case at that instant.
  entry.office = is_step ? deadline->office.view() : state.holder().view();
  DeadlineChange change;
  change.change = warns ? deadline_change::warned : deadline_change::expired;
  change.scope = deadline->scope.view();
  change.step = deadline->step.view();
  entry.deadlines.push_back(change);
  if (warns) {
    warn(entry, *deadline);
    return decision;
  }
  entry.kind = entry_kind::expired;
  if (!is_step) {
    entry.paragraph = deadline->paragraph.view();
    entry.notices.push_back(
        {code(Recipient::head), notice_kind::service_overdue, deadline->paragraph.view()});
    return decision;
  }
  const Regulation& regulation = governing_edition(state, framework);
  const std::vector<std::string> facts = established_facts(state);
  const auto taken = regulation.take(
      deadline->step.view(), OccasionView{occasion_code::term_expired}, Facts{{}, {}, facts});
  ENSURE(taken.has_value(), "every step with a term has a clause for its expiry");
  follow_clause(move_of(decision, state, entry.at, regulation, framework), state, *taken->clause);
  return decision;
}

}  // namespace reglament
