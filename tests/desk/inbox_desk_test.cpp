// A desk's rounds against a channel of the test: what is told to whom, and when.
#include "deploy/desk/inbox_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "adapters/sqlite/inbox_store.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/talon.hpp"
#include "tests/desk/tasks.hpp"

namespace reglament::program {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace reglament::testing;
using namespace std::chrono_literals;
using desk::Stage;

constexpr const char* kOffice = "kz.knb.akmola";

class FakeChannel final : public DeskChannel {
 public:
  struct Sent {
    Answer answer;
    std::function<void(const Verdict&)> on_verdict;
  };

  std::vector<TaskDelivery> take(std::size_t limit) override {
    std::vector<TaskDelivery> taken;
    while (!waiting.empty() && taken.size() < limit) {
      taken.push_back({++tags, waiting.front(), 1});
      waiting.pop_front();
    }
    return taken;
  }
  void settle(std::span<const std::uint64_t> done) override {
    if (on_settle) on_settle();
    settled.insert(settled.end(), done.begin(), done.end());
  }
  void give_back(std::uint64_t tag) override { given_back.push_back(tag); }
  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    if (on_answer) on_answer(answer);
    sent.push_back({std::move(answer), std::move(on_verdict)});
  }
  std::vector<Revocation> take_revoked() override { return std::exchange(revoked, {}); }
  std::vector<Notice> take_notices() override { return {}; }

  [[nodiscard]] std::vector<CaseNumber> sent_cases() const {
    std::vector<CaseNumber> cases;
    for (const Sent& one : sent) cases.push_back(one.answer.case_number);
    return cases;
  }

  std::deque<TaskMessage> waiting;
  std::vector<Revocation> revoked;
  std::vector<std::uint64_t> settled;
  std::vector<std::uint64_t> given_back;
  std::vector<Sent> sent;
  std::function<void()> on_settle;
  std::function<void(const Answer&)> on_answer;
  std::uint64_t tags = 0;
};

