#include "engine/history/entry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <string>

namespace reglament {
namespace {

// Entries with any content, the text they point into kept beside them.
class AnyEntry {
 public:
  AnyEntry() {
    entry_.log = *rc::gen::arbitrary<LogId>();
    entry_.leaf = *rc::gen::arbitrary<LeafIndex>();
    entry_.case_number = *rc::gen::arbitrary<CaseNumber>();
    entry_.seq = *rc::gen::arbitrary<std::uint32_t>();
    entry_.previous = digest();
    entry_.epoch = *rc::gen::arbitrary<std::uint64_t>();
    entry_.at = instant();
    entry_.noticed_at = instant();
    for (std::string_view* part :
         {&entry_.kind, &entry_.regulation, &entry_.edition, &entry_.paragraph, &entry_.step,
          &entry_.next_step, &entry_.result, &entry_.outcome, &entry_.ground, &entry_.office,
          &entry_.actor, &entry_.message_id}) {
      *part = text();
    }
    entry_.task = *rc::gen::arbitrary<std::uint32_t>();
    entry_.attempt = *rc::gen::arbitrary<std::uint32_t>();
    fill_lists();
    if (*rc::gen::arbitrary<bool>()) entry_.rejection = RejectionNote{text(), text(), text()};
    if (*rc::gen::arbitrary<bool>()) entry_.commitment = digest();
    if (*rc::gen::arbitrary<bool>()) entry_.variant = text();
  }
  [[nodiscard]] const Entry& entry() const { return entry_; }

 private:
  void fill_lists() {
    for (int i = few(); i > 0; --i) entry_.facts.push_back(text());
    for (int i = few(); i > 0; --i) entry_.deadlines.push_back(deadline());
    for (int i = few(); i > 0; --i) {
      entry_.offered.push_back({*rc::gen::arbitrary<std::uint32_t>(),
                                *rc::gen::arbitrary<std::uint32_t>(), text(), text()});
    }
    for (int i = few(); i > 0; --i) {
      entry_.revoked.push_back({*rc::gen::arbitrary<std::uint32_t>(), text()});
    }
    for (int i = few(); i > 0; --i) entry_.notices.push_back({text(), text(), text()});
  }
  DeadlineChange deadline() {
    DeadlineChange change;
    change.change = *rc::gen::element(deadline_change::set, deadline_change::extended,
                                      deadline_change::suspended, deadline_change::moved,
                                      deadline_change::expired, deadline_change::escalated, text());
    change.scope = text();
    change.step = text();
    if (change.change == deadline_change::suspended) {
      change.paragraph = text();
      change.rest = text();
    } else if (change.change == deadline_change::expired) {
      change.escalate_at = perhaps();
    } else if (change.change == deadline_change::escalated) {
      change.level = *rc::gen::arbitrary<std::uint32_t>();
      change.escalate_at = perhaps();
    } else if (brings_dates(change.change)) {
      add_dates(change);
    }
    return change;
  }
  void add_dates(DeadlineChange& change) {
    for (std::string_view* part :
         {&change.office, &change.paragraph, &change.term, &change.calendar, &change.rest}) {
      *part = text();
    }
    change.start = date();
    change.due = date();
    change.due_at = instant();
    change.since = instant();
    change.warn_at = perhaps();
    if (change.change == deadline_change::set) return;
    change.old_due = date();
    change.escalate_at = perhaps();
  }
  static std::optional<Instant> perhaps() {
    return *rc::gen::arbitrary<bool>() ? std::optional(instant()) : std::nullopt;
  }
  static int few() { return *rc::gen::inRange(0, 4); }
  static Digest digest() {
    Digest digest{};
    for (auto& byte : digest) byte = *rc::gen::arbitrary<std::uint8_t>();
    return digest;
  }
  static Instant instant() {
    return Instant(Instant::duration(*rc::gen::arbitrary<std::int64_t>()));
  }
  static Date date() { return Date(std::chrono::days(*rc::gen::inRange(-10'000'000, 10'000'001))); }
  std::string_view text() { return texts_.emplace_back(*rc::gen::arbitrary<std::string>()); }

