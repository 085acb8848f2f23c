// Lives of cases as they could happen: random offices' answers, right and late, after minutes or
// days, at night and at weekends, across the holidays of the year.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/ledger/office_time.hpp"
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

void answer_somehow(CaseLife& life, Instant now) {
  const Case& state = life.state();
  const Task task = state.tasks.front();
  const auto facts = established_facts(state);
  const auto outcomes =
      allowed_outcomes(life.regulation(), state.step.view(), Facts{{}, {}, facts});
  const std::string outcome(outcomes[*rc::gen::inRange<std::size_t>(0, outcomes.size())]);
  std::string ground;
  if (life.regulation().find_outcome(outcome)->needs_ground) {
    ground = allowed_grounds(life.regulation(), Facts{{}, {}, facts}).front()->id;
  }
  life.answer(now, task.ordinal, task.office.view(), outcome, ground);
}

// Ends closed, or open at the moment that is returned.
Instant live(CaseLife& life) {
  Instant now =
      instant("2015-07-13T00:00:00+06:00") + seconds{*rc::gen::inRange(0, 300 * 24 * 3600)};
  life.file(now);
  for (int moves = *rc::gen::inRange(0, 12); moves > 0; --moves) {
    now += any_delay();
    if (!life.state().is_open() || *rc::gen::inRange(0, 6) == 0) {
      life.answer(now, 1, testing::kLocalUnit, "accepted");  // late, mostly, or of a closed case
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
  return office_time(framework.directory[office_named(framework.directory, office)],
                     framework.calendars.latest().five_day);
}

void expect_parts_to_add_up() {
  CaseLife life;
  const Instant now = live(life);
  const WorkingTime time = any_time();
  const DaysUsed used = life.days_used(now, time);
  const Instant end = life.state().closed_at.value_or(now);
  const Instant filed = life.state().filed_at;
  RC_TAG(life.state().is_open() ? "open" : "closed");
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

// Told from the entries themselves: who answers has held the case up to that moment.
RC_GTEST_PROP(DaysUsed, WhoAnswersHeldTheCaseUntilThen, ()) {
  CaseLife life;
  const Instant now = live(life);
  const DaysUsed used = life.days_used(now, any_time());
  Instant offered_at = life.state().filed_at;
  for (const Decision& decision : life.decisions()) {
    const Entry& entry = decision.entry;
    if (entry.kind != entry_kind::answered) continue;
    const auto held = std::ranges::find(used.holdings, entry.at, &Holding::to);
    if (offered_at < entry.at) {
      RC_ASSERT(held != used.holdings.end());
      RC_ASSERT(held->office == entry.office);
      RC_ASSERT(held->step == entry.step);
      RC_ASSERT(held->from == offered_at);
    }
    offered_at = entry.at;
  }
}

}  // namespace
}  // namespace reglament