class Desk : public ::testing::Test {
 protected:
  Desk() {
    std::signal(SIGPIPE, SIG_IGN);
    std::string name = (std::filesystem::temp_directory_path() / "desk-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    create_inbox(file());
  }
  ~Desk() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path file() const { return folder_ / "knb.db"; }

  void start(std::unique_ptr<Answering> answering = by_rules()) {
    answering_ = std::move(answering);
    inbox_ = std::make_unique<OfficeInbox>(std::make_unique<OwnerLock>(file()), file(),
                                           std::vector<std::string>{kOffice}, clock_);
    InboxDeskEvents events;
    events.on_verdict = [this](const JudgedAnswer& judged) { judged_.push_back(judged); };
    events.on_notice = [](const Notice&) {};
    events.on_refused = [this](const std::string& line) { refused_.push_back(line); };
    desk_ = std::make_unique<InboxDesk>(channel_, *inbox_, *answering_, clock_, events);
  }
  void stop() {
    desk_.reset();
    channel_.sent.clear();
    inbox_.reset();
    answering_.reset();
  }
  void work() { desk_->work(now_); }
  // The world goes on: the engine judges all that was sent.
  void judge_all(const Verdict& verdict) {
    for (FakeChannel::Sent& one : std::exchange(channel_.sent, {})) one.on_verdict(verdict);
  }
  std::string id(CaseNumber number) const { return std::to_string(number) + "/1"; }
  Stage stage(CaseNumber number) { return inbox_->show(id(number)).item.state().stage; }

  static std::unique_ptr<Answering> by_rules() {
    return answer_by_rules(DeskRules::favourable(world().catalogue));
  }
  std::unique_ptr<Answering> by_command(const std::string& script) {
    const std::filesystem::path path = folder_ / "answer";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    ::chmod(path.c_str(), 0755);
    CommandSettings settings;
    settings.first_pause = 10ms;
    settings.longest_pause = 20ms;
    return answer_by_command(ExternalCommand(path.string()), settings,
                             [this](const std::string& line) {
                               const std::lock_guard lock(complaints_mutex_);
                               complaints_.push_back(line);
                             });
  }
  template <class Condition>
  [[nodiscard]] bool eventually(Condition condition) {
    for (int i = 0; i < 2'000 && !condition(); ++i) {
      work();
      std::this_thread::sleep_for(5ms);
    }
    return condition();
  }
  std::vector<std::string> complaints() {
    const std::lock_guard lock(complaints_mutex_);
    return complaints_;
  }

  std::filesystem::path folder_;
  DeskClock clock_{[] { return kMorning + 1h; }};
  FakeChannel channel_;
  std::unique_ptr<Answering> answering_;
  std::unique_ptr<OfficeInbox> inbox_;
  std::unique_ptr<InboxDesk> desk_;
  InboxDesk::Moment now_{1h};
  std::vector<JudgedAnswer> judged_;
  std::vector<std::string> refused_;
  std::mutex complaints_mutex_;
  std::vector<std::string> complaints_;
};

TEST_F(Desk, StoresBeforeItSettlesAndBeforeItSends) {
  start();
  channel_.waiting = {task_of(1), task_of(2)};
  bool settled = false;
  channel_.on_settle = [&] {
    settled = true;
    EXPECT_EQ(stage(1), Stage::answered);
    EXPECT_EQ(inbox_->list(false).size(), 2U);
  };
  channel_.on_answer = [&](const Answer&) { EXPECT_TRUE(settled); };
  work();
  EXPECT_THAT(channel_.settled, ElementsAre(1, 2));
  EXPECT_THAT(channel_.sent_cases(), ElementsAre(1, 2));
  EXPECT_FALSE(desk_->is_idle());
  judge_all(std::nullopt);
  work();
  EXPECT_EQ(judged_.size(), 2U);
  EXPECT_EQ(judged_.front().answer.outcome, "agreed");
  EXPECT_EQ(stage(1), Stage::accepted);
  EXPECT_TRUE(desk_->is_idle());
  work();
  EXPECT_THAT(channel_.sent, IsEmpty());
}

TEST_F(Desk, ADeliveryThatComesAgainIsSettledAndNotAnsweredAgain) {
  start();
  channel_.waiting = {task_of(1)};
  work();
  judge_all(std::nullopt);
  work();
  channel_.waiting = {task_of(1)};
  work();
  EXPECT_THAT(channel_.settled, ElementsAre(1, 2));
  EXPECT_THAT(channel_.sent, IsEmpty());
}

TEST_F(Desk, SendsAgainWhatWasDroppedUnderTheSameId) {
  start();
  channel_.waiting = {task_of(1), task_of(2)};
  work();
  const std::string message_id = channel_.sent[1].answer.message_id;
  channel_.sent.pop_back();  // the channel has dropped the second
  work();
  EXPECT_EQ(channel_.sent.size(), 1U);
  now_ += 900ms;
  work();
  EXPECT_EQ(channel_.sent.size(), 1U) << "after a pause";
  now_ += 300ms;
  work();
  ASSERT_EQ(channel_.sent.size(), 2U);
  EXPECT_EQ(channel_.sent[1].answer.message_id, message_id);
}

TEST_F(Desk, SendsAgainWhatNobodyJudges) {
  start();
  channel_.waiting = {task_of(1)};
  work();
  now_ += 59s;
  work();
  EXPECT_EQ(channel_.sent.size(), 1U);
  now_ += 2s;
  work();
  ASSERT_EQ(channel_.sent.size(), 2U);
  EXPECT_EQ(channel_.sent[1].answer.message_id, channel_.sent[0].answer.message_id);
  now_ += 61s;
  work();
  EXPECT_EQ(channel_.sent.size(), 2U) << "with growing patience";
}

TEST_F(Desk, AfterARestartSendsInTheSameOrderUnderTheSameIds) {
  start();
  channel_.waiting = {task_of(3), task_of(1), task_of(2)};
  work();
  std::vector<std::string> ids;
  for (const auto& one : channel_.sent) ids.push_back(one.answer.message_id);
  stop();
  start();
  channel_.waiting = {task_of(3)};  // not settled, as far as the broker knows
  work();
  EXPECT_THAT(channel_.sent_cases(), ElementsAre(3, 1, 2));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(channel_.sent[i].answer.message_id, ids[i]);
    EXPECT_EQ(channel_.sent[i].answer.reply_to, channel_.sent[i].answer.case_number % 3);
  }
  judge_all(std::nullopt);
  work();
  EXPECT_EQ(stage(2), Stage::accepted);
  EXPECT_EQ(desk_->rejected(), 0U);
}

