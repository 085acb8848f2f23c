// A desk's inbox under faults, in memory: deliveries that come twice, late, out of order or to the
// wrong office, revocations that overtake their tasks, tasks offered again, commits that fail
// before or after they take effect, verdicts that get lost, crashes at any point. Against it a
// model of the engine that accepts one answer a task.
//
// Then the faults end, and the oracle: every task that was not revoked has been accepted, once; no
// answer went out under two message ids; whatever the broker was told to forget, and whatever a
// clerk was told, is in the store; the order of arrival is kept; and the run did something.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <ranges>
#include <set>

#include "engine/base/fault.hpp"
#include "engine/desk/inbox.hpp"
#include "tests/desk/tasks.hpp"
#include "tests/support/memory_inbox_store.hpp"

namespace reglament::desk {
namespace {

using namespace reglament::testing;

constexpr const char* kOffice = "kz.knb.akmola";
const std::vector<std::string> kClerks = {"aigul", "bolat"};

// The engine, as far as a desk can tell: one answer to each task takes effect.
class ModelEngine {
 public:
  struct Offered {
    std::uint32_t attempt = 1;
    bool revoked = false;
    std::string accepted;            // message id
    std::set<std::string> rejected;  // message ids
    bool turned = false;             // an answer was rejected, sent once more and accepted
    std::set<std::pair<std::uint32_t, std::string>> ids;  // attempt, message id
  };

  Verdict judge(const Answer& answer, bool objects) {
    Offered& task = tasks.at({answer.case_number, answer.task});
    task.ids.emplace(answer.attempt, answer.message_id);
    was_repeat = false;
    if (!task.accepted.empty()) {
      if (task.accepted != answer.message_id) return no("late");
      was_repeat = true;
      return std::nullopt;
    }
    if (task.revoked || answer.attempt != task.attempt) return no("late");
    if (objects) {
      task.rejected.insert(answer.message_id);
      return no("condition");
    }
    task.turned = task.rejected.contains(answer.message_id);
    task.accepted = answer.message_id;
    return std::nullopt;
  }

  std::map<TaskKey, Offered> tasks;
  bool was_repeat = false;  // the last answer had taken effect before

 private:
  static Verdict no(const char* code) { return Rejection{code, "engine", "another", "this"}; }
};

class SimulatedDesk {
 public:
  explicit SimulatedDesk(unsigned seed) : random_(seed) { start(); }

  void play(int moves) {
    for (int i = 0; i < moves; ++i) guarded([this] { move(); });
    calm_ = true;
    // Each round a message moves on; nothing is added any more.
    for (int i = 0; i < 200 && !done(); ++i) {
      guarded([this] {
        take();
        answer_all();
        send();
        hear();
      });
    }
  }

  void judge() {
    for (const auto& [key, task] : engine_.tasks) {
      SCOPED_TRACE(fmt::format("case {} task {}", key.case_number, key.task));
      ASSERT_TRUE(task.revoked || !task.accepted.empty()) << "lost";
      const auto item = store_.find(key);
      ASSERT_TRUE(item);
      const Stage stage = item->state().stage;
      // Where the turn was not learned of in time, the office has answered otherwise: too late.
      const bool overtaken = task.turned && stage == Stage::lapsed;
      ASSERT_TRUE(task.revoked || stage == Stage::accepted || overtaken) << code(stage);
      ASSERT_FALSE(is_open(stage)) << code(stage);
      std::map<std::uint32_t, std::size_t> ids;
      for (const auto& [attempt, id] : task.ids) ++ids[attempt];
      for (const auto& [attempt, count] : ids) {
        ASSERT_LE(count, 1 + task.rejected.size()) << "an answer under two message ids";
      }
    }
    for (const TaskKey& key : settled_) ASSERT_TRUE(store_.find(key)) << "forgotten, not stored";
    for (const JournalLine& line : promised_) {
      ASSERT_NE(std::ranges::find(store_.lines(), line), store_.lines().end()) << line.act;
    }
    ASSERT_TRUE(store_.outbox().empty());
    std::vector<TaskKey> stored;
    for (const auto& [number, state] : store_.items()) {
      stored.push_back({state.task.case_number, state.task.task});
    }
    ASSERT_EQ(stored, arrived_) << "the order of arrival";
  }

  std::map<std::string, unsigned> reached;

