#include "engine/casework/move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/ensure.hpp"
#include "engine/casework/ladder.hpp"

namespace reglament {
namespace {

const Case& no_case() {
  static const Case none;
  return none;
}

Rejection refuse_term(std::string_view paragraph, std::string expected, std::string actual) {
  return {std::string(rejection_code::term), std::string(paragraph), std::move(expected),
          std::move(actual)};
}

Term term_of(Symbol code) {
  const auto term = parse_term_code(code.view());
  ENSURE(term.has_value(), "a stored term has a known code");
  return *term;
}

std::string why_not(const std::optional<Deadline>& service) {
  if (!service) return "no term of the service is running";
  if (service->suspended_at) return "the term of the service is suspended";
  return fmt::format("the term of the service, {}, expired on {}", describe(term_of(service->term)),
                     format_date(service->due));
}

}  // namespace

Move::Move(Decision& decision, const Regulation& regulation, const Framework& framework,
           const Case& state, Instant now)
    : decision_(decision),
      entry_(decision.entry),
      regulation_(regulation),
      framework_(framework),
      state_(state),
      filing_office_(reglament::filing_office(state, framework)),
      now_(now),
      next_task_(state.tasks_offered + 1) {
  const Deadline* const service = state.service_deadline();
  if (service != nullptr && service->is_open()) service_ = *service;
}

Move::Move(Decision& decision, const Regulation& regulation, const Framework& framework,
           OfficeIndex filing_office, std::string_view channel, Instant now)
    : decision_(decision),
      entry_(decision.entry),
      regulation_(regulation),
      framework_(framework),
      state_(no_case()),
      filing_office_(filing_office),
      now_(now),
      is_filing_(true),
      channel_hours_(framework.directory.channel_hours(regulation.id, channel)),
      next_task_(1) {}

std::optional<Rejection> Move::follow(const ClauseLine& clause) {
  entry_.paragraph = clause.paragraph;
  entry_.facts.assign(clause.establishes.begin(), clause.establishes.end());
  give_notices(clause);
  const StepLine* const next = clause.stays ? nullptr : regulation_.find_step(clause.next);
  ENSURE(clause.stays || next != nullptr, "a clause leads to a step of its regulation");
  leave(clause, next);
  if (next != nullptr && next->is_final()) {
    entry_.next_step = next->code;
    entry_.result = code(*next->closes);
    return std::nullopt;
  }
  if (auto refusal = act_on_terms(clause)) return refusal;
  const bool answered = entry_.task != 0;
  if (next != nullptr) {
    enter(*next);
  } else if (answered && !clause.done) {
    offer(*regulation_.find_step(clause.in));
  }
  for (const std::string_view side : clause.offers) offer_beside(*regulation_.find_step(side));
  return std::nullopt;
}

// ---- Who and where -----------------------------------------------------------------------------

TermCount Move::count_of(OfficeIndex office) const {
  return {framework_.directory, calendar_at(office, now_, regulation_.week, framework_), office,
          regulation_.id, framework_.warn_before};
}

OfficeIndex Move::owner_of(const StepLine& step) const {
  const auto owner = framework_.directory.owner(step.role, filing_office_);
  // The directory's own invariant: a filing office resolves every declared role.
  ENSURE(owner.has_value(), "an accepted filing office resolves the owner of every step");
  return *owner;
}

OfficeIndex Move::office_of(const Deadline& deadline) const {
  const auto office = framework_.directory.find(deadline.office.view());
  return office ? *office : filing_office_;
}

// Open in the case, and not ended by this move.
bool Move::is_open(const Deadline& deadline) const {
  return deadline.is_open() &&
         std::ranges::none_of(entry_.deadlines, [&](const DeadlineChange& change) {
           const bool ends = change.change == deadline_change::met ||
                             change.change == deadline_change::ended_late ||
                             change.change == deadline_change::lapsed;
           return ends && deadline.scope == change.scope && deadline.step == change.step;
         });
}

// An expiry that moves the case ends the very deadline whose expiry it records.
bool Move::is_late(const Deadline& deadline) const {
  return deadline.expired || (!deadline.suspended_at && deadline.due_at <= entry_.at);
}

const ServiceTerm& Move::governing() const {
  if (entry_.variant.empty()) return service_line(state_, regulation_);
  const ServiceTerm* const line = regulation_.find_service_term(entry_.variant);
  return line != nullptr ? *line : regulation_.service_terms.front();
}

Move::TermOf Move::service_of(const ServiceTerm& line) const {
  return {deadline_scope::service, {}, line.paragraph, filing_office_, line.term, line.counting()};
}

Move::TermOf Move::step_of(const StepLine& step, const Term& total) const {
  return {deadline_scope::step, step.code, step.paragraph, owner_of(step), total, step.counting};
}

// ---- Notices, steps, tasks ---------------------------------------------------------------------

void Move::give_notices(const ClauseLine& clause) {
  for (const NoticeLine& notice : clause.notices) {
    const std::string_view recipient =
        notice.recipient == Recipient::office ? entry_.office : code(notice.recipient);
    entry_.notices.push_back({recipient, notice.kind, notice.paragraph});
  }
}

void Move::end(const Deadline& deadline, bool fulfilled) {
  DeadlineChange change;
  change.change = is_late(deadline) ? deadline_change::ended_late
                  : fulfilled       ? deadline_change::met
                                    : deadline_change::lapsed;
  change.scope = deadline.scope.view();
  change.step = deadline.step.view();
  entry_.deadlines.push_back(change);
}

void Move::leave(const ClauseLine& clause, const StepLine* next) {
  const bool closes = next != nullptr && next->is_final();
  const bool withdrawn = closes && next->closes == FinalKind::withdrawn;
  for (const Deadline& deadline : state_.deadlines) {
    if (!deadline.is_open()) continue;
    const bool of_service = deadline.scope == deadline_scope::service;
    const bool of_step = !of_service && deadline.step == state_.step;
    const bool of_side_task = !of_service && clause.done && deadline.step == clause.in;
    if (closes) {
      end(deadline, !withdrawn && (of_service || of_step));
    } else if (of_side_task || (of_step && next != nullptr)) {
      end(deadline, true);
    }
  }
  if (next == nullptr) return;
  for (const Task& task : state_.tasks) {
    const bool answered_now = task.ordinal == entry_.task;
    if (!answered_now && (closes || task.step == state_.step)) {
      entry_.revoked.push_back({task.ordinal, task.office.view()});
    }
  }
}

void Move::enter(const StepLine& step) {
  entry_.next_step = step.code;
  const ServiceTerm& service = governing();
  const bool never_started = state_.service_deadline() == nullptr;
  const bool starts =
      service.starts_on_entering.empty() ? never_started : service.starts_on_entering == step.code;
  if (!service_ && starts) start_service(service);
  set_step_term(step);
  if (step.ends_service && service_) end_service();
  offer(step);
}

void Move::end_service() {
  end(*service_, true);
  service_.reset();
}

void Move::offer(const StepLine& step) {
  entry_.offered.push_back({next_task_++, 1, step.code, framework_.directory[owner_of(step)].id});
}

void Move::offer_beside(const StepLine& step) {
  const bool is_offered =
      std::ranges::any_of(state_.tasks, [&](const Task& task) { return task.step == step.code; });
  if (is_offered) return;
  set_step_term(step);
  offer(step);
}

// ---- Dates -------------------------------------------------------------------------------------

void Move::put(const Dated& dated) {
  DeadlineChange change;
  change.change = dated.change;
  change.scope = dated.term.scope;
  change.step = dated.term.step;
  change.office = framework_.directory[dated.term.office].id;
  change.paragraph = dated.term.paragraph;
  change.term = decision_.keep(term_code(dated.term.total));
  change.rest = decision_.keep(term_code(dated.rest));
  change.calendar = calendar_at(dated.term.office, now_, regulation_.week, framework_).edition();
  change.start = dated.start;
  change.due = dated.dates.due;
  change.due_at = dated.dates.due_at;
  change.warn_at = dated.dates.warn_at;
  change.since = dated.dates.since;
  change.old_due = dated.old_due;
  change.escalate_at = dated.escalate_at;
  entry_.deadlines.push_back(change);
  if (change.scope != deadline_scope::service) return;
  if (!service_) service_.emplace();
  service_->scope = Symbol(change.scope);
  service_->paragraph = Symbol(change.paragraph);
  service_->term = Symbol(change.term);
  service_->rest = Symbol(change.rest);
  service_->since = change.since;
  service_->start = change.start;
  service_->due = change.due;
  service_->due_at = change.due_at;
  service_->suspended_at.reset();
}

void Move::set(const TermOf& term, Instant since) {
  const Term rest = counted(term.total, term.counting);
  const DeadlineDates dates =
      count_of(term.office).dates(rest, term.counting.last_day, since, now_);
  put({deadline_change::set, term, rest, dates, dates.start});
}

void Move::start_service(const ServiceTerm& line) {
  const TermOf term = service_of(line);
  const bool by_filing = line.starts_on_entering.empty() && !is_filing_;
  set(term, count_of(term.office).start(by_filing ? state_.filed_at : now_, channel_hours_));
}

void Move::set_step_term(const StepLine& step) {
  if (!step.has_term()) return;
  const OfficeIndex office = owner_of(step);
  if (step.counted_from == CountedFrom::entering_step) {
    if (step.on_return == OnReturn::continues && continue_term(step)) return;
    return set(step_of(step, *step.term), count_of(office).start(now_));
  }
  // Its date hangs on that of the service; without one it has none.
  if (!service_ || service_->suspended_at) return;
  if (step.counted_from == CountedFrom::before_service_due) {
    const DeadlineDates dates = count_of(office).dates_before(*step.term, service_->due, now_);
    put({deadline_change::set, step_of(step, *step.term), *step.term, dates, dates.start});
    return;
  }
  const Term rest = term_of(service_->rest);
  put({deadline_change::set, step_of(step, term_of(service_->term)), rest,
       count_of(office).dates(rest, governing().last_day, service_->since, now_), service_->start});
}

// The first due date stays: the step has its earlier deadline again.
bool Move::continue_term(const StepLine& step) {
  const auto earlier = std::ranges::find_if(state_.deadlines, [&](const Deadline& deadline) {
    return deadline.scope == deadline_scope::step && deadline.step == step.code;
  });
  if (earlier == state_.deadlines.end()) return false;
  const Term rest = term_of(earlier->rest);
  put({deadline_change::set, step_of(step, *step.term), rest,
       count_of(owner_of(step)).dates(rest, step.counting.last_day, earlier->since, now_),
       earlier->start});
  return true;
}

// Steps whose dates hang on those of the service follow it.
void Move::align_steps(std::string_view change) {
  for (const Deadline& deadline : state_.deadlines) {
    const StepLine* const step = regulation_.find_step(deadline.step.view());
    const bool follows = deadline.scope == deadline_scope::step && step != nullptr &&
                         step->counted_from != CountedFrom::entering_step;
    if (!follows || !is_open(deadline) || deadline.expired) continue;
    const OfficeIndex office = office_of(deadline);
    if (step->counted_from == CountedFrom::service_start) {
      const Term rest = term_of(service_->rest);
      put({change, step_of(*step, term_of(service_->term)), rest,
           count_of(office).dates(rest, governing().last_day, service_->since, now_),
           service_->start, deadline.due});
    } else {
      const bool restarts = change == deadline_change::restarted;
      put({restarts ? change : deadline_change::moved, step_of(*step, *step->term), *step->term,
           count_of(office).dates_before(*step->term, service_->due, now_), deadline.start,
           deadline.due});
    }
  }
}

// ---- Acts on the running terms -----------------------------------------------------------------

std::optional<Rejection> Move::act_on_terms(const ClauseLine& clause) {
  if (!clause.variant.empty()) {
    if (auto refusal = change_variant(clause)) return refusal;
  }
  switch (clause.term_act) {
    case TermAct::none:
      return std::nullopt;
    case TermAct::suspend:
      return suspend(clause);
    case TermAct::resume:
      return resume(clause);
    case TermAct::restart:
      return restart(clause);
  }
  return std::nullopt;
}

std::optional<Rejection> Move::change_variant(const ClauseLine& clause) {
  const ServiceTerm* const line = regulation_.find_service_term(clause.variant);
  ENSURE(line != nullptr, "a clause names a variant that has a service term");
  const bool expired = service_ && is_late(*service_);
  const bool stands = !service_ || service_->suspended_at || expired;
  if (clause.extends && stands) {
    return refuse_term(clause.paragraph, "a term of the service that is running",
                       why_not(service_));
  }
  entry_.variant = line->variant;
  if (stands) return std::nullopt;
  const bool starts_later =
      !line->starts_on_entering.empty() && governing().starts_on_entering != state_.step.view();
  if (!starts_later) return redate_service(clause, *line);
  // Another variant that a later step starts: what ran so far was not its term.
  const Deadline* const running = state_.service_deadline();
  if (running != nullptr) end(*running, false);
  service_.reset();
  return std::nullopt;
}

// The new total counts from the original start; what stood still in between stays uncounted.
std::optional<Rejection> Move::redate_service(const ClauseLine& clause, const ServiceTerm& line) {
  const Term before = term_of(service_->term);
  const auto rest = lengthen(term_of(service_->rest), before, line.term);
  if (clause.extends && !is_longer(line.term, before)) {
    return refuse_term(clause.paragraph, fmt::format("a total longer than {}", describe(before)),
                       describe(line.term));
  }
  const TermOf term = service_of(line);
  const Term counts = rest ? *rest : counted(line.term, line.counting());
  const Date old_due = service_->due;
  const Date start = service_->start;
  const std::string_view change =
      clause.extends ? deadline_change::extended : deadline_change::moved;
  put({change, term, counts,
       count_of(term.office).dates(counts, line.last_day, service_->since, now_), start, old_due});
  align_steps(change);
  return std::nullopt;
}

std::optional<Rejection> Move::suspend(const ClauseLine& clause) {
  if (!service_ || service_->suspended_at) {
    return refuse_term(clause.paragraph, "a term of the service that is running",
                       why_not(service_));
  }
  for (const Deadline& deadline : state_.deadlines) {
    const StepLine* const step = regulation_.find_step(deadline.step.view());
    const bool is_beside = step != nullptr && !step->within_service;
    if (is_open(deadline) && !is_beside) suspend_one(deadline, clause.paragraph);
  }
  service_->suspended_at = now_;
  return std::nullopt;
}

void Move::suspend_one(const Deadline& deadline, std::string_view paragraph) {
  const TermCount count = count_of(office_of(deadline));
  Term left = count.left(term_of(deadline.rest), deadline.due, deadline.due_at, now_);
  if (deadline.expired) {
    // What stands still is the way to the next rung.
    const Instant rung = deadline.escalate_at.value_or(now_);
    left = count.left(WorkingDays{}, count.date_of(rung), rung, now_);
  }
  DeadlineChange change;
  change.change = deadline_change::suspended;
  change.scope = deadline.scope.view();
  change.step = deadline.step.view();
  change.paragraph = paragraph;
  change.rest = decision_.keep(term_code(left));
  entry_.deadlines.push_back(change);
}

std::optional<Rejection> Move::resume(const ClauseLine& clause) {
  bool resumed = false;
  for (const Deadline& deadline : state_.deadlines) {
    if (!deadline.suspended_at || !is_open(deadline)) continue;
    resume_one(deadline);
    resumed = true;
  }
  catch_up(clause);
  // An expiry cannot be refused: it resumes what there is to resume.
  if (resumed || entry_.kind == entry_kind::expired) return std::nullopt;
  return refuse_term(clause.paragraph, "a term that is suspended", "none is suspended");
}

// A step that was entered while the service stood still has its date only now.
void Move::catch_up(const ClauseLine& clause) {
  const StepLine* const step = clause.stays ? regulation_.find_step(state_.step.view()) : nullptr;
  if (step == nullptr || step->counted_from == CountedFrom::entering_step) return;
  const bool has_one = std::ranges::any_of(state_.deadlines, [&](const Deadline& deadline) {
    return deadline.step == step->code && deadline.is_open();
  });
  if (!has_one) set_step_term(*step);
}

void Move::resume_one(const Deadline& deadline) {
  const OfficeIndex office = office_of(deadline);
  const TermCount count = count_of(office);
  const Term rest = term_of(deadline.rest);
  const StepLine* const step = regulation_.find_step(deadline.step.view());
  const bool own = step != nullptr && step->counted_from != CountedFrom::service_start;
  const Counting counting = own ? step->counting : governing().counting();
  const TermOf term{deadline.scope.view(),     deadline.step.view(),
                    deadline.paragraph.view(), office,
                    term_of(deadline.term),    counting};
  const Instant since = count.start(now_);
  Dated dated{deadline_change::resumed, term, rest, {}, deadline.start, deadline.due};
  if (!deadline.expired) {
    dated.dates = count.dates(rest, counting.last_day, since, now_);
  } else {
    dated.dates = {since, count.date_of(since), deadline.due, deadline.due_at, std::nullopt};
    const auto* const days = std::get_if<WorkingDays>(&rest);
    const bool climbs =
        next_rung(regulation_, framework_.directory, office, deadline.level).has_value();
    if (days != nullptr && climbs)
      dated.escalate_at = count.closing_after(dated.dates.start, *days);
  }
  put(dated);
}

std::optional<Rejection> Move::restart(const ClauseLine& clause) {
  if (!service_ || is_late(*service_)) {
    return refuse_term(clause.paragraph, "a term of the service that has not expired",
                       why_not(service_));
  }
  const auto anew = [&](Date old_due, const TermOf& term) {
    const TermCount count = count_of(term.office);
    const Term rest = counted(term.total, term.counting);
    const DeadlineDates dates = count.dates(rest, term.counting.last_day, count.start(now_), now_);
    put({deadline_change::restarted, term, rest, dates, dates.start, old_due});
  };
  anew(service_->due, service_of(governing()));
  for (const Deadline& deadline : state_.deadlines) {
    const StepLine* const step = regulation_.find_step(deadline.step.view());
    if (deadline.scope != deadline_scope::step || step == nullptr || !is_open(deadline)) continue;
    const bool runs = step->within_service && !deadline.expired;
    if (runs && step->counted_from == CountedFrom::entering_step) {
      anew(deadline.due, step_of(*step, *step->term));
    } else if (!runs && deadline.suspended_at) {
      resume_one(deadline);
    }
  }
  align_steps(deadline_change::restarted);
  catch_up(clause);
  return std::nullopt;
}

}  // namespace reglament
