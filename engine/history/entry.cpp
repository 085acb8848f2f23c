#include "engine/history/entry.hpp"

#include "engine/history/encoding.hpp"

namespace reglament {
namespace {

// The first byte of every entry. A new layout is a new version beside this one; released layouts
// stay readable for ever.
constexpr std::uint64_t kVersion = 2;

// Presence of the optional parts, so that the usual entry does not pay for the rare ones.
enum Part : std::uint64_t {
  kFacts = 1U << 0U,
  kDeadlines = 1U << 1U,
  kOffered = 1U << 2U,
  kRevoked = 1U << 3U,
  kNotices = 1U << 4U,
  kRejection = 1U << 5U,
  kCommitment = 1U << 6U,
  kVariant = 1U << 7U,
  kAllParts = (1U << 8U) - 1U,
};

std::uint64_t parts_of(const Entry& entry) {
  std::uint64_t parts = 0;
  if (!entry.facts.empty()) parts |= kFacts;
  if (!entry.deadlines.empty()) parts |= kDeadlines;
  if (!entry.offered.empty()) parts |= kOffered;
  if (!entry.revoked.empty()) parts |= kRevoked;
  if (!entry.notices.empty()) parts |= kNotices;
  if (entry.rejection) parts |= kRejection;
  if (entry.commitment) parts |= kCommitment;
  if (!entry.variant.empty()) parts |= kVariant;
  return parts;
}

// The later instant as its distance from the earlier. Unsigned arithmetic wraps, so that any two
// 64-bit instants, those of a forged entry too, have a distance that leads back.
void put_delay(ByteWriter& writer, Instant from, Instant to) {
  const auto distance = static_cast<std::uint64_t>(to.time_since_epoch().count()) -
                        static_cast<std::uint64_t>(from.time_since_epoch().count());
  writer.put_signed(static_cast<std::int64_t>(distance));
}

Instant take_delayed(ByteReader& reader, Instant from) {
  const auto distance = static_cast<std::uint64_t>(reader.take_signed());
  const auto start = static_cast<std::uint64_t>(from.time_since_epoch().count());
  return Instant(Instant::duration(static_cast<std::int64_t>(start + distance)));
}

void put_dates(ByteWriter& writer, const DeadlineChange& deadline) {
  writer.put_text(deadline.office);
  writer.put_text(deadline.paragraph);
  writer.put_text(deadline.term);
  writer.put_text(deadline.calendar);
  put_date(writer, deadline.start);
  put_date(writer, deadline.due);
  put_instant(writer, deadline.due_at);
  put_optional(writer, deadline.warn_at);
  put_instant(writer, deadline.since);
  writer.put_text(deadline.rest);
  if (deadline.change == deadline_change::set) return;
  put_date(writer, deadline.old_due);
  put_optional(writer, deadline.escalate_at);
}

void put(ByteWriter& writer, const DeadlineChange& deadline) {
  writer.put_text(deadline.change);
  writer.put_text(deadline.scope);
  writer.put_text(deadline.step);
  if (brings_dates(deadline.change)) {
    put_dates(writer, deadline);
  } else if (deadline.change == deadline_change::suspended) {
    writer.put_text(deadline.paragraph);
    writer.put_text(deadline.rest);
  } else if (deadline.change == deadline_change::expired) {
    put_optional(writer, deadline.escalate_at);
  } else if (deadline.change == deadline_change::escalated) {
    writer.put_unsigned(deadline.level);
    put_optional(writer, deadline.escalate_at);
  }
}

void take_dates(ByteReader& reader, DeadlineChange& deadline) {
  deadline.office = reader.take_text();
  deadline.paragraph = reader.take_text();
  deadline.term = reader.take_text();
  deadline.calendar = reader.take_text();
  deadline.start = take_date(reader);
  deadline.due = take_date(reader);
  deadline.due_at = take_instant(reader);
  deadline.warn_at = take_optional(reader);
  deadline.since = take_instant(reader);
  deadline.rest = reader.take_text();
  if (deadline.change == deadline_change::set) return;
  deadline.old_due = take_date(reader);
  deadline.escalate_at = take_optional(reader);
}

DeadlineChange take_deadline(ByteReader& reader) {
  DeadlineChange deadline;
  deadline.change = reader.take_text();
  deadline.scope = reader.take_text();
  deadline.step = reader.take_text();
  if (brings_dates(deadline.change)) {
    take_dates(reader, deadline);
  } else if (deadline.change == deadline_change::suspended) {
    deadline.paragraph = reader.take_text();
    deadline.rest = reader.take_text();
  } else if (deadline.change == deadline_change::expired) {
    deadline.escalate_at = take_optional(reader);
  } else if (deadline.change == deadline_change::escalated) {
    deadline.level = take_number(reader);
    deadline.escalate_at = take_optional(reader);
  }
  return deadline;
}

template <class T, class Put>
void put_list(ByteWriter& writer, const std::vector<T>& list, Put put_one) {
  if (list.empty()) return;
  writer.put_unsigned(list.size());
  for (const T& item : list) put_one(item);
}

// A list that is present has at least one item: an empty one would be a second encoding of absence.
template <class Take>
auto take_list(ByteReader& reader, Take take_one) {
  const std::uint64_t count = reader.take_unsigned();
  if (count == 0 || count > reader.remaining()) throw Malformed("impossible length of a list");
  std::vector<decltype(take_one())> list;
  list.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) list.push_back(take_one());
  return list;
}

void encode_parts(const Entry& entry, ByteWriter& writer) {
  put_list(writer, entry.facts, [&](std::string_view fact) { writer.put_text(fact); });
  put_list(writer, entry.deadlines, [&](const DeadlineChange& change) { put(writer, change); });
  put_list(writer, entry.offered, [&](const TaskOffer& task) {
    writer.put_unsigned(task.ordinal);
    writer.put_unsigned(task.attempt);
    writer.put_text(task.step);
    writer.put_text(task.office);
  });
  put_list(writer, entry.revoked, [&](const TaskEnd& task) {
    writer.put_unsigned(task.ordinal);
    writer.put_text(task.office);
  });
  put_list(writer, entry.notices, [&](const NoticeGiven& notice) {
    writer.put_text(notice.recipient);
    writer.put_text(notice.kind);
    writer.put_text(notice.paragraph);
  });
  if (entry.rejection) {
    writer.put_text(entry.rejection->code);
    writer.put_text(entry.rejection->expected);
    writer.put_text(entry.rejection->actual);
  }
  if (entry.commitment) writer.put_digest(*entry.commitment);
  if (!entry.variant.empty()) writer.put_text(entry.variant);
}

void decode_parts(ByteReader& reader, std::uint64_t parts, Entry& entry) {
  if (parts & kFacts) entry.facts = take_list(reader, [&] { return reader.take_text(); });
  if (parts & kDeadlines)
    entry.deadlines = take_list(reader, [&] { return take_deadline(reader); });
  if (parts & kOffered) {
    entry.offered = take_list(reader, [&] {
      TaskOffer task;
      task.ordinal = take_number(reader);
      task.attempt = take_number(reader);
      task.step = reader.take_text();
      task.office = reader.take_text();
      return task;
    });
  }
  if (parts & kRevoked) {
    entry.revoked = take_list(reader, [&] {
      TaskEnd task;
      task.ordinal = take_number(reader);
      task.office = reader.take_text();
      return task;
    });
  }
  if (parts & kNotices) {
    entry.notices = take_list(reader, [&] {
      NoticeGiven notice;
      notice.recipient = reader.take_text();
      notice.kind = reader.take_text();
      notice.paragraph = reader.take_text();
      return notice;
    });
  }
  if (parts & kRejection) {
    RejectionNote note;
    note.code = reader.take_text();
    note.expected = reader.take_text();
    note.actual = reader.take_text();
    entry.rejection = note;
  }
  if (parts & kCommitment) entry.commitment = reader.take_digest();
  if (parts & kVariant) {
    entry.variant = reader.take_text();
    if (entry.variant.empty()) throw Malformed("a variant that is present and empty");
  }
}

}  // namespace

