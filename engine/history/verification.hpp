// Verification of a log: whether every entry is still what was written, where it was written.
//
// Nothing is trusted but the bytes of the entries: hashes, chains and the tree are computed anew,
// and what is stored beside the bytes (hash, leaf, case, size, root) is only compared with them.
// Damage of any kind is a finding, never an exception.
//
// What binds an entry, from the nearest to the farthest:
//   V1  its hash is the one stored beside it
//   V2  its log and leaf are those of its place (leaves ascend from 0 without a gap)
//   V3  its case is of this log; seq ascends from 1; a case begins with `filed` and the next number
//   V4  it names the hash of the entry before it in its chain
//   V5  the last hash of a chain is the one its case (or the register) was stored with
//   V6  the tree over all entries (RFC 9162) has the size and root stored with the log
//   V7  the tree over the first entries has the root of each older checkpoint
//
// V1 to V5 name the entry. Where only a root differs (somebody rewrote an entry and everything that
// names it), V6 and V7 give the leaves among which it is.
//
// Memory: about 50 bytes for each case of the log.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/history/entry.hpp"
#include "engine/history/merkle.hpp"

namespace reglament {

enum class FlawKind {
  changed,    // it is there, but not as it was written
  missing,    // a later entry is there, this one is not
  reordered,  // it is there, but in another place
  added,      // nobody wrote it here: a repetition, or one behind the end
  truncated,  // the end of the log is not there
};

// Frozen: "changed", "missing", "reordered", "added", "truncated".
[[nodiscard]] std::string_view code(FlawKind kind);

// The first entry of a log that does not hold.
struct Flaw {
  FlawKind kind{};
  LogId log{};
  LeafIndex leaf{};
  LeafIndex
      last_leaf{};  // where only a root tells: it is one of leaf..last_leaf; else equal to leaf
  std::optional<CaseNumber> case_number;  // nothing where no byte tells; 0: the register
  std::optional<std::uint32_t> seq;       // within its case
  std::string text;                       // for people: what was expected, what was found
};

// An entry as it is stored. A view, for one call.
struct EntryRow {
  LogId log{};
  LeafIndex leaf{};
  CaseNumber case_number{};
  Digest hash{};
  std::string_view bytes;
};

// A size and the root of that many leaves: of an older checkpoint.
struct TreeHead {
  std::uint64_t size{};
  Digest root{};
};

// What is stored of a log as a whole.
struct LogHead {
  LogId log{};
  std::uint64_t size{};
  Digest root{};
  std::string frontier;  // MerkleFrontier::encode; empty where it was not kept
  std::uint32_t register_seq{};
  Digest register_head{};
  std::uint64_t cases{};
};

// Use: add every row in the order of the log while `wants_more`; end_rows; check every case and
// end_cases, where cases are at hand; conclude.
class LogVerification {
 public:
  // `partitions`: into how many logs the cases are divided. `older`: in any order.
  LogVerification(LogHead head, std::uint32_t partitions, std::vector<TreeHead> older);

  // Whether more rows can tell anything: after a flaw they may still tell which kind it is.
  [[nodiscard]] bool wants_more() const { return !flaw_ || question_ != Question::none; }
  void add(const EntryRow& row);
  // A row behind the size of the head, which the log has not grown by since.
  void add_behind_end(const EntryRow& row);
  // The next row cannot even be read. No rows follow.
  void add_unreadable(std::string text);
  // After the last row: the size, and what no further row will tell now.
  void end_rows();

  // V5, for every case of this log as it is stored. After end_rows.
  void check_case(CaseNumber number, std::uint32_t seq, const Digest& head);
  // A case whose stored state cannot be used at all.
  void refuse_case(CaseNumber number, std::string text);
  // A case that was stored after the log's head was read; the caller has checked its last entry.
  void accept_newer_case(CaseNumber number);
  // After the last case: one of which there are entries, but that is not stored.
  void end_cases();
  // The register, V6 and V7. Last, whether or not there were cases to check.
  void conclude();

  [[nodiscard]] const std::optional<Flaw>& flaw() const { return flaw_; }
  [[nodiscard]] const LogHead& head() const { return head_; }
  [[nodiscard]] std::uint64_t entries() const { return frontier_.size(); }
  [[nodiscard]] Digest root() const { return frontier_.root(); }
  // For a caller who finds out which entry stood at a missing leaf.
  void name_flaw(CaseNumber number, std::uint32_t seq);

 private:
  struct Chain {
    Digest head{};
    std::uint32_t seq{};
    LeafIndex leaf{};  // of the last entry
    bool stored{};     // its case was seen
  };
  // What only later rows can tell of the flaw.
  enum class Question { none, what_became_of_leaf, which_of_two };

  void examine(const EntryRow& row);
  void follow(const Entry& entry, const Digest& hash);
  void open_chain(const Entry& entry, const Digest& hash);
  void append(Chain& chain, const Entry& entry, const Digest& hash);
  void compare_older_roots();

  void set_flaw(FlawKind kind, const EntryRow& row, std::string text);
  void set_flaw(FlawKind kind, const Entry& entry, LeafIndex leaf, std::string text);
  void set_case_flaw(FlawKind kind, CaseNumber number, std::string text);
  void set_range(FlawKind kind, LeafIndex leaf, LeafIndex last, std::string text);
  void ask_what_became(const EntryRow& row, LeafIndex claimed);
  void look_for_leaf(const EntryRow& row);
  void answer_what_became();
  void look_for_successor(const EntryRow& row);
  void name_missing_by_gap(const Entry& entry, const Digest& hash);
  void check_root();
  [[nodiscard]] std::pair<LeafIndex, LeafIndex> differing_leaves() const;
  [[nodiscard]] Chain* find_chain(CaseNumber number);
  [[nodiscard]] std::uint32_t next_seq(CaseNumber number);

  LogHead head_;
  std::uint32_t partitions_;
  std::vector<TreeHead> older_;  // ascending by size
  std::size_t next_older_ = 0;
  std::uint64_t proven_through_ = 0;  // the first so many leaves have the root of a checkpoint

  MerkleFrontier frontier_;
  Chain register_;
  std::deque<Chain> chains_;  // of the case number (index * partitions + log + 1)

  std::optional<Flaw> flaw_;
  std::optional<Flaw> range_;  // of the first root that differs; the flaw, where nothing tells more
  Question question_ = Question::none;

  // what_became_of_leaf
  LeafIndex claimed_{};                    // which leaf the row at the place of the flaw says it is
  std::optional<LeafIndex> next_claimed_;  // and the row after it
  std::optional<Flaw> found_elsewhere_;    // the entry of that leaf, seen later
  std::optional<std::pair<CaseNumber, std::uint32_t>> missing_;
  std::uint64_t rows_ = 0;

  // which_of_two
  CaseNumber suspect_case_{};
  std::uint32_t suspect_seq_{};
  Digest suspect_hash_{};
  std::optional<Flaw> suspect_;  // the later of the two; flaw_ is the earlier
};

}  // namespace reglament
