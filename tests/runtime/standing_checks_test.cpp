#include "engine/runtime/standing_checks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/history/memory_history.hpp"
#include "tests/support/hosted_engine.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::instant;
using testing::kDirectorate;
using testing::kKnb;
using testing::kLocalUnit;

constexpr std::string_view kStart = "2015-07-14T10:15:00+06:00";
constexpr std::string_view kLater = "2015-07-30T10:00:00+06:00";

// A store with a granted case, a refused filing, a case with expired terms and a fresh one.
class StandingChecks : public ::testing::Test {
 protected:
  StandingChecks() : store_({2, true, instant(kStart), ""}) {
    testing::EngineUnderTest host(store_, instant(kStart));
    granted_ = host.file(complete_filing("r-granted")).case_number;
    host.answer(answer_of(granted_, 1, kLocalUnit, "accepted"));
    host.answer(answer_of(granted_, 2, kLocalUnit, "forwarded"));
    host.answer(answer_of(granted_, 3, kDirectorate, "forwarded"));
    host.answer(answer_of(granted_, 4, kKnb, "agreed"));
    host.answer(answer_of(granted_, 5, kLocalUnit, "issued"));
    Filing incomplete = complete_filing("r-refused");
    incomplete.documents.clear();
    host.file(incomplete);
    overdue_ = host.file(complete_filing("r-overdue")).case_number;
    host.engine().advance_clock(instant(kLater));
    host.answer(answer_of(overdue_, 1, kLocalUnit, "accepted"));
    fresh_ = host.file(complete_filing("r-fresh")).case_number;
    host.engine().stop();
  }

  StandingReport report(std::string_view now = kLater) {
    const auto reader = store_.reader();
    return run_standing_checks(*reader, instant(now), testing::permit_framework());
  }
  // The only kind of finding, after a damage; empty where there is none, "several" for more kinds.
  std::string finding(std::string_view now = kLater) {
    const auto findings = report(now).findings;
    if (findings.empty()) return {};
    for (const auto& one : findings) {
      if (one.check != findings.front().check) return "several: " + one.check + ": " + one.text;
    }
    return findings.front().check;
  }
  testing::MemoryStore::Tables& tables() { return store_.tables(); }
  void change(CaseNumber number, const std::function<void(Case&)>& change) {
    StoredCase& row = tables().cases.at(number);
    Case state = decode_case(row.state);
    change(state);
    ByteWriter writer;
    encode(state, writer);
    row.state = writer.take();
    row.open = state.is_open();
    row.alarm_at = state.alarm();
  }

  testing::MemoryStore store_;
  CaseNumber granted_{};
  CaseNumber overdue_{};
  CaseNumber fresh_{};
};

TEST_F(StandingChecks, AnHonestStoreHasNoFindings) {
  const StandingReport found = report();
  for (const auto& one : found.findings) ADD_FAILURE() << one.check << ": " << one.text;
  EXPECT_EQ(found.cases, 3U);
  EXPECT_EQ(found.open_cases, 2U);
  EXPECT_EQ(found.by_message + found.by_task + found.by_deadline, 2U);
}

TEST_F(StandingChecks, AnEmptyStoreHasNoFindings) {
  testing::MemoryStore empty({3, true, instant(kStart), ""});
  const auto reader = empty.reader();
  const auto found = run_standing_checks(*reader, instant(kLater), testing::permit_framework());
  EXPECT_TRUE(found.findings.empty());
  EXPECT_EQ(found.cases, 0U);
}

TEST_F(StandingChecks, AMessageInFlightIsTheFirstCause) {
  tables().outbox.clear();
  EXPECT_EQ(report().by_task, 2U);
  OutboxMessage message;
  message.id = 900;
  message.log = tables().cases.at(fresh_).log;
  message.message = Revocation{fresh_, 1, Symbol(kLocalUnit)};
  tables().outbox[{900, message.log}] = message;
  EXPECT_EQ(report().by_message, 0U) << "a message that moves nothing is no cause of progress";
  TaskMessage task;
  task.case_number = fresh_;
  task.task = 1;
  message.message = task;
  tables().outbox[{900, message.log}] = message;
  EXPECT_EQ(report().by_message, 1U);
  EXPECT_EQ(report().by_task, 1U);
  EXPECT_TRUE(report().findings.empty());
}

