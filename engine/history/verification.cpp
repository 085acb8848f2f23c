#include "engine/history/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

std::optional<Entry> decoded(std::string_view bytes) {
  try {
    return decode_entry(bytes);
  } catch (const Malformed&) {
    return std::nullopt;
  }
}

// The leaf that a row says it is: its bytes know best, if they can still be read.
LeafIndex claimed_leaf(const EntryRow& row, const std::optional<Entry>& entry) {
  return entry && row.hash == leaf_hash(row.bytes) ? entry->leaf : row.leaf;
}

}  // namespace

std::string_view code(FlawKind kind) {
  switch (kind) {
    case FlawKind::changed:
      return "changed";
    case FlawKind::missing:
      return "missing";
    case FlawKind::reordered:
      return "reordered";
    case FlawKind::added:
      return "added";
    case FlawKind::truncated:
      return "truncated";
  }
  return "";
}

LogVerification::LogVerification(LogHead head, std::uint32_t partitions,
                                 std::vector<TreeHead> older)
    : head_(std::move(head)), partitions_(std::max(partitions, 1U)), older_(std::move(older)) {
  std::ranges::stable_sort(older_, {}, &TreeHead::size);
  compare_older_roots();
}

// ---- Rows --------------------------------------------------------------------------------------

void LogVerification::add(const EntryRow& row) {
  if (!wants_more()) return;
  ++rows_;
  switch (question_) {
    case Question::none:
      return examine(row);
    case Question::what_became_of_leaf:
      return look_for_leaf(row);
    case Question::which_of_two:
      return look_for_successor(row);
  }
}

void LogVerification::examine(const EntryRow& row) {
  const LeafIndex at = frontier_.size();
  if (at >= head_.size) return add_behind_end(row);
  if (row.leaf != at) return ask_what_became(row, row.leaf);
  const Digest hash = leaf_hash(row.bytes);
  if (row.log != head_.log || hash != row.hash) {
    return set_flaw(
        FlawKind::changed, row,
        fmt::format("expected bytes with the hash {}, found {}", hex(row.hash), hex(hash)));
  }
  Entry entry;
  try {
    entry = decode_entry(row.bytes);
  } catch (const Malformed& error) {
    return set_flaw(FlawKind::changed, row,
                    fmt::format("expected an entry, found bytes that are none: {}", error.what()));
  }
  if (entry.log != head_.log || entry.case_number != row.case_number) {
    return set_flaw(FlawKind::changed, row,
                    fmt::format("expected an entry of log {} and case {}, found log {} and case {}",
                                head_.log, row.case_number, entry.log, entry.case_number));
  }
  if (entry.leaf != at) return ask_what_became(row, entry.leaf);
  follow(entry, hash);
}

// V3 and V4; then the entry is part of the log.
void LogVerification::follow(const Entry& entry, const Digest& hash) {
  if (entry.case_number == 0) return append(register_, entry, hash);
  if ((entry.case_number - 1) % partitions_ != head_.log) {
    return set_flaw(
        FlawKind::changed, entry, frontier_.size(),
        fmt::format("expected a case of log {}, found case {}", head_.log, entry.case_number));
  }
  if (Chain* const chain = find_chain(entry.case_number)) return append(*chain, entry, hash);
  open_chain(entry, hash);
}

void LogVerification::open_chain(const Entry& entry, const Digest& hash) {
  const CaseNumber next = chains_.size() * partitions_ + head_.log + 1;
  if (entry.case_number != next || entry.kind != entry_kind::filed || entry.seq != 1 ||
      entry.previous != Digest{}) {
    return set_flaw(FlawKind::changed, entry, frontier_.size(),
                    fmt::format("expected the filing of case {}, found {} of case {}, seq {}", next,
                                entry.kind, entry.case_number, entry.seq));
  }
  chains_.push_back({hash, 1, entry.leaf, false});
  frontier_.append(hash);
  compare_older_roots();
}

void LogVerification::append(Chain& chain, const Entry& entry, const Digest& hash) {
  if (entry.seq != chain.seq + 1 || entry.kind == entry_kind::filed) {
    return set_flaw(FlawKind::changed, entry, frontier_.size(),
                    fmt::format("expected seq {} of case {}, found seq {}, {}", chain.seq + 1,
                                entry.case_number, entry.seq, entry.kind));
  }
  if (entry.previous != chain.head) {
    const std::string text =
        fmt::format("the entry at leaf {} names {} as the entry before it in its case, found {}",
                    entry.leaf, hex(entry.previous), hex(chain.head));
    set_flaw(FlawKind::changed, entry, frontier_.size(), text);
    // Either the entry was changed, or the one before it that it names: its successor tells. What
    // a checkpoint covers was not changed.
    if (chain.seq == 0 || chain.leaf < proven_through_) return;
    suspect_ = flaw_;
    flaw_->leaf = flaw_->last_leaf = chain.leaf;
    flaw_->seq = chain.seq;
    suspect_case_ = entry.case_number;
    suspect_seq_ = entry.seq;
    suspect_hash_ = hash;
    question_ = Question::which_of_two;
    return;
  }
  chain.head = hash;
  chain.seq = entry.seq;
  chain.leaf = entry.leaf;
  frontier_.append(hash);
  compare_older_roots();
}

