// kill -9 of the running engine at random moments, under load, again and again on one database.
// What callers were told before each kill is what the database is judged by after it (ledger.hpp).
//
// REGLAMENT_KILL_SEED=N repeats a run as far as the machine lets it; REGLAMENT_KILL_ROUNDS=N kills
// more often than the suite does.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/base/fault.hpp"
#include "engine/time/civil.hpp"
#include "tests/fault/caller.hpp"
#include "tests/fault/ledger.hpp"

namespace reglament::testing {
namespace {

using std::chrono::microseconds;
using ::testing::IsEmpty;

constexpr unsigned kRounds = 200;
constexpr unsigned kRoundsBetweenAudits = 20;
constexpr int kPartitions = 3;
constexpr int kApplicants = 2;
constexpr int kClerks = 2;
constexpr int kRepeatsAtOnce = 16;

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  [[nodiscard]] std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  [[nodiscard]] unsigned seed() { return static_cast<unsigned>(random_()); }

 private:
  std::mt19937 random_;
};

// What a round reached, and the whole run: a run that did nothing proves nothing (I13).
struct Reached {
  std::atomic<unsigned> filings = 0;
  std::atomic<unsigned> answers = 0;
  std::atomic<unsigned> rejections = 0;
  std::atomic<unsigned> clock_moves = 0;
  std::atomic<unsigned> in_flight = 0;  // calls that a kill has left without a reply
  std::atomic<bool> killed = false;     // in this round
};

// One caller of one round: works until the engine is gone.
class Load {
 public:
  Load(std::string name, unsigned seed, const PermitOffice& office, Ledger& ledger,
       Reached& reached)
      : name_(std::move(name)), dice_(seed), office_(office), ledger_(ledger), reached_(reached) {}

  // `unknown`: applications of earlier rounds that got no reply; filed again, and what gets none
  // now is put there.
  void apply(std::deque<Json>& unknown) {
    std::vector<Json> known;
    until_gone([&](Caller& caller) {
      std::vector<Json> filings;
      for (int i = 0; i < kRepeatsAtOnce && !unknown.empty(); ++i) {
        filings.push_back(std::move(unknown.front()));
        unknown.pop_front();
      }
      if (!known.empty() && dice_.one_in(8)) filings.push_back(known[dice_.below(known.size())]);
      for (std::size_t i = dice_.below(4) + 1; i > 0; --i) {
        filings.push_back(application(fmt::format("{}-{}", name_, ++made_), !dice_.one_in(10)));
      }
      // Unknown from here on; until there is a reply.
      unknown.insert(unknown.end(), filings.begin(), filings.end());
      const std::vector<Json> replies = caller.file(filings);
      unknown.erase(unknown.end() - std::ssize(filings), unknown.end());
      if (replies.size() != filings.size()) ledger_.find("replies are missing");
      for (std::size_t i = 0; i < replies.size(); ++i) ledger_.filed(filings[i], replies[i]);
      reached_.filings += static_cast<unsigned>(replies.size());
      known = std::move(filings);
    });
  }

  void work_at_desk() {
    bool is_open = false;
    until_gone([&](Caller& caller) {
      if (!is_open) caller.open_desk();
      is_open = true;
      std::vector<Json> answers;
      for (const Json& task : caller.take(dice_.below(12) + 1)) {
        ledger_.offered(task);
        if (dice_.one_in(12)) continue;  // stays on the desk
        answers.push_back(answer_to(task, fmt::format("{}-{}", name_, ++made_), outcome_of(task)));
      }
      if (answers.empty()) return;
      const std::vector<Json> verdicts = caller.answer(answers);
      if (verdicts.size() != answers.size()) ledger_.find("verdicts are missing");
      for (std::size_t i = 0; i < verdicts.size(); ++i) note(answers[i], verdicts[i]);
    });
  }

  void move_clock() {
    until_gone([&](Caller& caller) {
      const auto now = parse_instant(caller.now());
      const auto later = *now + std::chrono::minutes(dice_.below(20) + 1);
      caller.advance_clock(format_instant(later, std::chrono::seconds(0)));
      ++reached_.clock_moves;
    });
  }

