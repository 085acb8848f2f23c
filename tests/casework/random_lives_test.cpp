// Random lives of cases: any answer the regulation allows, any act, at any time. After each entry
// the state is the fold of the entries (driven_case.hpp); no alarm is left behind; the tracker's
// entries come in order, each expiry and each rung once.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/casework/driven_case.hpp"
#include "tests/casework/term_acts.hpp"

namespace reglament {
namespace {

using testing::DrivenCase;
using testing::instant;
using testing::permit_framework;

const Framework& both() {
  static const Catalogue catalogue([] {
    auto editions = permit_framework().catalogue.editions();
    std::vector<const Regulation*> all(editions.begin(), editions.end());
    all.push_back(&law::regulation<law::act_sample::Service>());
    return all;
  }());
  static const Framework framework{catalogue, permit_framework().directory,
                                   permit_framework().calendars, WorkingDays{1}};
  return framework;
}

class Life {
 public:
  explicit Life(unsigned seed) : random_(seed) {}

  void live() {
    const bool sample = seed_bit();
    Filing filing = testing::benefit_filing("r-1");
    if (sample) filing.regulation = "term-acts";
    regulation_ = both().catalogue.in_force(filing.regulation, testing::date("2013-02-04"));
    now_ = instant("2013-02-04T09:00:00+06:00") + std::chrono::minutes(pick(3000));
    see(case_.file(now_, filing));
    for (int move = 0; move < 40 && case_.state().is_open(); ++move) {
      now_ += std::chrono::minutes(pick(chance(4) ? 20'000 : 900));
      for (const Entry& entry : case_.alarms_until(now_)) see_alarm(entry);
      chance(4) ? act() : answer();
    }
    now_ += std::chrono::days(60);
    for (const Entry& entry : case_.alarms_until(now_)) see_alarm(entry);
    ASSERT_FALSE(case_.state().alarm() && *case_.state().alarm() <= now_);
  }

  [[nodiscard]] const std::map<std::string, int>& seen() const { return seen_; }

 private:
  bool seed_bit() { return chance(2); }
  bool chance(int one_in) { return pick(one_in) == 0; }
  int pick(int count) { return std::uniform_int_distribution(0, count - 1)(random_); }

  void answer() {
    if (case_.state().tasks.empty()) return;
    const auto& tasks = case_.state().tasks;
    const Task task = tasks[static_cast<std::size_t>(pick(static_cast<int>(tasks.size())))];
    const std::vector<std::string> facts = established_facts(case_.state());
    const auto outcomes = allowed_outcomes(*regulation_, task.step.view(), Facts{{}, {}, facts});
    ASSERT_FALSE(outcomes.empty());
    const std::string outcome(
        outcomes[static_cast<std::size_t>(pick(static_cast<int>(outcomes.size())))]);
    if (outcome == "refused" && !chance(4)) return;  // lives should last
    Answer one = testing::answer_of(7, task.ordinal, task.office.view(), outcome,
                                    outcome == "refused" ? "BEN-R1" : "");
    one.message_id += std::to_string(answers_++);
    see(case_.answer(now_, one));
  }
  void act() {
    const auto& acts = regulation_->acts;
    const std::string code(
        acts[static_cast<std::size_t>(pick(static_cast<int>(acts.size())))].code);
    if (code == "withdrawal" && !chance(8)) return;
    see(case_.act(now_, code));
  }
  void see(const Entry& entry) {
    ++seen_[std::string(entry.kind)];
    for (const DeadlineChange& change : entry.deadlines) ++seen_[std::string(change.change)];
  }
  void see_alarm(const Entry& entry) {
    see(entry);
    ASSERT_EQ(entry.noticed_at, now_);
    ASSERT_LE(entry.at, now_);
  }

  std::mt19937 random_;
  const Regulation* regulation_ = nullptr;
  DrivenCase case_{both()};
  Instant now_{};
  int answers_ = 0;
  std::map<std::string, int> seen_;
};

TEST(RandomLives, TheStateIsTheFoldOfTheEntriesWhateverHappens) {
  std::map<std::string, int> seen;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    Life life(seed);
    life.live();
    if (::testing::Test::HasFailure()) return;
    for (const auto& [what, count] : life.seen()) seen[what] += count;
  }
  for (const char* what : {"act", "answered", "rejected", "warned", "expired", "escalated",
                           "extended", "suspended", "resumed", "restarted", "moved", "lapsed"}) {
    EXPECT_GT(seen[what], 5) << what;
  }
}

}  // namespace
}  // namespace reglament
