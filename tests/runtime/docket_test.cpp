#include "engine/runtime/docket.hpp"

#include <gtest/gtest.h>

#include "engine/casework/dossier.hpp"
#include "engine/history/sha256.hpp"
#include "tests/support/hosted_engine.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::instant;
using testing::kDirectorate;
using testing::kLocalUnit;

// A bench over an empty store, and dockets on it that are never committed.
class DocketOnEmptyStore : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kPartitions = 4;

  DocketOnEmptyStore()
      : store_({kPartitions, true, instant("2015-07-14T09:00:00+06:00"), ""}),
        reader_(store_.reader()),
        bench_{testing::permit_framework(),
               *reader_,
               testing::counting_bytes(),
               {},
               CaseCache(1000),
               1,
               {}} {
    for (const StoredLog& log : store_.claim(std::nullopt))
      bench_.partitions.emplace_back(log, kPartitions);
  }

  // An answer, with a field, that has taken effect in a case that is filed here.
  static Answer taken_answer(Docket& docket) {
    const CaseNumber number = docket.file(complete_filing("r-1")).case_number;
    Answer answer = answer_of(number, 1, kLocalUnit, "accepted");
    answer.fields = {{"note", "seen"}};
    EXPECT_EQ(docket.answer(answer), std::nullopt);
    return answer;
  }

  testing::MemoryStore store_;
  std::unique_ptr<StoreReader> reader_;
  Bench bench_;
  const Instant now_ = instant("2015-07-14T10:15:00+06:00");
};

TEST_F(DocketOnEmptyStore, WritesACaseThatChangedTwiceOnce) {
  Docket docket(bench_, now_, 1);
  const FilingReply reply = docket.file(complete_filing("r-1"));
  EXPECT_FALSE(docket.answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted")));
  const Batch batch = docket.take_batch();
  EXPECT_EQ(batch.entries.size(), 2U);
  ASSERT_EQ(batch.new_cases.size(), 1U);
  EXPECT_TRUE(batch.changed_cases.empty());
  EXPECT_EQ(decode_case(batch.new_cases[0].state).step.view(), "forward-to-dvd");
  EXPECT_EQ(batch.inbox.size(), 1U);
  EXPECT_EQ(batch.outbox.size(), 3U);  // two tasks, and the talon for the applicant
}

TEST_F(DocketOnEmptyStore, ChainsTheEntriesOfACaseAndTheLeavesOfALog) {
  Docket docket(bench_, now_, 1);
  const FilingReply reply = docket.file(complete_filing("r-1"));
  docket.answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted"));
  const Batch batch = docket.take_batch();
  const Entry first = decode_entry(batch.entries[0].bytes);
  const Entry second = decode_entry(batch.entries[1].bytes);
  EXPECT_EQ(first.previous, Digest{});
  EXPECT_EQ(second.previous, batch.entries[0].hash);
  EXPECT_EQ(batch.entries[0].hash, leaf_hash(batch.entries[0].bytes));
  EXPECT_EQ(first.seq, 1U);
  EXPECT_EQ(second.seq, 2U);
  EXPECT_EQ(first.leaf, 0U);
  EXPECT_EQ(second.leaf, 1U);
  ASSERT_EQ(batch.logs.size(), 1U);
  EXPECT_EQ(batch.logs[0].size, 2U);
}

TEST_F(DocketOnEmptyStore, RepeatedFilingInOneBatchGetsTheSameTalon) {
  Docket docket(bench_, now_, 1);
  const FilingReply first = docket.file(complete_filing("r-1"));
  const FilingReply second = docket.file(complete_filing("r-1"));
  EXPECT_EQ(first.talon, second.talon);
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(docket.take_batch().entries.size(), 1U);
}

TEST_F(DocketOnEmptyStore, LookingUpThatFailedHasFoundNothingOut) {
  store_.tables().requests.emplace("r-1", StoredRequest{"r-1", 0, 0, 7});
  unsigned questions = 0;
  store_.before_requests = [&] {
    if (++questions == 1) throw Unavailable("the store cannot be read");
  };
  Docket docket(bench_, now_, 1);
  const std::string_view id = "r-1";
  EXPECT_THROW(docket.look_up({&id, 1}), Unavailable);
  // It asks, and finds the request, whose case this store has not.
  EXPECT_THROW(docket.file(complete_filing("r-1")), Unavailable);
  EXPECT_EQ(questions, 2U);
  EXPECT_EQ(docket.decisions(), 0U);
}

TEST_F(DocketOnEmptyStore, RefusedFilingIsChainedInTheRegister) {
  Docket docket(bench_, now_, 1);
  Filing incomplete = complete_filing("r-1");
  incomplete.documents.clear();
  const FilingReply reply = docket.file(incomplete);
  ASSERT_TRUE(reply.refused);
  EXPECT_EQ(reply.refused->paragraph, "003 §8");
  const Batch batch = docket.take_batch();
  ASSERT_EQ(batch.entries.size(), 1U);
  EXPECT_EQ(batch.entries[0].case_number, 0U);
  EXPECT_TRUE(batch.new_cases.empty());
  EXPECT_EQ(batch.logs[0].register_seq, 1U);
  EXPECT_EQ(batch.logs[0].register_head, batch.entries[0].hash);
}

TEST_F(DocketOnEmptyStore, EntryCommitsToTheApplicationAndDoesNotHoldIt) {
  Docket docket(bench_, now_, 1);
  docket.file(complete_filing("r-1"));
  const Batch batch = docket.take_batch();
  ASSERT_EQ(batch.dossiers.size(), 1U);
  const StoredDossier& dossier = batch.dossiers[0];
  const Entry entry = decode_entry(batch.entries[0].bytes);
  EXPECT_EQ(entry.commitment, commitment(dossier.salt, dossier.value));
  EXPECT_EQ(decode_filing(dossier.value), complete_filing("r-1"));
  EXPECT_EQ(batch.entries[0].bytes.find("Aida"), std::string::npos);
  EXPECT_EQ(batch.entries[0].bytes.find("AC1234567"), std::string::npos);
}

TEST_F(DocketOnEmptyStore, RecordsWhatWasDueBeforeTheAnswer) {
  Docket docket(bench_, now_, 1);
  const FilingReply reply = docket.file(complete_filing("r-1"));
  Docket later(bench_, instant("2015-07-16T09:00:00+06:00"), 2);
  later.answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted"));
  const Batch batch = later.take_batch();
  std::vector<std::string> kinds;
  for (const StoredEntry& stored : batch.entries) {
    kinds.emplace_back(decode_entry(stored.bytes).kind);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"warned", "expired", "answered"}));
}