 private:
  void until_gone(const std::function<void(Caller&)>& act) {
    try {
      Caller caller(office_.socket());
      while (true) {
        const bool before = !reached_.killed;
        try {
          act(caller);
        } catch (const Unavailable&) {
          if (before) ++reached_.in_flight;
          return;
        }
      }
    } catch (const Unavailable&) {
      return;  // gone before it could be reached
    } catch (const std::exception& trouble) {
      ledger_.find(name_ + ": " + trouble.what());
    }
  }

  std::string outcome_of(const Json& task) {
    const auto step = task.at("step").get<std::string>();
    if (step == "accept" && dice_.one_in(20)) return "incomplete";
    if (step == "issue" && dice_.one_in(5)) return "refused";
    return favourable_outcome(task);
  }

  void note(const Json& answer, const Json& verdict) {
    if (verdict.contains("error")) return ledger_.find("answer: " + verdict.dump());
    if (!verdict.at("rejection").is_null()) {
      ++reached_.rejections;
      return;
    }
    ++reached_.answers;
    ledger_.answered(answer);
  }

  const std::string name_;
  Dice dice_;
  const PermitOffice& office_;
  Ledger& ledger_;
  Reached& reached_;
  unsigned made_ = 0;
};

class Campaign {
 public:
  explicit Campaign(unsigned seed) : dice_(seed), office_(folder_.path() / "permits.db") {
    office_.create(kPartitions);
  }

  void play(unsigned rounds) {
    unknown_.resize(kApplicants);
    for (round_ = 1; round_ <= rounds; ++round_) {
      if (dice_.one_in(10)) {
        kill_while_it_starts();
      } else {
        kill_under_load();
      }
      if (round_ % kRoundsBetweenAudits != 0 && round_ != rounds) continue;
      audit();
      if (::testing::Test::HasFailure()) return;
    }
  }

  void audit() {
    SCOPED_TRACE(fmt::format("after {} kills", round_));
    ASSERT_THAT(judge(office_, ledger_), IsEmpty());
    // I9: what was certified before is still the beginning of what is there.
    const std::filesystem::path checkpoint = folder_.path() / "checkpoint";
    if (std::filesystem::exists(checkpoint)) {
      const Ended verified = office_.run({"history", "verify", checkpoint.string()});
      ASSERT_EQ(verified.exit, 0) << "I9: " << verified.text();
    }
    const Ended certified =
        run(office_.command({"history", "checkpoint"}, PermitOffice::Output::text));
    ASSERT_EQ(certified.exit, 0) << certified.text();
    ASSERT_FALSE(certified.out.empty());
    std::ofstream(checkpoint, std::ios::trunc) << certified.out;
  }

  void end() { ASSERT_THAT(complete(office_), IsEmpty()); }

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const Reached& reached() const { return reached_; }
  [[nodiscard]] unsigned rounds_in_flight() const { return rounds_in_flight_; }
  [[nodiscard]] unsigned kills() const { return kills_; }
  [[nodiscard]] unsigned kept() const { return kept_; }
  [[nodiscard]] unsigned lost() const { return lost_; }

 private:
  void kill(Process& engine) {
    engine.send(SIGKILL);
    reached_.killed = true;
    const Ended ended = engine.wait();
    if (ended.signal == SIGKILL) {
      ++kills_;
    } else if (ended.exit != 0) {
      ledger_.find("serve ended by itself: " + ended.text());
    }
  }

