#include "engine/history/verification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "engine/history/checkpoint.hpp"
#include "engine/history/sha256.hpp"
#include "engine/runtime/evidence.hpp"
#include "tests/history/memory_history.hpp"

namespace reglament {
namespace {

using tests::MemoryHistory;
using tests::MemoryReader;
using tests::RandomHistory;

std::vector<Checkpoint> checkpoints_of(const MemoryHistory& history) {
  std::vector<Checkpoint> checkpoints;
  for (const StoredLog& row : history.logs) checkpoints.push_back({row.log, row.size, row.root});
  return checkpoints;
}

std::vector<Flaw> verify(const MemoryHistory& history, const std::vector<Checkpoint>& older = {}) {
  MemoryReader reader(history);
  std::vector<LogVerification> logs;
  for (const StoredLog& row : history.logs) {
    logs.push_back(verify_log(reader, row, static_cast<std::uint32_t>(history.logs.size()), older));
  }
  conclude_verification(reader, logs);
  std::vector<Flaw> flaws;
  for (const LogVerification& log : logs) {
    if (log.flaw()) flaws.push_back(*log.flaw());
  }
  return flaws;
}

// One place in a random history.
struct Place {
  MemoryHistory history;
  LogId log{};
  LeafIndex leaf{};

  std::vector<StoredEntry>& rows() { return history.entries[log]; }
  StoredEntry& row() { return rows()[leaf]; }
};

MemoryHistory any_history() {
  const auto partitions = *rc::gen::inRange<std::uint32_t>(1, 4);
  RandomHistory random(partitions, *rc::gen::arbitrary<std::uint32_t>());
  random.write(*rc::gen::inRange<std::size_t>(partitions * 3, 80));
  return random.history();
}

// `at_least` rows in its log.
Place any_place(std::size_t at_least = 1) {
  Place place{any_history(), 0, 0};
  place.log = *rc::gen::inRange<LogId>(0, static_cast<LogId>(place.history.logs.size()));
  RC_PRE(place.rows().size() >= at_least);
  place.leaf = *rc::gen::inRange<LeafIndex>(0, place.rows().size());
  return place;
}

std::uint32_t seq_of(const StoredEntry& row) { return decode_entry(row.bytes).seq; }

void expect_flaw(const std::vector<Flaw>& flaws, FlawKind kind, LogId log, LeafIndex leaf) {
  RC_ASSERT(flaws.size() == 1U);
  RC_LOG() << flaws[0].text;
  RC_ASSERT(code(flaws[0].kind) == code(kind));
  RC_ASSERT(flaws[0].log == log);
  RC_ASSERT(flaws[0].leaf == leaf);
  RC_ASSERT(flaws[0].last_leaf == leaf);
}

void expect_flaw(const std::vector<Flaw>& flaws, FlawKind kind, LogId log, LeafIndex leaf,
                 CaseNumber number, std::uint32_t seq) {
  expect_flaw(flaws, kind, log, leaf);
  RC_ASSERT(flaws[0].case_number == number);
  RC_ASSERT(flaws[0].seq == seq);
}

void expect_among(const std::vector<Flaw>& flaws, LogId log, LeafIndex leaf) {
  RC_ASSERT(flaws.size() == 1U);
  RC_LOG() << flaws[0].text;
  RC_ASSERT(flaws[0].kind == FlawKind::changed);
  RC_ASSERT(flaws[0].log == log);
  RC_ASSERT(flaws[0].leaf <= leaf);
  RC_ASSERT(flaws[0].last_leaf >= leaf);
}

void flip(std::string& bytes) {
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  const auto bit = *rc::gen::inRange(0, 8);
  bytes[at] = static_cast<char>(static_cast<std::uint8_t>(bytes[at]) ^ (1U << bit));
}

RC_GTEST_PROP(Verification, HonestHistoriesHold, ()) {
  const MemoryHistory history = any_history();
  RC_ASSERT(verify(history).empty());
  RC_ASSERT(verify(history, checkpoints_of(history)).empty());
}

TEST(Verification, AnEmptyHistoryHolds) {
  RandomHistory random(3, 1);
  EXPECT_TRUE(verify(random.history()).empty());
}

RC_GTEST_PROP(Verification, OlderCheckpointsHold, (std::uint32_t seed)) {
  RandomHistory random(2, seed);
  random.write(*rc::gen::inRange<std::size_t>(0, 30));
  const auto older = checkpoints_of(random.history());
  random.write(*rc::gen::inRange<std::size_t>(0, 30));
  RC_ASSERT(verify(random.history(), older).empty());
}

RC_GTEST_PROP(Verification, AFlippedBitIsFoundWhereItIs, ()) {
  Place place = any_place();
  const std::uint32_t seq = seq_of(place.row());
  flip(place.row().bytes);
  expect_flaw(verify(place.history), FlawKind::changed, place.log, place.leaf,
              place.row().case_number, seq);
}

RC_GTEST_PROP(Verification, AForeignHashIsFoundWhereItIs, ()) {
  Place place = any_place();
  place.row().hash = leaf_hash(place.row().bytes + "x");
  expect_flaw(verify(place.history), FlawKind::changed, place.log, place.leaf);
}

RC_GTEST_PROP(Verification, AChangeWithItsHashIsFoundWhereItIs, ()) {
  Place place = any_place();
  flip(place.row().bytes);
  place.row().hash = leaf_hash(place.row().bytes);
  expect_flaw(verify(place.history), FlawKind::changed, place.log, place.leaf);
}

RC_GTEST_PROP(Verification, AnotherCaseBesideTheEntryIsFound, ()) {
  Place place = any_place();
  place.row().case_number += *rc::gen::inRange<CaseNumber>(1, 9);
  expect_flaw(verify(place.history), FlawKind::changed, place.log, place.leaf);
}

RC_GTEST_PROP(Verification, ADeletedEntryIsMissedWhereItWas, ()) {
  Place place = any_place(2);
  RC_PRE(place.leaf + 1 < place.rows().size());
  const StoredEntry gone = place.row();
  const std::uint32_t seq = seq_of(gone);
  place.rows().erase(place.rows().begin() + static_cast<std::ptrdiff_t>(place.leaf));
  const auto flaws = verify(place.history);
  expect_flaw(flaws, FlawKind::missing, place.log, place.leaf);
  // Whose it was is told by its case; nothing tells of the register's when it was its last.
  if (gone.case_number != 0) {
    RC_ASSERT(flaws[0].case_number == gone.case_number);
    RC_ASSERT(flaws[0].seq == seq);
  }
}

RC_GTEST_PROP(Verification, RenumberingDoesNotHideADeletedEntry, ()) {
  Place place = any_place(2);
  RC_PRE(place.leaf + 1 < place.rows().size());
  place.rows().erase(place.rows().begin() + static_cast<std::ptrdiff_t>(place.leaf));
  for (LeafIndex i = place.leaf; i < place.rows().size(); ++i) place.rows()[i].leaf = i;
  expect_flaw(verify(place.history), FlawKind::missing, place.log, place.leaf);
}

RC_GTEST_PROP(Verification, SwappedEntriesAreFoundAtTheFirst, (bool leaves_travel)) {
  Place place = any_place(2);
  const auto other = *rc::gen::inRange<LeafIndex>(0, place.rows().size());
  RC_PRE(other != place.leaf);
  const LeafIndex first = std::min(place.leaf, other);
  const StoredEntry belongs_there = place.rows()[first];
  std::swap(place.rows()[place.leaf], place.rows()[other]);
  if (!leaves_travel) std::swap(place.rows()[place.leaf].leaf, place.rows()[other].leaf);
  expect_flaw(verify(place.history), FlawKind::reordered, place.log, first,
              belongs_there.case_number, seq_of(belongs_there));
}

RC_GTEST_PROP(Verification, ARepeatedEntryIsFoundWhereItWasPut, (bool renumbered)) {
  Place place = any_place();
  const auto to = *rc::gen::inRange<LeafIndex>(place.leaf + 1, place.rows().size() + 1);
  const StoredEntry again = place.row();
  place.rows().insert(place.rows().begin() + static_cast<std::ptrdiff_t>(to), again);
  if (renumbered) {
    for (LeafIndex i = 0; i < place.rows().size(); ++i) place.rows()[i].leaf = i;
  }
  expect_flaw(verify(place.history), FlawKind::added, place.log, to);
}

RC_GTEST_PROP(Verification, ACutTailIsTruncated, ()) {
  Place place = any_place();
  const StoredEntry gone = place.row();
  const std::uint32_t seq = seq_of(gone);
  place.rows().resize(place.leaf);
  const auto flaws = verify(place.history);
  RC_ASSERT(flaws.size() == 1U);
  RC_ASSERT(flaws[0].kind == FlawKind::truncated);
  RC_ASSERT(flaws[0].leaf == place.leaf);
  RC_ASSERT(flaws[0].last_leaf == place.history.logs[place.log].size - 1);
  if (gone.case_number == 0) return;
  RC_ASSERT(flaws[0].case_number == gone.case_number);
  RC_ASSERT(flaws[0].seq == seq);
}

// ---- Whoever can write anything ----------------------------------------------------------------

// Changes one entry and then whatever names it, so that the chain of its case holds again.
void rewrite(Place& place) {
  StoredEntry& changed = place.row();
  Entry entry = decode_entry(changed.bytes);
  std::string bytes;
  const auto store = [](StoredEntry& row, const Entry& content) {
    ByteWriter writer;
    encode(content, writer);
    std::string encoded = writer.take();
    row.hash = leaf_hash(encoded);
    return encoded;
  };
  entry.noticed_at += std::chrono::hours{1};
  bytes = store(changed, entry);
  changed.bytes = bytes;
  Digest head = changed.hash;
  for (LeafIndex i = place.leaf + 1; i < place.rows().size(); ++i) {
    StoredEntry& row = place.rows()[i];
    if (row.case_number != changed.case_number) continue;
    Entry next = decode_entry(row.bytes);
    next.previous = head;
    bytes = store(row, next);
    row.bytes = bytes;
    head = row.hash;
  }
  if (changed.case_number == 0) {
    place.history.logs[place.log].register_head = head;
    return;
  }
  StoredCase& row = place.history.cases.at(changed.case_number);
  Case state = decode_case(row.state);
  state.head = head;
  ByteWriter writer;
  encode(state, writer);
  row.state = writer.take();
}

// And the tree.
void rewrite_root(MemoryHistory& history) {
  for (StoredLog& row : history.logs) {
    MerkleFrontier frontier;
    for (const StoredEntry& entry : history.entries[row.log]) frontier.append(entry.hash);
    row.root = frontier.root();
    row.frontier = frontier.encode();
  }
}

RC_GTEST_PROP(Verification, ARewrittenChainDiffersFromTheRoot, ()) {
  Place place = any_place();
  rewrite(place);
  expect_among(verify(place.history), place.log, place.leaf);
}

RC_GTEST_PROP(Verification, ARewrittenLogDiffersFromACheckpoint, ()) {
  Place place = any_place();
  const auto older = checkpoints_of(place.history);
  rewrite(place);
  rewrite_root(place.history);
  RC_ASSERT(verify(place.history).empty());  // nothing inside the store tells
  expect_among(verify(place.history, older), place.log, place.leaf);
}

RC_GTEST_PROP(Verification, TwoCheckpointsNarrowTheLeaves, (std::uint32_t seed)) {
  RandomHistory random(1, seed);
  random.write(*rc::gen::inRange<std::size_t>(1, 20));
  const std::uint64_t proven = random.history().logs[0].size;
  auto older = checkpoints_of(random.history());
  random.write(*rc::gen::inRange<std::size_t>(1, 20));
  Place place{random.history(), 0, 0};
  older.push_back(checkpoints_of(place.history)[0]);
  place.leaf = *rc::gen::inRange<LeafIndex>(proven, place.rows().size());
  rewrite(place);
  rewrite_root(place.history);
  const auto flaws = verify(place.history, older);
  expect_among(flaws, 0, place.leaf);
  RC_ASSERT(flaws[0].leaf >= proven);
}

RC_GTEST_PROP(Verification, AnOlderStateOfTheWholeStoreIsTruncated, (std::uint32_t seed)) {
  RandomHistory random(1, seed);
  random.write(*rc::gen::inRange<std::size_t>(0, 20));
  const MemoryHistory restored = random.history();
  random.write(*rc::gen::inRange<std::size_t>(1, 20));
  const auto flaws = verify(restored, checkpoints_of(random.history()));
  RC_ASSERT(flaws.size() == 1U);
  RC_ASSERT(flaws[0].kind == FlawKind::truncated);
  RC_ASSERT(flaws[0].leaf == restored.logs[0].size);
}

// ---- What is stored beside the entries ---------------------------------------------------------

RC_GTEST_PROP(Verification, ACaseThatIsNotStoredIsMissed, ()) {
  MemoryHistory history = any_history();
  const auto gone = std::next(
      history.cases.begin(),
      *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(history.cases.size())));
  const CaseNumber number = gone->first;
  history.cases.erase(gone);
  const auto flaws = verify(history);
  RC_ASSERT(flaws.size() == 1U);
  RC_ASSERT(flaws[0].kind == FlawKind::missing);
  RC_ASSERT(flaws[0].case_number == number);
}

RC_GTEST_PROP(Verification, ADamagedCaseIsNamed, ()) {
  MemoryHistory history = any_history();
  const auto damaged = std::next(
      history.cases.begin(),
      *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(history.cases.size())));
  damaged->second.state.resize(damaged->second.state.size() / 2);
  const auto flaws = verify(history);
  RC_ASSERT(flaws.size() == 1U);
  RC_ASSERT(flaws[0].kind == FlawKind::changed);
  RC_ASSERT(flaws[0].case_number == damaged->first);
}