 private:
  bool chance(unsigned one_in) { return below(one_in) == 0; }
  std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  void start() {
    inbox_ = std::make_unique<Inbox>(store_, std::vector<std::string>{kOffice});
    in_flight_.clear();
  }

  // The process dies: the broker delivers again what it was not told to forget.
  void crash() {
    ++reached["crash"];
    inbox_.reset();
    for (auto& message : std::views::reverse(unsettled_)) queue_.push_front(std::move(message));
    unsettled_.clear();
    verdicts_.clear();
    start();
  }

  template <class Act>
  void guarded(Act act) {
    now_ += std::chrono::seconds(1);
    try {
      act();
    } catch (const Unavailable&) {
      ++reached["commit failed"];
      crash();
    }
  }

  void move() {
    switch (below(12)) {
      case 0:
      case 1:
        return offer();
      case 2:
        return offer_again();
      case 3:
        return revoke();
      case 4:
      case 5:
        return take();
      case 6:
      case 7:
        return work();
      case 8:
        return send();
      case 9:
      case 10:
        return hear();
      default:
        if (chance(4)) crash();
        if (chance(4)) {
          store_.fail_next_commit(chance(2) ? MemoryInboxStore::Fault::before_commit
                                            : MemoryInboxStore::Fault::after_commit);
        }
    }
  }

  void enqueue(Message message) {
    // Messages of one case may overtake one another, and come twice.
    const std::size_t place = queue_.size() - below(std::min<std::size_t>(queue_.size(), 3) + 1);
    queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(place), message);
    if (chance(5)) queue_.push_back(message);
  }

  void offer() {
    const TaskKey key{engine_.tasks.size() / 2 + 1,
                      static_cast<std::uint32_t>(engine_.tasks.size() % 2) + 1};
    engine_.tasks.emplace(key, ModelEngine::Offered{});
    enqueue(task_of(key.case_number, key.task));
    if (chance(10)) enqueue(task_of(key.case_number, key.task, 1, "kz.dvd.akmola.mp"));
  }

  std::pair<const TaskKey, ModelEngine::Offered>* any_open() {
    std::vector<std::pair<const TaskKey, ModelEngine::Offered>*> open;
    for (auto& task : engine_.tasks) {
      if (task.second.accepted.empty() && !task.second.revoked) open.push_back(&task);
    }
    return open.empty() ? nullptr : open[below(open.size())];
  }

  void offer_again() {
    auto* task = any_open();
    if (task == nullptr) return;
    ++reached["offered again"];
    enqueue(task_of(task->first.case_number, task->first.task, ++task->second.attempt));
  }

  void revoke() {
    auto* task = chance(2) ? any_open() : nullptr;
    if (task == nullptr) return;
    ++reached["revoked"];
    task->second.revoked = true;
    enqueue(Revocation{task->first.case_number, task->first.task, Symbol(kOffice)});
  }

  void take() {
    std::vector<TaskKey> keys;
    for (std::size_t i = below(4) + 1; i > 0 && !queue_.empty(); --i) {
      unsettled_.push_back(std::move(queue_.front()));
      queue_.pop_front();
      if (const auto* task = std::get_if<TaskMessage>(&unsettled_.back())) {
        const auto receipt = inbox_->receive(*task, now_);
        if (receipt == Inbox::Receipt::not_ours) {
          ++reached["not ours"];
          unsettled_.pop_back();  // given back: out of this desk's sight
          continue;
        }
        keys.push_back({task->case_number, task->task});
        if (receipt == Inbox::Receipt::known) ++reached["delivered again"];
      } else {
        const auto& gone = std::get<Revocation>(unsettled_.back());
        inbox_->revoke(gone, now_);
        keys.push_back({gone.case_number, gone.task});
      }
    }
    try {
      inbox_->commit();
    } catch (const CommitUnknown&) {
      note_arrivals(keys);
      throw;
    }
    note_arrivals(keys);
    settled_.insert(keys.begin(), keys.end());
    unsettled_.clear();
  }

  void note_arrivals(const std::vector<TaskKey>& keys) {
    for (const TaskKey& key : keys) {
      if (!std::ranges::count(arrived_, key)) arrived_.push_back(key);
    }
  }

  // What a clerk is told is there for good.
  void told(const Inbox::Refused& refused, TaskKey key, std::string act) {
    if (refused) {
      ++reached["refused"];
      return;
    }
    inbox_->commit();
    ++reached[act];
    const auto lines = store_.journal(key);
    promised_.push_back(lines.back());
    EXPECT_EQ(lines.back().act, act);
  }

