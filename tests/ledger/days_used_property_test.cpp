// Lives of cases as they could happen: random offices' answers, right and late, after minutes or
// days, at night and at weekends, across the holidays of the year.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/ledger/office_time.hpp"
#include "tests/casework/term_acts.hpp"
#include "tests/ledger/case_life.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::CaseLife;
using testing::instant;
using testing::permit_framework;

Instant::duration any_delay() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return Instant::duration{*rc::gen::inRange(0, 60'000'000)};  // in the same minute, perhaps
    case 1:
      return minutes{*rc::gen::inRange(0, 600)};
    case 2:
      return days{*rc::gen::inRange(1, 12)};
    default:
      return seconds{*rc::gen::inRange(0, 5 * 24 * 3600)};
  }
}

const Framework& all_regulations() {
  static const Catalogue catalogue([] {
    std::vector<const Regulation*> all = permit_framework().catalogue.editions();
    all.push_back(&law::regulation<law::act_sample::Service>());
    return all;
  }());
  static const Framework framework{catalogue, permit_framework().directory,
                                   permit_framework().calendars, WorkingDays{1}};
  return framework;
}

void answer_somehow(CaseLife& life, Instant now) {
  const Case& state = life.state();
  if (state.tasks.empty()) return;
  const Task task = state.tasks[*rc::gen::inRange<std::size_t>(0, state.tasks.size())];
  const auto facts = established_facts(state);
  const auto outcomes = allowed_outcomes(life.regulation(), task.step.view(), Facts{{}, {}, facts});
  const std::string outcome(outcomes[*rc::gen::inRange<std::size_t>(0, outcomes.size())]);
  std::string ground;
  if (life.regulation().find_outcome(outcome)->needs_ground) {
    ground = allowed_grounds(life.regulation(), Facts{{}, {}, facts}).front()->id;
  }
  life.answer(now, task.ordinal, task.office.view(), outcome, ground);
}

void act_somehow(CaseLife& life, Instant now) {
  const auto& acts = life.regulation().acts;
  if (acts.empty()) return;
  life.act(now, std::string(acts[*rc::gen::inRange<std::size_t>(0, acts.size())].code));
}

Instant file_somewhere(CaseLife& life) {
  const auto regulation = *rc::gen::inRange(0, 3);
  Filing filing =
      regulation == 0 ? testing::complete_filing("r-1") : testing::benefit_filing("r-1");
  if (regulation == 2) filing.regulation = law::act_sample::Service::id;
  const Instant first =
      instant(regulation == 0 ? "2015-07-13T00:00:00+06:00" : "2013-01-10T00:00:00+06:00");
  const Instant now = first + seconds{*rc::gen::inRange(0, 300 * 24 * 3600)};
  life.file(now, std::move(filing));
  return now;
}

// Ends closed, or open at the moment that is returned.
Instant live(CaseLife& life) {
  Instant now = file_somewhere(life);
  for (int moves = *rc::gen::inRange(0, 12); moves > 0; --moves) {
    now += any_delay();
    const bool open = life.state().is_open();
    if (!open || *rc::gen::inRange(0, 6) == 0) {
      life.answer(now, 1, life.state().office.view(), "accepted");  // mostly too late
    } else if (*rc::gen::inRange(0, 4) == 0) {
      act_somehow(life, now);
    } else {
      answer_somehow(life, now);
    }
  }
  now += any_delay();
  life.pass(now);
  return now;
}

WorkingTime any_time() {
  const Framework& framework = permit_framework();
  const std::string_view office =
      *rc::gen::arbitrary<bool>() ? testing::kLocalUnit : "kz.min.mvd.mpc";  // with hours, without
  return office_time(framework.directory, office_named(framework.directory, office),
                     "border-zone-permit", framework.calendars.latest().five_day);
}

void expect_parts_to_add_up() {
  CaseLife life(all_regulations());
  const Instant now = live(life);
  const WorkingTime time = any_time();
  const DaysUsed used = life.days_used(now, time);
  const Instant end = life.state().closed_at.value_or(now);
  const Instant filed = life.state().filed_at;
  std::int32_t sum = 0;
  Instant at = filed;
  for (const Holding& holding : used.holdings) {
    RC_ASSERT(holding.from == at);
    RC_ASSERT(holding.from < holding.to);
    RC_ASSERT(holding.working == time.between(holding.from, holding.to));
    sum += holding.working.minutes;
    at = holding.to;
  }
  RC_ASSERT(at == end);
  RC_ASSERT(used.working == WorkingMinutes{sum});
  RC_ASSERT(used.working == time.between(filed, end));
}

RC_GTEST_PROP(DaysUsed, ThePartsAddUpToTheWhole, ()) {
  for (int lives = 0; lives < 20; ++lives) expect_parts_to_add_up();
}

bool holds(const DaysUsed& used, HolderKind kind) {
  return std::ranges::find(used.holdings, kind, &Holding::holder) != used.holdings.end();
}

// Told by the case as it stood before each entry: while its service was suspended nobody used its
// days, and otherwise the office that the case names as its holder had it up to then.
bool expect_holders_to_be_those_of_the_case() {
  CaseLife life(all_regulations());
  const Instant now = live(life);
  const DaysUsed used = life.days_used(now, any_time());
  Case before;
  Instant last = life.state().filed_at;
  for (const Decision& decision : life.decisions()) {
    const Entry& entry = decision.entry;
    const auto held = std::ranges::find(used.holdings, entry.at, &Holding::to);
    if (held != used.holdings.end() && last < entry.at && before.is_open()) {
      const Deadline* const service = before.service_deadline();
      const bool suspended = service != nullptr && service->suspended_at.has_value();
      RC_ASSERT((held->holder == HolderKind::suspension) == suspended);
      if (!suspended && !before.tasks.empty()) RC_ASSERT(held->office == before.holder());
    }
    last = entry.at;
    apply(before, entry, Digest{1});
  }
  return holds(used, HolderKind::suspension);
}

RC_GTEST_PROP(DaysUsed, TheHoldersAreThoseOfTheCase, ()) {
  int suspensions = 0;
  for (int lives = 0; lives < 20; ++lives) {
    if (expect_holders_to_be_those_of_the_case()) ++suspensions;
  }
  RC_TAG(suspensions > 0 ? "with suspensions" : "without");
}

}  // namespace
}  // namespace reglament