TEST(Verification, TheRowOfTheLogIsChecked) {
  RandomHistory random(1, 7);
  random.write(40);
  const MemoryHistory honest = random.history();
  const auto flaw_after = [&](auto change) {
    MemoryHistory history = honest;
    change(history.logs[0]);
    return verify(history);
  };
  EXPECT_EQ(flaw_after([](StoredLog& row) { row.root[3] ^= 1U; }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { row.frontier.back() ^= 1; }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { row.frontier.pop_back(); }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { ++row.cases; }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { row.register_head[0] ^= 1U; }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { --row.size; }).size(), 1U);
  EXPECT_EQ(flaw_after([](StoredLog& row) { ++row.size; }).size(), 1U);
}

// What an engine commits while the verification runs is not damage.
TEST(Verification, GrowthMeanwhileIsNotAFlaw) {
  RandomHistory random(1, 11);
  random.write(30);
  const std::vector<StoredLog> before = random.history().logs;
  random.write(30);
  const MemoryHistory now = random.history();
  MemoryReader reader(now);
  std::vector<LogVerification> logs;
  logs.push_back(verify_log(reader, before[0], 1, {}));
  conclude_verification(reader, logs);
  EXPECT_FALSE(logs[0].flaw().has_value());
  EXPECT_EQ(logs[0].entries(), 30U);
  EXPECT_EQ(logs[0].root(), before[0].root);
}