TEST_F(StandingChecks, AStalledCaseIsFound) {
  tables().outbox.clear();
  change(fresh_, [](Case& state) {
    state.tasks.clear();
    state.deadlines.clear();
  });
  const auto findings = report().findings;
  const auto stalled = std::ranges::find(findings, "progress", &StandingFinding::check);
  ASSERT_NE(stalled, findings.end());
  EXPECT_EQ(stalled->case_number, fresh_);
  EXPECT_NE(stalled->text.find("stalled in step accept"), std::string::npos);
}

TEST_F(StandingChecks, AStateThatIsNotTheFoldIsFound) {
  change(fresh_, [](Case& state) { state.facts.emplace_back("knb-objected"); });
  EXPECT_EQ(finding(), "state");
}

TEST_F(StandingChecks, AMissingEntryIsFound) {
  const Case state = decode_case(tables().cases.at(granted_).state);
  tables().entries.erase({tables().cases.at(granted_).log, state.leaves[2]});
  EXPECT_EQ(finding(), "state");
}

TEST_F(StandingChecks, ADamagedStateIsFound) {
  tables().cases.at(granted_).state = "x";
  EXPECT_EQ(finding(), "state");
}

TEST_F(StandingChecks, ARowThatDisagreesIsFound) {
  tables().cases.at(fresh_).open = false;
  EXPECT_EQ(finding(), "state");
  tables().cases.at(fresh_).open = true;
  EXPECT_EQ(finding(), "");
  tables().cases.at(fresh_).alarm_at = instant(kLater);
  EXPECT_EQ(finding(), "state");
}

TEST_F(StandingChecks, ATermThatRanOutUnnoticedIsFound) {
  constexpr const char* later = "2015-08-20T10:00:00+06:00";
  EXPECT_EQ(finding(later), "") << "no engine has seen that moment in any partition";
  for (auto& [number, log] : tables().logs) log.clock_now = instant(later);
  EXPECT_EQ(finding(later), "deadline");
}

TEST_F(StandingChecks, AnAnswerThatTheInboxLacksIsFound) {
  tables().inbox.erase({granted_, 3});
  EXPECT_EQ(finding(), "inbox");
}

TEST_F(StandingChecks, AnAnswerThatOnlyTheInboxHasIsFound) {
  tables().inbox[{fresh_, 1}] = {fresh_, 1, tables().cases.at(fresh_).log, 0};
  EXPECT_EQ(finding(), "inbox");
}

TEST_F(StandingChecks, AnInboxRowAtAnotherLeafIsFound) {
  tables().inbox.at({granted_, 3}).leaf += 1;
  EXPECT_EQ(finding(), "inbox");
}

TEST_F(StandingChecks, AnInboxRowWithoutItsCaseIsFound) {
  tables().inbox[{999, 1}] = {999, 1, 0, 0};
  EXPECT_EQ(finding(), "inbox");
}

TEST_F(StandingChecks, AMessageWithoutItsCaseIsFound) {
  tables().outbox[{901, 0}] = {901, 0, Revocation{999, 1, Symbol(kLocalUnit)}};
  EXPECT_EQ(finding(), "outbox");
}

TEST_F(StandingChecks, AMessageOfAnotherLogIsFound) {
  const LogId other = 1 - tables().cases.at(fresh_).log;
  tables().outbox[{902, other}] = {902, other, Revocation{fresh_, 1, Symbol(kLocalUnit)}};
  EXPECT_EQ(finding(), "outbox");
}

TEST_F(StandingChecks, ATaskMessageThatNobodyOfferedIsFound) {
  TaskMessage task;
  task.case_number = fresh_;
  task.task = 17;
  tables().outbox[{903, tables().cases.at(fresh_).log}] = {903, tables().cases.at(fresh_).log,
                                                           task};
  EXPECT_EQ(finding(), "outbox");
}

