// Evidence: the verification of a store (engine/history/verification.hpp), and the replay of its
// cases. Reads only; an engine may run on the database meanwhile: what is committed after a log's
// row was read is not taken for damage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/casework/case.hpp"
#include "engine/history/checkpoint.hpp"
#include "engine/history/merkle.hpp"
#include "engine/history/verification.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

// The rows of one log, against the row that `StoreReader::logs` gave and against checkpoints (those
// of other logs are passed over). Logs can be verified at the same time, each with its own reader.
[[nodiscard]] LogVerification verify_log(StoreReader& reader, const StoredLog& row,
                                         std::uint32_t partitions,
                                         std::span<const Checkpoint> older);

// The cases against the chains, and the end of each verification. `logs` holds every log of the
// store, in the order of their numbers.
void conclude_verification(StoreReader& reader, std::span<LogVerification> logs);

// Throws BadInput where a checkpoint names a log that the store does not have.
void expect_known_logs(std::span<const Checkpoint> older, std::size_t logs);

// Applies the entries of one case, in order, to nothing. Throws Malformed where an entry does not
// fit behind the one before it, or cannot be read.
class Fold {
 public:
  explicit Fold(CaseNumber number) : number_(number) {}

  // `visit` sees the entry and the case before it is applied.
  template <class Visit>
  void add(const StoredEntry& stored, Visit visit) {
    const Entry entry = check(stored);
    visit(entry, static_cast<const Case&>(state_));
    apply_checked(entry, stored);
  }
  void add(const StoredEntry& stored) {
    add(stored, [](const Entry&, const Case&) {});
  }
  [[nodiscard]] const Case& state() const { return state_; }

 private:
  [[nodiscard]] Entry check(const StoredEntry& stored) const;
  void apply_checked(const Entry& entry, const StoredEntry& stored);

  CaseNumber number_;
  Case state_;
};

// What is wrong between a stored case and its entries; empty where they agree. `state` is the
// decoded row where it could be decoded.
struct Replayed {
  std::string difference;
  std::optional<Case> state;
};
// `visit` sees each entry, and the case before it is applied.
template <class Visit>
[[nodiscard]] Replayed replay(StoreReader& reader, const StoredCase& row, Visit visit);
[[nodiscard]] Replayed replay(StoreReader& reader, const StoredCase& row);

// How two states of one case differ, by the name of the first part that does; empty where they do
// not.
[[nodiscard]] std::string difference(const Case& stored, const Case& folded);

struct InclusionEvidence {
  LogId log{};
  LeafIndex leaf{};
  Digest leaf_hash{};
  std::uint64_t size{};
  Digest root{};
  MerkleProof proof;
};

// That entry `seq` of the case is in its log as the log stands now. Throws BadInput where the case
// or the entry is not there, and Malformed where the log does not have the root stored with it.
[[nodiscard]] InclusionEvidence prove_inclusion(StoreReader& reader, CaseNumber number,
                                                std::uint32_t seq);

// ---- Implementation of the template ------------------------------------------------------------

namespace detail {
[[nodiscard]] StoredEntry entry_at(StoreReader& reader, LogId log, LeafIndex leaf);
[[nodiscard]] Case decode_row(const StoredCase& row);
}  // namespace detail

template <class Visit>
Replayed replay(StoreReader& reader, const StoredCase& row, Visit visit) {
  Replayed result;
  try {
    result.state = detail::decode_row(row);
    Fold fold(row.number);
    for (const LeafIndex leaf : result.state->leaves) {
      fold.add(detail::entry_at(reader, row.log, leaf), visit);
    }
    result.difference = difference(*result.state, fold.state());
  } catch (const Malformed& error) {
    result.difference = error.what();
  } catch (const Unavailable& error) {
    // A row whose columns have another form is damage; a store that is gone says so again here.
    static_cast<void>(reader.logs());
    result.difference = error.what();
  }
  return result;
}

}  // namespace reglament