// A row whose columns cannot be taken for an entry at all.
class UnreadableAt final : public tests::MemoryReader {
 public:
  UnreadableAt(const MemoryHistory& history, LeafIndex leaf) : MemoryReader(history), leaf_(leaf) {}
  std::optional<StoredEntry> entry(LogId log, LeafIndex leaf) override {
    if (leaf == leaf_) throw Unavailable("a digest of 1 byte");
    return MemoryReader::entry(log, leaf);
  }
  void for_each_entry(LogId log, LeafIndex first,
                      const std::function<bool(const StoredEntry&)>& visit) override {
    MemoryReader::for_each_entry(log, first, [&](const StoredEntry& row) {
      if (row.leaf == leaf_) throw Unavailable("a digest of 1 byte");
      return visit(row);
    });
  }

 private:
  LeafIndex leaf_;
};

TEST(Verification, ARowThatCannotBeReadIsAFlaw) {
  RandomHistory random(1, 13);
  random.write(40);
  const MemoryHistory history = random.history();
  const StoredCase& row = history.cases.begin()->second;
  const LeafIndex last = decode_case(row.state).leaves.back();
  UnreadableAt reader(history, last);
  std::vector<LogVerification> logs;
  logs.push_back(verify_log(reader, history.logs[0], 1, {}));
  conclude_verification(reader, logs);
  ASSERT_TRUE(logs[0].flaw().has_value());
  EXPECT_EQ(logs[0].flaw()->kind, FlawKind::changed);
  EXPECT_EQ(logs[0].flaw()->leaf, last);
  EXPECT_EQ(logs[0].flaw()->case_number, row.number);
  EXPECT_EQ(replay(reader, row).difference, "a digest of 1 byte");
}