// V7, as soon as the tree has the size of a checkpoint.
void LogVerification::compare_older_roots() {
  for (; next_older_ < older_.size() && older_[next_older_].size == frontier_.size();
       ++next_older_) {
    const TreeHead& older = older_[next_older_];
    const Digest root = frontier_.root();
    if (root == older.root) {
      proven_through_ = older.size;
    } else {
      set_range(FlawKind::changed, proven_through_, older.size == 0 ? 0 : older.size - 1,
                fmt::format("expected the root {} of the checkpoint at {} entries, found {}",
                            hex(older.root), older.size, hex(root)));
    }
  }
}

void LogVerification::add_behind_end(const EntryRow& row) {
  if (!flaw_) {
    set_flaw(FlawKind::added, row,
             fmt::format("expected {} entries, found one at leaf {}", head_.size, row.leaf));
  }
}

void LogVerification::add_unreadable(std::string text) {
  if (flaw_) return;
  set_range(FlawKind::changed, frontier_.size(), frontier_.size(), std::move(text));
  flaw_ = range_;
}

void LogVerification::end_rows() {
  if (question_ == Question::what_became_of_leaf) answer_what_became();
  // Without a successor the stored head of the case decides (check_case, conclude).
  if (question_ == Question::which_of_two) question_ = Question::none;
  if (!flaw_ && frontier_.size() < head_.size) {
    Flaw flaw;
    flaw.kind = FlawKind::truncated;
    flaw.log = head_.log;
    flaw.leaf = frontier_.size();
    flaw.last_leaf = head_.size - 1;
    flaw.text = fmt::format("expected {} entries, found {}", head_.size, frontier_.size());
    flaw_ = std::move(flaw);
  }
}

// ---- What a row that is out of place means -----------------------------------------------------

void LogVerification::ask_what_became(const EntryRow& row, LeafIndex claimed) {
  const LeafIndex at = frontier_.size();
  set_flaw(FlawKind::changed, row, fmt::format("expected leaf {}, found leaf {}", at, claimed));
  flaw_->leaf = flaw_->last_leaf = at;
  if (const auto entry = decoded(row.bytes)) flaw_->seq = entry->seq;
  claimed_ = claimed;
  next_claimed_.reset();
  found_elsewhere_.reset();
  missing_.reset();
  question_ = Question::what_became_of_leaf;
  if (const auto entry = decoded(row.bytes)) name_missing_by_gap(*entry, leaf_hash(row.bytes));
}

void LogVerification::look_for_leaf(const EntryRow& row) {
  const auto entry = decoded(row.bytes);
  const LeafIndex claimed = claimed_leaf(row, entry);
  if (!next_claimed_) next_claimed_ = claimed;
  if (entry) name_missing_by_gap(*entry, leaf_hash(row.bytes));
  if (claimed != flaw_->leaf && row.leaf != flaw_->leaf) return;
  if (claimed_ < flaw_->leaf) return;  // a repetition pushes the entry itself one place on
  found_elsewhere_ = *flaw_;
  found_elsewhere_->kind = FlawKind::reordered;
  found_elsewhere_->case_number = row.case_number;
  found_elsewhere_->seq = entry ? std::optional(entry->seq) : std::nullopt;
  answer_what_became();
}

void LogVerification::answer_what_became() {
  question_ = Question::none;
  if (found_elsewhere_) {
    flaw_ = found_elsewhere_;
    return;
  }
  // Where the rows after it are numbered on, or the number of rows fits, no row was taken or added.
  const bool numbers_go_on = next_claimed_ ? *next_claimed_ == flaw_->leaf + 1
                                           : rows_ == head_.size && rows_ == flaw_->leaf + 1;
  if (numbers_go_on) {
    flaw_->kind = FlawKind::changed;
  } else if (claimed_ < flaw_->leaf) {
    flaw_->kind = FlawKind::added;
  } else {
    flaw_->kind = FlawKind::missing;
    flaw_->case_number.reset();
    flaw_->seq.reset();
    if (missing_) name_flaw(missing_->first, missing_->second);
    if (claimed_ > flaw_->leaf + 1) {
      flaw_->text += fmt::format(" ({} entries are missing)", claimed_ - flaw_->leaf);
    }
  }
}