// ---- The same answer again ---------------------------------------------------------------------

TEST_F(DocketOnEmptyStore, TheSameAnswerAgainIsTakenAndLeavesNoEntry) {
  Docket docket(bench_, now_, 1);
  const Answer answer = taken_answer(docket);
  EXPECT_EQ(docket.answer(answer), std::nullopt);
  EXPECT_EQ(docket.decisions(), 2U);
  EXPECT_EQ(docket.take_batch().inbox.size(), 1U);
}

TEST_F(DocketOnEmptyStore, AnotherAnswerUnderAUsedIdIsADuplicateOnTheRecord) {
  Docket docket(bench_, now_, 1);
  Answer answer = taken_answer(docket);
  std::vector<Answer> others(4, answer);
  others[0].outcome = "incomplete";
  others[1].actor = "another";
  others[2].office = kDirectorate;
  others[3].fields = {{"note", "not seen"}};
  for (const Answer& other : others) {
    const std::size_t before = docket.decisions();
    const Verdict verdict = docket.answer(other);
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->code, rejection_code::duplicate);
    EXPECT_EQ(docket.decisions(), before + 1);
    EXPECT_EQ(docket.answer(other), verdict) << "the same again";
    EXPECT_EQ(docket.decisions(), before + 1);
  }
  EXPECT_EQ(docket.answer(answer), std::nullopt) << "the first one again";
  answer.fields.clear();
  EXPECT_TRUE(docket.answer(answer).has_value());
}

