#include "engine/runtime/partition.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"
#include "engine/casework/case.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {

LogId partition_of(CaseNumber number, std::uint32_t partitions) {
  return static_cast<LogId>((number - 1) % partitions);
}

LogId partition_of_request(std::string_view request_id, std::uint32_t partitions) {
  // Frozen: a repeat that comes after an upgrade must meet the same partition.
  return static_cast<LogId>(fingerprint(request_id) % partitions);
}

Partition::Partition(const StoredLog& row, std::uint32_t partitions)
    : row_(row), partitions_(partitions) {
  try {
    frontier_ = MerkleFrontier::decode(row.frontier);
  } catch (const Malformed& error) {
    throw Unavailable(
        fmt::format("expected the frontier of log {}, found {}", row.log, error.what()));
  }
  if (frontier_.size() != row.size || frontier_.root() != row.root) {
    throw Unavailable(
        fmt::format("expected log {} to have {} entries and root {}, found a frontier of {} "
                    "entries and root {}",
                    row.log, row.size, hex(row.root), frontier_.size(), hex(frontier_.root())));
  }
}

CaseNumber Partition::next_case() const { return row_.cases * partitions_ + row_.log + 1; }

StoredEntry Partition::append(Entry& entry, std::uint32_t seq, const Digest& previous) {
  const bool in_register = entry.case_number == 0;
  entry.log = row_.log;
  entry.leaf = row_.size;
  entry.seq = (in_register ? row_.register_seq : seq) + 1;
  entry.previous = in_register ? row_.register_head : previous;
  entry.epoch = row_.epoch;
  writer_.clear();
  encode(entry, writer_);
  StoredEntry stored{row_.log, row_.size, entry.case_number, leaf_hash(writer_.bytes()),
                     writer_.bytes()};
  frontier_.append(stored.hash);
  ++row_.size;
  if (in_register) {
    row_.register_seq = entry.seq;
    row_.register_head = stored.hash;
  } else if (entry.kind == entry_kind::filed) {
    ++row_.cases;
  }
  return stored;
}

StoredLog Partition::row() const {
  StoredLog row = row_;
  row.root = frontier_.root();
  row.frontier = frontier_.encode();
  return row;
}

}  // namespace reglament