  void kill_while_it_starts() {
    Process engine(office_.command({"serve"}));
    std::this_thread::sleep_for(microseconds(dice_.below(60'000)));
    kill(engine);
  }

  void kill_under_load() {
    const auto engine = office_.serve();
    reached_.killed = false;
    const unsigned before = reached_.in_flight;
    {
      std::vector<std::jthread> callers;
      for (int i = 0; i < kApplicants; ++i) {
        auto& unknown = unknown_[static_cast<std::size_t>(i)];
        callers.emplace_back([this, name = name("a", i), seed = dice_.seed(), &unknown] {
          Load(name, seed, office_, ledger_, reached_).apply(unknown);
        });
      }
      for (int i = 0; i < kClerks; ++i) {
        callers.emplace_back([this, name = name("c", i), seed = dice_.seed()] {
          Load(name, seed, office_, ledger_, reached_).work_at_desk();
        });
      }
      if (dice_.one_in(4)) {
        callers.emplace_back([this, name = name("t", 0), seed = dice_.seed()] {
          Load(name, seed, office_, ledger_, reached_).move_clock();
        });
      }
      std::this_thread::sleep_for(delay());
      if (dice_.one_in(12)) {  // also while it drains
        engine->send(SIGTERM);
        std::this_thread::sleep_for(microseconds(dice_.below(10'000)));
      }
      kill(*engine);
    }
    if (reached_.in_flight > before) ++rounds_in_flight_;
    find_unknown();
  }

  // As often short as long.
  microseconds delay() {
    const std::size_t longest = std::size_t{4'000} << dice_.below(8);
    return microseconds(dice_.below(longest) + 1);
  }

  std::string name(const char* kind, int number) const {
    return fmt::format("r{}{}{}", round_, kind, number);
  }

  // Of this round's applications without a reply: what has become of them. Either may be; over a
  // run both are.
  void find_unknown() {
    const auto reader = open_sqlite_reader(office_.database());
    for (const auto& filings : unknown_) {
      for (const Json& filing : filings) {
        const auto request = filing.at("request_id").get<std::string>();
        const bool is_new = request.starts_with(fmt::format("r{}a", round_));
        if (!is_new || ledger_.replies().contains(request)) continue;
        ++(reader->request(request) ? kept_ : lost_);
      }
    }
  }

  Dice dice_;
  TemporaryFolder folder_;
  const PermitOffice office_;
  Ledger ledger_;
  Reached reached_;
  std::vector<std::deque<Json>> unknown_;  // of each applicant
  unsigned round_ = 0;
  unsigned kills_ = 0;
  unsigned rounds_in_flight_ = 0;
  unsigned kept_ = 0;  // applications without a reply that were in the database all the same
  unsigned lost_ = 0;  // and that were not
};

TEST(KilledEngine, LosesNothingAndRepeatsNothing) {
  const unsigned seed = number_from_environment("REGLAMENT_KILL_SEED", std::random_device{}());
  const unsigned rounds = number_from_environment("REGLAMENT_KILL_ROUNDS", kRounds);
  std::printf("REGLAMENT_KILL_SEED=%u\n", seed);
  Campaign campaign(seed);
  campaign.play(rounds);
  if (HasFailure()) return;
  campaign.end();
  ASSERT_FALSE(HasFailure());
  campaign.audit();

  const Reached& reached = campaign.reached();
  std::printf(
      "kills %u, with a call in flight %u (calls %u); filings answered %u, tasks answered %u, "
      "rejected %u; clock moves %u; unanswered filings found kept %u, lost %u\n",
      campaign.kills(), campaign.rounds_in_flight(), reached.in_flight.load(),
      reached.filings.load(), reached.answers.load(), reached.rejections.load(),
      reached.clock_moves.load(), campaign.kept(), campaign.lost());
  // I13. A few rounds meet an engine that had ended by SIGTERM.
  EXPECT_GE(campaign.kills(), rounds * 9 / 10);
  EXPECT_GE(campaign.rounds_in_flight(), rounds / 2);
  EXPECT_GE(reached.filings, rounds * 10);
  EXPECT_GE(reached.answers, rounds * 10);
  EXPECT_LE(reached.rejections, reached.answers / 10);
  EXPECT_GE(reached.clock_moves, rounds / 20);
  EXPECT_GE(campaign.kept(), rounds / 20);
  EXPECT_GE(campaign.lost(), rounds / 20);
}

}  // namespace
}  // namespace reglament::testing