TEST_F(Desk, GivesBackWhatIsNotItsOwn) {
  start();
  channel_.waiting = {task_of(1, 1, 1, "kz.dvd.akmola.mp"), task_of(2)};
  work();
  EXPECT_THAT(channel_.given_back, ElementsAre(1));
  EXPECT_THAT(channel_.settled, ElementsAre(2));
  EXPECT_THAT(refused_, ElementsAre(HasSubstr("found one of kz.dvd.akmola.mp")));
}

TEST_F(Desk, WhatAClerkHasClaimedTheRuleLeavesUntilItIsReleased) {
  start(answer_by_rules(DeskRules::favourable(world().catalogue)));
  stop();
  {
    start(answer_by_people());
    channel_.waiting = {task_of(1)};
    work();
    inbox_->act({id(1), "claim", "aigul", "", {}});
    stop();
  }
  start();
  work();
  EXPECT_THAT(channel_.sent, IsEmpty());
  EXPECT_THROW(inbox_->act({id(1), "answer", "bolat", "", {"agreed", "", {}}}), BadInput);
  inbox_->act({id(1), "release", "aigul", "", {}});
  work();  // learns of it
  work();
  ASSERT_THAT(channel_.sent_cases(), ElementsAre(1));
  EXPECT_EQ(channel_.sent[0].answer.actor, "desk:kz.knb.akmola");
}

TEST_F(Desk, AClerksAnswerIsSentInTheirName) {
  start(answer_by_people());
  channel_.waiting = {task_of(1)};
  work();
  EXPECT_TRUE(desk_->is_idle()) << "what waits for people does not keep the desk";
  inbox_->act({id(1), "claim", "aigul", "", {}});
  const ItemDetails details =
      inbox_->act({id(1), "answer", "", "", {"objected", "BZP-KNB", {{"note", "x"}}}});
  EXPECT_EQ(details.item.state().stage, Stage::answered);
  work();
  ASSERT_EQ(channel_.sent.size(), 1U);
  const Answer& answer = channel_.sent[0].answer;
  EXPECT_EQ(answer.actor, "aigul");
  EXPECT_EQ(answer.ground, "BZP-KNB");
  EXPECT_EQ(answer.fields.at("note"), "x");
  judge_all(Rejection{"condition", "003 §11", "no objection", "one"});
  work();
  EXPECT_EQ(stage(1), Stage::rejected);
  EXPECT_EQ(desk_->rejected(), 1U);
  EXPECT_EQ(inbox_->show(id(1)).journal.back().act, "rejected");
}

TEST_F(Desk, ARevokedTaskIsAnsweredNoMore) {
  start();
  channel_.waiting = {task_of(1)};
  work();
  channel_.revoked = {{1, 1, Symbol(kOffice)}};
  work();
  EXPECT_EQ(stage(1), Stage::revoked);
  now_ += 1h;
  channel_.sent.clear();
  work();
  work();
  EXPECT_THAT(channel_.sent, IsEmpty());
  EXPECT_TRUE(desk_->is_idle());
}

TEST_F(Desk, AHigherAttemptIsAnsweredAnew) {
  start();
  channel_.waiting = {task_of(1)};
  work();
  const std::string first = channel_.sent[0].answer.message_id;
  channel_.waiting = {task_of(1, 1, 2)};
  work();
  ASSERT_EQ(channel_.sent.size(), 2U);
  EXPECT_EQ(channel_.sent[1].answer.attempt, 2U);
  EXPECT_NE(channel_.sent[1].answer.message_id, first);
  judge_all(std::nullopt);
  work();
  EXPECT_EQ(stage(1), Stage::accepted);
}

TEST_F(Desk, RulesWaitForTheirTime) {
  std::ofstream(folder_ / "rules") << R"({"step":"knb-review","outcome":"agreed","after":"PT2H"})";
  DeskClock told(nullptr);
  start(answer_by_rules(DeskRules::read((folder_ / "rules").string(), world().catalogue)));
  InboxDesk desk(channel_, *inbox_, *answering_, told, {[](const JudgedAnswer&) {}, {}, {}});
  channel_.waiting = {task_of(1)};
  desk.work(now_);
  EXPECT_THAT(channel_.sent, IsEmpty());
  EXPECT_FALSE(desk.is_idle());
  TaskMessage later = task_of(2);
  later.offered_at = kMorning + 2h;
  channel_.waiting = {later};
  desk.work(now_);
  EXPECT_THAT(channel_.sent_cases(), ElementsAre(1)) << "the second task tells the time";
}