// ---- Replay and proofs -------------------------------------------------------------------------

RC_GTEST_PROP(Replay, TheFoldOfTheEntriesIsTheCase, ()) {
  const MemoryHistory history = any_history();
  MemoryReader reader(history);
  for (const auto& [number, row] : history.cases) {
    RC_ASSERT(replay(reader, row).difference == "");
  }
}

TEST(Replay, ADifferenceIsNamed) {
  RandomHistory random(1, 3);
  random.write(30);
  MemoryHistory history = random.history();
  StoredCase& row = history.cases.begin()->second;
  const auto difference_after = [&](auto change) {
    Case state = decode_case(row.state);
    change(state);
    ByteWriter writer;
    encode(state, writer);
    StoredCase changed = row;
    changed.state = writer.take();
    MemoryReader reader(history);
    return replay(reader, changed).difference;
  };
  EXPECT_EQ(difference_after([](Case&) {}), "");
  EXPECT_NE(difference_after([](Case& state) { state.step = Symbol("issue"); }).find("step"),
            std::string::npos);
  EXPECT_NE(difference_after([](Case& state) { state.tasks.clear(); }).find("tasks"),
            std::string::npos);
  EXPECT_NE(difference_after([](Case& state) { state.leaves.pop_back(); }), "");
  EXPECT_NE(difference_after([](Case& state) { state.leaves.back() = 9999; }).find("leaf 9999"),
            std::string::npos);
}