TEST_F(DocketOnEmptyStore, ARejectedAnswerAgainIsToldTheSameUntilSomethingHasHappened) {
  Docket docket(bench_, now_, 1);
  const CaseNumber number = docket.file(complete_filing("r-1")).case_number;
  Answer early = answer_of(number, 2, kLocalUnit, "forwarded");
  const Verdict first = docket.answer(early);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->code, rejection_code::unknown_task);
  EXPECT_EQ(docket.answer(early), first);
  EXPECT_EQ(docket.decisions(), 2U);
  early.message_id = "another";
  EXPECT_TRUE(docket.answer(early).has_value());
  EXPECT_EQ(docket.decisions(), 3U) << "another answer is another fact";
  EXPECT_EQ(docket.answer(answer_of(number, 1, kLocalUnit, "accepted")), std::nullopt);
  EXPECT_EQ(docket.answer(early), std::nullopt) << "its turn has come";
}

TEST(PartitionOf, GivesEveryCaseNumberBackToThePartitionThatGaveIt) {
  testing::MemoryStore store({3, true, instant("2015-07-14T09:00:00+06:00"), ""});
  for (const StoredLog& log : store.claim(std::nullopt)) {
    Partition partition(log, 3);
    Entry entry;
    entry.kind = entry_kind::filed;
    for (int i = 0; i < 5; ++i) {
      entry.case_number = partition.next_case();
      EXPECT_EQ(partition_of(entry.case_number, 3), log.log);
      static_cast<void>(partition.append(entry, 0, Digest{}));
    }
  }
}

TEST(Partition, RefusesARowThatContradictsItself) {
  testing::MemoryStore store({1, true, instant("2015-07-14T09:00:00+06:00"), ""});
  StoredLog row = store.claim(std::nullopt).front();
  row.size = 1;
  EXPECT_THROW(Partition(row, 1), Unavailable);
}

// ---- Legal acts --------------------------------------------------------------------------------

class ActsInADocket : public DocketOnEmptyStore {
 protected:
  const Instant in_2013_ = instant("2013-02-04T10:00:00+06:00");

  static LegalAct withdrawal(CaseNumber number, std::string reason = {}) {
    return {"w-1", number, "withdrawal", "applicant", std::move(reason)};
  }
};

TEST_F(ActsInADocket, AWithdrawalRevokesTheTaskAndKeepsItsReasonInTheDossier) {
  Docket docket(bench_, in_2013_, 1);
  const FilingReply reply = docket.file(testing::benefit_filing("r-1"));
  EXPECT_FALSE(docket.act(withdrawal(reply.case_number, "found the original")));
  const Batch batch = docket.take_batch();
  const Entry entry = decode_entry(batch.entries.back().bytes);
  EXPECT_EQ(entry.kind, entry_kind::act);
  ASSERT_TRUE(entry.commitment.has_value());
  EXPECT_EQ(decode_fields(batch.dossiers.back().value).at("reason"), "found the original");
  EXPECT_TRUE(std::ranges::any_of(batch.outbox, [](const OutboxMessage& message) {
    return std::holds_alternative<Revocation>(message.message);
  }));
  EXPECT_TRUE(batch.inbox.empty());
  EXPECT_FALSE(batch.new_cases.at(0).open);
}

TEST_F(ActsInADocket, AnActInAnUnknownCaseIsRecordedInTheRegister) {
  Docket docket(bench_, in_2013_, 1);
  const Verdict verdict = docket.act(withdrawal(999));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->code, rejection_code::unknown_task);
  EXPECT_EQ(docket.decisions(), 1U);
}

TEST_F(ActsInADocket, ATaskBesideTheStepListsItsOwnOutcomesAndItsOwnTerm) {
  Docket docket(bench_, in_2013_, 1);
  const CaseNumber number = docket.file(testing::benefit_filing("r-1")).case_number;
  EXPECT_FALSE(docket.answer(answer_of(number, 1, testing::kMilitary, "accepted")));
  EXPECT_FALSE(docket.answer(answer_of(number, 2, testing::kMilitary, "information-missing")));
  const Batch batch = docket.take_batch();
  const auto beside = std::ranges::find_if(batch.outbox, [](const OutboxMessage& message) {
    const auto* const task = std::get_if<TaskMessage>(&message.message);
    return task != nullptr && task->step == "notify-extension";
  });
  ASSERT_NE(beside, batch.outbox.end());
  const auto& task = std::get<TaskMessage>(beside->message);
  ASSERT_EQ(task.outcomes.size(), 1U);
  EXPECT_EQ(task.outcomes[0].view(), "told");
  EXPECT_EQ(task.due_at, instant("2013-02-05T17:00:00+06:00"));
}

}  // namespace
}  // namespace reglament