TEST_F(Desk, AnItemIsNamedByItsTalon) {
  start(answer_by_people());
  TaskMessage task = task_of(42, 3);
  task.talon = "BZP-AKMOLA-2015-000042-9";
  for (const char check : std::string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    task.talon.back() = check;
    if (parse_talon(task.talon)) break;
  }
  channel_.waiting = {task};
  work();
  EXPECT_EQ(id_of(inbox_->show(task.talon).item), task.talon + "/3");
  EXPECT_EQ(id_of(inbox_->show(task.talon + "/3").item), task.talon + "/3");
  TaskMessage second = task;
  second.task = 4;
  channel_.waiting = {second};
  work();
  EXPECT_THROW(static_cast<void>(inbox_->show(task.talon)), BadInput) << "two are open";
  const std::vector<std::string> bad_ids = {"", "/3", "x", "42", "42/0", "42/x", task.talon + "/9"};
  for (const std::string& bad : bad_ids) {
    EXPECT_THROW(static_cast<void>(inbox_->show(bad)), BadInput) << bad;
  }
  EXPECT_THROW(inbox_->act({task.talon + "/3", "claim", "", "", {}}), BadInput);
  EXPECT_THROW(inbox_->act({task.talon + "/3", "claim", "desk:x", "", {}}), BadInput);
  EXPECT_THROW(inbox_->act({task.talon + "/3", "eat", "aigul", "", {}}), BadInput);
}

TEST_F(Desk, ACommandAnswers) {
  start(by_command(R"(read task
case "$task" in
  *'"case":1,'*) echo '{"outcome":"objected","reason":"BZP-KNB","fields":{"note":"n"}}' ;;
  *) echo '{"outcome":"agreed"}' ;;
esac)"));
  channel_.waiting = {task_of(1), task_of(2)};
  EXPECT_TRUE(eventually([&] { return channel_.sent.size() == 2; }));
  for (const auto& one : channel_.sent) {
    EXPECT_EQ(one.answer.outcome, one.answer.case_number == 1 ? "objected" : "agreed");
  }
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Desk, AFailingCommandIsAskedAgainAndTheTaskStays) {
  const std::string marker = (folder_ / "works").string();
  start(by_command("[ -e " + marker + " ] || { echo no register >&2; exit 2; }\n" +
                   R"(echo '{"outcome":"agreed"}')"));
  channel_.waiting = {task_of(1)};
  EXPECT_TRUE(eventually([&] { return complaints().size() >= 2; }));
  EXPECT_THAT(complaints()[0], HasSubstr("found 2; it said: no register; task BZP-AKMOLA-2015-1/1; "
                                         "again in 10 ms"));
  EXPECT_THAT(complaints()[1], HasSubstr("again in 20 ms"));
  EXPECT_EQ(stage(1), Stage::received);
  EXPECT_FALSE(desk_->is_idle());
  std::ofstream(marker) << "yes";
  EXPECT_TRUE(eventually([&] { return channel_.sent.size() == 1; }));
}

TEST_F(Desk, AMalformedAnswerOfACommandIsOneClearLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"echo yes", "a JSON object"},
      {R"(echo '{"outcome":"issued"}')", "an outcome that the task lists"},
      {R"(echo '{"outcome":"agreed","colour":"red"}')", "colour"},
      {R"(printf '{"outcome":"agreed"}\n{"outcome":"agreed"}\n')", "a JSON object"},
      {"true", "a JSON object"},
  };
  CaseNumber number = 0;
  for (const auto& [script, said] : cases) {
    start(by_command(script));
    channel_.waiting = {task_of(++number)};
    complaints_.clear();
    ASSERT_TRUE(eventually([&] { return !complaints().empty(); })) << script;
    EXPECT_THAT(complaints()[0], HasSubstr(said));
    EXPECT_EQ(complaints()[0].find('\n'), std::string::npos);
    EXPECT_EQ(stage(number), Stage::received);
    stop();
  }
}

TEST_F(Desk, WhatAClerkClaimsTheCommandIsAskedNoMore) {
  start(by_command("exit 1"));
  channel_.waiting = {task_of(1)};
  EXPECT_TRUE(eventually([&] { return !complaints().empty(); }));
  inbox_->act({id(1), "claim", "aigul", "", {}});
  EXPECT_TRUE(eventually([&] { return desk_->is_idle(); }));
}

}  // namespace
}  // namespace reglament::program