bool brings_dates(std::string_view change) {
  return change == deadline_change::set || change == deadline_change::extended ||
         change == deadline_change::resumed || change == deadline_change::restarted ||
         change == deadline_change::moved;
}

void encode(const Entry& entry, ByteWriter& writer) {
  writer.put_unsigned(kVersion);
  writer.put_unsigned(entry.log);
  writer.put_unsigned(entry.leaf);
  writer.put_unsigned(entry.case_number);
  writer.put_unsigned(entry.seq);
  writer.put_digest(entry.previous);
  writer.put_unsigned(entry.epoch);
  writer.put_text(entry.kind);
  put_instant(writer, entry.at);
  put_delay(writer, entry.at, entry.noticed_at);
  for (const std::string_view text :
       {entry.regulation, entry.edition, entry.paragraph, entry.step, entry.next_step, entry.result,
        entry.outcome, entry.ground, entry.office, entry.actor, entry.message_id}) {
    writer.put_text(text);
  }
  writer.put_unsigned(entry.task);
  writer.put_unsigned(entry.attempt);
  writer.put_unsigned(parts_of(entry));
  encode_parts(entry, writer);
}

Entry decode_entry(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.take_unsigned() != kVersion) throw Malformed("unknown version of an entry");
  Entry entry;
  entry.log = take_number(reader);
  entry.leaf = reader.take_unsigned();
  entry.case_number = reader.take_unsigned();
  entry.seq = take_number(reader);
  entry.previous = reader.take_digest();
  entry.epoch = reader.take_unsigned();
  entry.kind = reader.take_text();
  entry.at = take_instant(reader);
  entry.noticed_at = take_delayed(reader, entry.at);
  for (std::string_view* text : {&entry.regulation, &entry.edition, &entry.paragraph, &entry.step,
                                 &entry.next_step, &entry.result, &entry.outcome, &entry.ground,
                                 &entry.office, &entry.actor, &entry.message_id}) {
    *text = reader.take_text();
  }
  entry.task = take_number(reader);
  entry.attempt = take_number(reader);
  const std::uint64_t parts = reader.take_unsigned();
  if (parts > kAllParts) throw Malformed("unknown part of an entry");
  decode_parts(reader, parts, entry);
  reader.expect_end();
  return entry;
}

}  // namespace reglament