// Behind a single missing entry, the first chain in which one seq is left out is the one it was in.
void LogVerification::name_missing_by_gap(const Entry& entry, const Digest& hash) {
  if (missing_ || claimed_ != flaw_->leaf + 1 || entry.seq == 0) return;
  const bool is_register = entry.case_number == 0;
  if (!is_register && (entry.case_number - 1) % partitions_ != head_.log) return;
  Chain* const chain = is_register ? &register_ : find_chain(entry.case_number);
  if (chain != nullptr) {
    if (entry.seq == chain->seq + 2) missing_ = {entry.case_number, entry.seq - 1};
    if (entry.seq == chain->seq + 1) *chain = {hash, entry.seq, entry.leaf, false};
    return;
  }
  const CaseNumber next = chains_.size() * partitions_ + head_.log + 1;
  if (entry.case_number == next && entry.seq == 1) {
    chains_.push_back({hash, 1, entry.leaf, false});
  } else if ((entry.case_number == next && entry.seq == 2) ||
             (entry.case_number == next + partitions_ && entry.seq == 1)) {
    missing_ = {next, 1};
  }
}

void LogVerification::look_for_successor(const EntryRow& row) {
  const auto entry = decoded(row.bytes);
  if (!entry || entry->case_number != suspect_case_) return;
  question_ = Question::none;
  const bool names_suspect = entry->seq == suspect_seq_ + 1 && entry->previous == suspect_hash_;
  if (!names_suspect) flaw_ = suspect_;
  suspect_.reset();
}

// ---- What is stored beside the entries ---------------------------------------------------------

void LogVerification::check_case(CaseNumber number, std::uint32_t seq, const Digest& head) {
  Chain* const chain = number == 0 ? nullptr : find_chain(number);
  if (chain != nullptr) chain->stored = true;
  if (suspect_ && number == suspect_case_) {
    if (head != suspect_hash_) flaw_ = suspect_;
    suspect_.reset();
  }
  // A flaw in the rows comes before anything that is found at the end of a chain.
  if (flaw_ && frontier_.size() < head_.size) return;
  if (chain != nullptr && chain->seq == seq && chain->head == head) return;
  const std::uint32_t found = chain == nullptr ? 0 : chain->seq;
  const FlawKind kind =
      found == seq ? FlawKind::changed : (found < seq ? FlawKind::missing : FlawKind::added);
  set_case_flaw(
      kind, number,
      fmt::format("the case was stored with {} entries, the last {}; found {}, the last {}", seq,
                  hex(head), found, hex(chain == nullptr ? Digest{} : chain->head)));
  if (kind == FlawKind::missing && flaw_->case_number == number) flaw_->seq = found + 1;
}

void LogVerification::refuse_case(CaseNumber number, std::string text) {
  accept_newer_case(number);
  if (!flaw_ || frontier_.size() == head_.size) {
    set_case_flaw(FlawKind::changed, number, std::move(text));
  }
}

// Of two, the one whose entry came earlier.
void LogVerification::set_case_flaw(FlawKind kind, CaseNumber number, std::string text) {
  const Chain* const chain = number == 0 ? nullptr : find_chain(number);
  const LeafIndex leaf = chain == nullptr ? head_.size : chain->leaf;
  if (flaw_ && flaw_->leaf <= leaf) return;
  Flaw flaw;
  flaw.kind = kind;
  flaw.log = head_.log;
  flaw.leaf = flaw.last_leaf = leaf;
  flaw.case_number = number;
  flaw.seq = chain == nullptr ? 0 : chain->seq;
  flaw.text = std::move(text);
  flaw_ = std::move(flaw);
}

void LogVerification::accept_newer_case(CaseNumber number) {
  if (number == 0) return;
  if (Chain* const chain = find_chain(number)) chain->stored = true;
}

void LogVerification::end_cases() {
  if (flaw_) return;
  const auto lost = std::ranges::find(chains_, false, &Chain::stored);
  if (lost == chains_.end()) return;
  const auto place = static_cast<CaseNumber>(lost - chains_.begin());
  Flaw flaw;
  flaw.kind = FlawKind::missing;
  flaw.log = head_.log;
  flaw.leaf = flaw.last_leaf = lost->leaf;
  flaw.case_number = place * partitions_ + head_.log + 1;
  flaw.seq = lost->seq;
  flaw.text = "expected the case of these entries to be stored, found none";
  flaw_ = std::move(flaw);
}

