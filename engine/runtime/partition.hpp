// A partition: a share of the cases with one history log and one writer.
//
// Invariants
//   P1  leaf numbers ascend from 0 without a gap, in the order of deciding
//   P2  the seq of a case (and of the register, case 0) ascends from 1 without a gap
//   P3  `previous` of an entry is the leaf hash of the entry before it in its chain
//   P4  a case number belongs to exactly one partition, whatever the process that gave it
#pragma once

#include <cstdint>
#include <string>

#include "engine/history/entry.hpp"
#include "engine/history/merkle.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

// Where a case number or a request belongs. A request id always leads to the same partition, so
// that its repeats meet the writer that knows it.
[[nodiscard]] LogId partition_of(CaseNumber number, std::uint32_t partitions);
[[nodiscard]] LogId partition_of_request(std::string_view request_id, std::uint32_t partitions);

class Partition {
 public:
  // Throws Unavailable where the row contradicts itself.
  Partition(const StoredLog& row, std::uint32_t partitions);

  [[nodiscard]] LogId log() const { return row_.log; }
  // Entries so far: the leaf that the next entry gets.
  [[nodiscard]] LeafIndex size() const { return row_.size; }
  // Code of the calendar edition that its open deadlines follow.
  [[nodiscard]] const std::string& calendar() const { return row_.calendar; }
  void follow(std::string_view edition) { row_.calendar = edition; }
  // The number that the next accepted filing gets; append(filed) takes it.
  [[nodiscard]] CaseNumber next_case() const;

  // Gives the entry its place (log, leaf, seq, previous, epoch) and writes it. `seq` and `previous`
  // are those of the case's last entry; for case 0 the partition knows them itself.
  [[nodiscard]] StoredEntry append(Entry& entry, std::uint32_t seq, const Digest& previous);

  // The row as it stands now; computes the root.
  [[nodiscard]] StoredLog row() const;

 private:
  StoredLog row_;
  std::uint32_t partitions_;
  MerkleFrontier frontier_;
  ByteWriter writer_;
};

}  // namespace reglament