TEST_F(StandingChecks, ALostRequestIsFound) {
  auto requests = tables().requests;
  tables().requests.erase("r-fresh");
  EXPECT_EQ(finding(), "request");
  tables().requests = requests;
  EXPECT_EQ(finding(), "");
  tables().requests.erase("r-refused");
  EXPECT_EQ(finding(), "request");
  tables().requests = requests;
  tables().requests.at("r-granted").leaf += 1;
  EXPECT_EQ(finding(), "request");
}

// ---- Expiries, written by hand -----------------------------------------------------------------

// A case whose service is due on 23 July at 18:00, and what is written of that deadline afterwards.
class Expiries : public ::testing::Test {
 protected:
  static constexpr std::string_view kDue = "2015-07-23T18:00:00+06:00";

  Expiries() : writer_(1) {
    Entry filed = entry(entry_kind::filed, kStart);
    filed.next_step = "accept";
    filed.paragraph = "003 §8";
    filed.message_id = "r-1";
    DeadlineChange service;
    service.change = deadline_change::set;
    service.scope = deadline_scope::service;
    service.office = kLocalUnit;
    service.due_at = instant(kDue);
    filed.deadlines.push_back(service);
    filed.offered.push_back({1, 1, "accept", kLocalUnit});
    const StoredEntry& stored = writer_.write(0, filed);
    request_ = {"r-1", 0, stored.leaf, stored.case_number};
  }

  static Entry entry(std::string_view kind, std::string_view at) {
    Entry entry;
    entry.kind = kind;
    entry.case_number = 1;
    entry.at = entry.noticed_at = instant(at);
    entry.regulation = "border-zone-permit";
    entry.edition = "2015-07-13";
    entry.office = kLocalUnit;
    return entry;
  }
  void write(std::string_view kind, std::string_view change, std::string_view at) {
    Entry next = entry(kind, at);
    DeadlineChange service;
    service.change = change;
    service.scope = deadline_scope::service;
    next.deadlines.push_back(service);
    if (change != deadline_change::expired) {
      next.next_step = "issued";
      next.result = "granted";
      next.revoked.push_back({1, kLocalUnit});
    }
    writer_.write(0, next);
  }
  // The text of the only finding; empty where there is none.
  std::string finding(std::string_view now = kLater) {
    tests::MemoryHistory history = writer_.history();
    history.requests.push_back(request_);
    tests::MemoryReader reader(history);
    const auto findings =
        run_standing_checks(reader, instant(now), testing::permit_framework()).findings;
    if (findings.empty()) return {};
    EXPECT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().check, "deadline");
    return findings.front().text;
  }

  tests::HistoryWriter writer_;
  StoredRequest request_;
};

TEST_F(Expiries, AreOwedFromTheDueInstantOn) {
  EXPECT_EQ(finding("2015-07-23T17:59:59+06:00"), "");
  EXPECT_NE(finding(kDue).find("no entry of its expiry"), std::string::npos);
}

TEST_F(Expiries, OneAtTheDueInstantIsRight) {
  write(entry_kind::expired, deadline_change::expired, kDue);
  EXPECT_EQ(finding(), "");
  write(entry_kind::warned, deadline_change::ended_late, "2015-07-24T10:00:00+06:00");
  EXPECT_EQ(finding(), "");
}

TEST_F(Expiries, ASecondOneIsFound) {
  write(entry_kind::expired, deadline_change::expired, kDue);
  write(entry_kind::expired, deadline_change::expired, kDue);
  EXPECT_NE(finding().find("it had expired before"), std::string::npos);
}

TEST_F(Expiries, OneAtAnotherInstantIsFound) {
  write(entry_kind::expired, deadline_change::expired, "2015-07-23T18:00:01+06:00");
  EXPECT_NE(finding().find("expired at 2015-07-23T12:00:01Z"), std::string::npos);
}

TEST_F(Expiries, AnEndAfterTheDueInstantNeedsOne) {
  write(entry_kind::warned, deadline_change::met, kDue);
  EXPECT_NE(finding().find("has no entry of its expiry"), std::string::npos);
}

TEST_F(Expiries, AnEndBeforeTheDueInstantNeedsNone) {
  write(entry_kind::warned, deadline_change::met, "2015-07-23T17:59:59+06:00");
  EXPECT_EQ(finding(), "");
}

}  // namespace
}  // namespace reglament