void LogVerification::conclude() {
  if (suspect_ && suspect_case_ == 0 && head_.register_head != suspect_hash_) flaw_ = suspect_;
  suspect_.reset();
  if (!flaw_ && (register_.seq != head_.register_seq || register_.head != head_.register_head)) {
    Flaw flaw;
    flaw.kind = FlawKind::changed;
    flaw.log = head_.log;
    flaw.leaf = flaw.last_leaf = register_.leaf;
    flaw.case_number = 0;
    flaw.seq = register_.seq;
    flaw.text = fmt::format(
        "the register was stored with {} entries, the last {}; found {}, the "
        "last {}",
        head_.register_seq, hex(head_.register_head), register_.seq, hex(register_.head));
    flaw_ = std::move(flaw);
  }
  check_root();
  if (range_ && (!flaw_ || range_->last_leaf < flaw_->leaf)) flaw_ = range_;
}

void LogVerification::check_root() {
  if (flaw_) return;
  const Digest root = frontier_.root();
  if (root != head_.root) {
    const auto [first, last] = differing_leaves();
    set_range(FlawKind::changed, first, last,
              fmt::format("expected the root {} over {} entries, found {}", hex(head_.root),
                          head_.size, hex(root)));
  } else if (!head_.frontier.empty() && frontier_.encode() != head_.frontier) {
    const auto [first, last] = differing_leaves();
    set_range(FlawKind::changed, first, last,
              "expected the stored subtrees of the log to be those of its entries, found others");
  } else if (chains_.size() != head_.cases) {
    set_range(FlawKind::changed, 0, head_.size == 0 ? 0 : head_.size - 1,
              fmt::format("expected {} cases in the log, found {}", head_.cases, chains_.size()));
  }
  if (next_older_ < older_.size()) {
    set_range(FlawKind::truncated, head_.size, older_[next_older_].size - 1,
              fmt::format("expected at least {} entries, as a checkpoint says, found {}",
                          older_[next_older_].size, head_.size));
  }
}

// The stored frontier holds the roots of the perfect subtrees: the first that differs has the
// entry.
std::pair<LeafIndex, LeafIndex> LogVerification::differing_leaves() const {
  const LeafIndex end = head_.size == 0 ? 0 : head_.size - 1;
  const std::pair<LeafIndex, LeafIndex> all{std::min(proven_through_, end), end};
  try {
    ByteReader stored(head_.frontier);
    const std::string own = frontier_.encode();
    ByteReader computed(own);
    if (stored.take_unsigned() != computed.take_unsigned()) return all;
    LeafIndex first = 0;
    for (int bit = 63; bit >= 0; --bit) {
      const std::uint64_t width = std::uint64_t{1} << bit;
      if ((head_.size & width) == 0) continue;
      if (stored.take_digest() != computed.take_digest()) {
        return {std::max(first, std::min(proven_through_, first + width - 1)), first + width - 1};
      }
      first += width;
    }
  } catch (const Malformed&) {
    return all;
  }
  return all;
}

// ---- Small parts -------------------------------------------------------------------------------

void LogVerification::set_flaw(FlawKind kind, const EntryRow& row, std::string text) {
  Flaw flaw;
  flaw.kind = kind;
  flaw.log = head_.log;
  flaw.leaf = flaw.last_leaf = frontier_.size();
  flaw.case_number = row.case_number;
  flaw.seq = next_seq(row.case_number);
  flaw.text = std::move(text);
  flaw_ = std::move(flaw);
}

void LogVerification::set_flaw(FlawKind kind, const Entry& entry, LeafIndex leaf,
                               std::string text) {
  Flaw flaw;
  flaw.kind = kind;
  flaw.log = head_.log;
  flaw.leaf = flaw.last_leaf = leaf;
  flaw.case_number = entry.case_number;
  flaw.seq = entry.seq;
  flaw.text = std::move(text);
  flaw_ = std::move(flaw);
}

void LogVerification::set_range(FlawKind kind, LeafIndex leaf, LeafIndex last, std::string text) {
  if (range_) return;
  Flaw flaw;
  flaw.kind = kind;
  flaw.log = head_.log;
  flaw.leaf = leaf;
  flaw.last_leaf = last;
  flaw.text = std::move(text);
  range_ = std::move(flaw);
}

void LogVerification::name_flaw(CaseNumber number, std::uint32_t seq) {
  if (!flaw_) return;
  flaw_->case_number = number;
  flaw_->seq = seq;
}

LogVerification::Chain* LogVerification::find_chain(CaseNumber number) {
  if ((number - 1) % partitions_ != head_.log) return nullptr;
  const std::uint64_t place = (number - 1) / partitions_;
  return place < chains_.size() ? &chains_[place] : nullptr;
}

std::uint32_t LogVerification::next_seq(CaseNumber number) {
  const Chain* const chain = number == 0 ? &register_ : find_chain(number);
  return chain == nullptr ? 1 : chain->seq + 1;
}

}  // namespace reglament