  void work() {
    if (inbox_->arrivals().empty()) return;
    const auto place = std::next(inbox_->arrivals().begin(),
                                 static_cast<std::ptrdiff_t>(below(inbox_->arrivals().size())));
    const TaskKey key = place->second;
    const std::string& holder = inbox_->open_item(key).state().holder;
    const std::string person = holder.empty() || chance(3) ? kClerks[below(2)] : holder;
    switch (below(6)) {
      case 0:
        return told(inbox_->claim(key, person, now_), key, "claimed");
      case 1:
        return told(inbox_->release(key, person, now_), key, "released");
      case 2:
        return told(inbox_->hand_over(key, person, kClerks[below(2)], now_), key, "handed-over");
      case 3:
      case 4:
        return told(inbox_->answer(key, person, {"agreed", "", {}}, now_), key, "answered");
      default:
        if (!inbox_->answer_by_rule(key, {"agreed", "", {}}, now_)) ++reached["by rule"];
        inbox_->commit();
    }
  }

  void answer_all() {
    std::vector<TaskKey> keys;
    for (const auto& [number, key] : inbox_->arrivals()) keys.push_back(key);
    for (const TaskKey& key : keys) {
      const Item::State& state = inbox_->open_item(key).state();
      if (state.stage == Stage::received) {
        ASSERT_FALSE(inbox_->answer_by_rule(key, {"agreed", "", {}}, now_));
      } else if (state.stage == Stage::rejected && state.holder.empty()) {
        ASSERT_FALSE(inbox_->claim(key, "aigul", now_));
      } else if (state.stage == Stage::claimed || state.stage == Stage::rejected) {
        ASSERT_FALSE(inbox_->answer(key, "", {"agreed", "", {}}, now_));
      }
    }
    inbox_->commit();
  }

  void send() {
    for (const auto& [place, key] : inbox_->outbox()) {
      const Answer& answer = *inbox_->open_item(key).state().answer;
      if (!calm_ && (chance(3) || in_flight_.contains(answer.message_id))) continue;
      in_flight_.insert(answer.message_id);
      ++reached["sent"];
      Verdict verdict = engine_.judge(answer, !calm_ && chance(6));
      if (verdict) ++reached[verdict->code];
      if (engine_.was_repeat) ++reached["repeat"];
      if (calm_ || !chance(8)) verdicts_.push_back({key, answer.message_id, std::move(verdict)});
      if (!calm_ && chance(8)) in_flight_.erase(answer.message_id);  // it is sent again
    }
  }

  void hear() {
    for (std::size_t i = below(3) + 1; (calm_ || i > 0) && !verdicts_.empty(); --i) {
      const Heard heard = std::move(verdicts_.front());
      verdicts_.pop_front();
      if (chance(2)) inbox_->confirm(heard.key, heard.message_id, now_);
      inbox_->judge(heard.key, heard.message_id, heard.verdict, now_);
    }
    inbox_->commit();
  }

  bool done() const { return queue_.empty() && verdicts_.empty() && inbox_->arrivals().empty(); }

  struct Heard {
    TaskKey key;
    std::string message_id;
    Verdict verdict;
  };

  std::mt19937 random_;
  Instant now_ = kMorning;
  bool calm_ = false;  // the faults have ended
  MemoryInboxStore store_;
  ModelEngine engine_;
  std::unique_ptr<Inbox> inbox_;
  std::deque<Message> queue_;
  std::deque<Message> unsettled_;
  std::set<std::string> in_flight_;
  std::deque<Heard> verdicts_;
  std::set<TaskKey> settled_;
  std::vector<TaskKey> arrived_;
  std::vector<JournalLine> promised_;
};

TEST(InboxSimulation, LosesNothingAndAnswersOnce) {
  std::map<std::string, unsigned> reached;
  for (unsigned seed = 1; seed <= 1'000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    SimulatedDesk run(seed);
    run.play(120);
    run.judge();
    if (HasFatalFailure() || HasNonfatalFailure()) return;
    for (const auto& [what, count] : run.reached) reached[what] += count;
  }
  for (const char* what : {"crash", "commit failed", "offered again", "revoked", "not ours",
                           "delivered again", "refused", "claimed", "released", "handed-over",
                           "answered", "by rule", "sent", "repeat", "late", "condition"}) {
    EXPECT_GE(reached[what], 100U) << what;
  }
}

}  // namespace
}  // namespace reglament::desk