RC_GTEST_PROP(Proof, EveryEntryIsProvenIntoItsLog, ()) {
  const MemoryHistory history = any_history();
  MemoryReader reader(history);
  for (const auto& [number, row] : history.cases) {
    const Case state = decode_case(row.state);
    const auto seq = *rc::gen::inRange<std::uint32_t>(1, state.seq + 1);
    const InclusionEvidence evidence = prove_inclusion(reader, number, seq);
    RC_ASSERT(evidence.leaf == state.leaves[seq - 1]);
    RC_ASSERT(evidence.root == history.logs[row.log].root);
    RC_ASSERT(verify_inclusion(evidence.leaf_hash, evidence.leaf, evidence.size, evidence.proof,
                               evidence.root));
  }
}

TEST(Proof, WhatIsNotThereIsRefused) {
  RandomHistory random(1, 5);
  random.write(20);
  MemoryHistory history = random.history();
  MemoryReader reader(history);
  EXPECT_THROW((void)prove_inclusion(reader, 9999, 1), BadInput);
  EXPECT_THROW((void)prove_inclusion(reader, 1, 0), BadInput);
  EXPECT_THROW((void)prove_inclusion(reader, 1, 9999), BadInput);
  history.entries[0][0].bytes.back() ^= 1;
  EXPECT_THROW((void)prove_inclusion(reader, 1, 1), Malformed);
}

}  // namespace
}  // namespace reglament