  std::deque<std::string> texts_;  // does not move what it holds
  Entry entry_;
};

std::string bytes_of(const Entry& entry) {
  ByteWriter writer;
  encode(entry, writer);
  return writer.take();
}

void expect_same_places(const Entry& read, const Entry& written) {
  RC_ASSERT(read.log == written.log);
  RC_ASSERT(read.leaf == written.leaf);
  RC_ASSERT(read.case_number == written.case_number);
  RC_ASSERT(read.seq == written.seq);
  RC_ASSERT(read.previous == written.previous);
  RC_ASSERT(read.epoch == written.epoch);
  RC_ASSERT(read.at == written.at);
  RC_ASSERT(read.noticed_at == written.noticed_at);
  RC_ASSERT(read.task == written.task);
  RC_ASSERT(read.attempt == written.attempt);
}

void expect_same_texts(const Entry& read, const Entry& written) {
  for (const auto part :
       {&Entry::kind, &Entry::regulation, &Entry::edition, &Entry::paragraph, &Entry::step,
        &Entry::next_step, &Entry::result, &Entry::outcome, &Entry::ground, &Entry::office,
        &Entry::actor, &Entry::message_id, &Entry::variant}) {
    RC_ASSERT((read.*part) == (written.*part));
  }
}

void expect_same_deadlines(const Entry& read, const Entry& written) {
  RC_ASSERT(read.deadlines.size() == written.deadlines.size());
  for (std::size_t i = 0; i < read.deadlines.size(); ++i) {
    const DeadlineChange& a = read.deadlines[i];
    const DeadlineChange& b = written.deadlines[i];
    for (const auto part :
         {&DeadlineChange::change, &DeadlineChange::scope, &DeadlineChange::step,
          &DeadlineChange::office, &DeadlineChange::paragraph, &DeadlineChange::term,
          &DeadlineChange::calendar, &DeadlineChange::rest}) {
      RC_ASSERT((a.*part) == (b.*part));
    }
    RC_ASSERT(a.start == b.start);
    RC_ASSERT(a.due == b.due);
    RC_ASSERT(a.due_at == b.due_at);
    RC_ASSERT(a.warn_at == b.warn_at);
    RC_ASSERT(a.since == b.since);
    RC_ASSERT(a.old_due == b.old_due);
    RC_ASSERT(a.escalate_at == b.escalate_at);
    RC_ASSERT(a.level == b.level);
  }
}

void expect_same_lists(const Entry& read, const Entry& written) {
  RC_ASSERT(read.facts == written.facts);
  RC_ASSERT(read.revoked.size() == written.revoked.size());
  for (std::size_t i = 0; i < read.revoked.size(); ++i) {
    RC_ASSERT(read.revoked[i].ordinal == written.revoked[i].ordinal);
    RC_ASSERT(read.revoked[i].office == written.revoked[i].office);
  }
  RC_ASSERT(read.offered.size() == written.offered.size());
  for (std::size_t i = 0; i < read.offered.size(); ++i) {
    RC_ASSERT(read.offered[i].ordinal == written.offered[i].ordinal);
    RC_ASSERT(read.offered[i].attempt == written.offered[i].attempt);
    RC_ASSERT(read.offered[i].step == written.offered[i].step);
    RC_ASSERT(read.offered[i].office == written.offered[i].office);
  }
  RC_ASSERT(read.notices.size() == written.notices.size());
  for (std::size_t i = 0; i < read.notices.size(); ++i) {
    RC_ASSERT(read.notices[i].recipient == written.notices[i].recipient);
    RC_ASSERT(read.notices[i].kind == written.notices[i].kind);
    RC_ASSERT(read.notices[i].paragraph == written.notices[i].paragraph);
  }
  RC_ASSERT(read.rejection.has_value() == written.rejection.has_value());
  if (read.rejection) {
    RC_ASSERT(read.rejection->code == written.rejection->code);
    RC_ASSERT(read.rejection->expected == written.rejection->expected);
    RC_ASSERT(read.rejection->actual == written.rejection->actual);
  }
  RC_ASSERT(read.commitment == written.commitment);
}

RC_GTEST_PROP(Entry, EverythingComesBack, ()) {
  const AnyEntry any;
  const std::string bytes = bytes_of(any.entry());
  const Entry read = decode_entry(bytes);
  expect_same_places(read, any.entry());
  expect_same_texts(read, any.entry());
  expect_same_deadlines(read, any.entry());
  expect_same_lists(read, any.entry());
}

// One encoding a value, so that the hash of the bytes is the hash of the value: whatever decodes,
// encodes to the very same bytes.
void expect_canonical(const std::string& bytes) {
  try {
    RC_ASSERT(bytes_of(decode_entry(bytes)) == bytes);
    RC_TAG("decodes");
  } catch (const Malformed&) {
    RC_TAG("refused");
  }
}

RC_GTEST_PROP(Entry, WhatDecodesHasNoOtherEncoding, ()) {
  const AnyEntry any;
  std::string bytes = bytes_of(any.entry());
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  expect_canonical(bytes);
}

RC_GTEST_PROP(Entry, AnyBytesAreCanonicalOrRefused, (std::string bytes)) {
  expect_canonical('\x02' + bytes);
}

RC_GTEST_PROP(Entry, ACutOrPaddedEntryIsRefused, ()) {
  const AnyEntry any;
  const std::string bytes = bytes_of(any.entry());
  const auto length = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT_THROWS_AS((void)decode_entry(bytes.substr(0, length)), Malformed);
  RC_ASSERT_THROWS_AS((void)decode_entry(bytes + '\0'), Malformed);
}

TEST(Entry, AnotherVersionIsRefused) {
  std::string bytes = bytes_of(Entry{});
  ASSERT_EQ(bytes[0], 2);
  bytes[0] = 3;
  EXPECT_THROW((void)decode_entry(bytes), Malformed);
}

TEST(Entry, TheUsualEntryIsSmall) {
  Entry entry;
  entry.leaf = 1'000'000;
  entry.case_number = 200'000;
  entry.seq = 3;
  entry.kind = entry_kind::answered;
  entry.at = entry.noticed_at = Instant(std::chrono::microseconds{1'436'847'300'000'000});
  entry.regulation = "border-zone-permit";
  entry.edition = "2015-07-13";
  entry.step = "dvd-check";
  entry.office = "kz.dvd.akmola";
  EXPECT_LT(bytes_of(entry).size(), 130U);
}

}  // namespace
}  // namespace reglament
