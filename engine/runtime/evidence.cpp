#include "engine/runtime/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"
#include "engine/casework/apply.hpp"
#include "engine/history/sha256.hpp"
#include "engine/runtime/partition.hpp"

namespace reglament {
namespace {

LogHead head_of(const StoredLog& row) {
  return {row.log,          row.size,          row.root, row.frontier,
          row.register_seq, row.register_head, row.cases};
}

EntryRow view(const StoredEntry& entry) {
  return {entry.log, entry.leaf, entry.case_number, entry.hash, entry.bytes};
}

// Rows behind the size are growth where the log's row has grown too; else nobody's.
bool has_grown(StoreReader& reader, const StoredLog& row) {
  const std::vector<StoredLog> now = reader.logs();
  const auto found = std::ranges::find(now, row.log, &StoredLog::log);
  return found != now.end() && found->size > row.size;
}

// A case that was stored later than its log's row was read must end in an entry that is there.
bool ends_in_its_entry(StoreReader& reader, const Case& state, LogId log) {
  const auto last = reader.entry(log, state.leaves.back());
  return last && last->case_number == state.number && leaf_hash(last->bytes) == state.head;
}

void check_case(StoreReader& reader, const StoredCase& row, LogVerification& log) {
  std::optional<Case> state;
  try {
    state = decode_case(row.state);
  } catch (const Malformed& error) {
    return log.refuse_case(row.number, fmt::format("the stored case is none: {}", error.what()));
  }
  if (state->number != row.number || state->leaves.size() != state->seq) {
    return log.refuse_case(
        row.number, fmt::format("the stored case is of number {}, with {} leaves for {} entries",
                                state->number, state->leaves.size(), state->seq));
  }
  const bool newer = !state->leaves.empty() && state->leaves.back() >= log.head().size;
  if (newer && ends_in_its_entry(reader, *state, row.log)) {
    return log.accept_newer_case(row.number);
  }
  log.check_case(row.number, state->seq, state->head);
}

// The entry at a missing leaf, as the case that it belonged to remembers it.
void name_missing(StoreReader& reader, LogVerification& log) {
  const LeafIndex leaf = log.flaw()->leaf;
  reader.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    if (row.log != log.head().log) return true;
    try {
      const Case state = decode_case(row.state);
      const auto found = std::ranges::find(state.leaves, leaf);
      if (found == state.leaves.end()) return true;
      log.name_flaw(row.number, static_cast<std::uint32_t>(found - state.leaves.begin()) + 1);
      return false;
    } catch (const Malformed&) {
      return true;
    }
  });
}

}  // namespace

LogVerification verify_log(StoreReader& reader, const StoredLog& row, std::uint32_t partitions,
                           std::span<const Checkpoint> older) {
  std::vector<TreeHead> heads;
  for (const Checkpoint& checkpoint : older) {
    if (checkpoint.log == row.log) heads.push_back({checkpoint.size, checkpoint.root});
  }
  LogVerification log(head_of(row), partitions, std::move(heads));
  try {
    reader.for_each_entry(row.log, 0, [&](const StoredEntry& entry) {
      if (!log.flaw() && log.entries() == row.size) {
        if (!has_grown(reader, row)) log.add_behind_end(view(entry));
        return false;
      }
      log.add(view(entry));
      return log.wants_more();
    });
  } catch (const Unavailable& error) {
    // A row whose columns have another form is damage; a store that is gone says so again here.
    static_cast<void>(reader.logs());
    log.add_unreadable(error.what());
  }
  log.end_rows();
  return log;
}

void conclude_verification(StoreReader& reader, std::span<LogVerification> logs) {
  const auto partitions = static_cast<std::uint32_t>(logs.size());
  reader.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    if (row.number != 0 && row.log < partitions &&
        partition_of(row.number, partitions) == row.log) {
      check_case(reader, row, logs[row.log]);
    } else if (partitions > 0) {
      logs[std::min(row.log, partitions - 1)].refuse_case(
          row.number, fmt::format("case {} is stored for log {}", row.number, row.log));
    }
    return true;
  });
  for (LogVerification& log : logs) {
    log.end_cases();
    log.conclude();
    const auto& flaw = log.flaw();
    const bool at_one_leaf =
        flaw && (flaw->kind != FlawKind::changed || flaw->leaf == flaw->last_leaf);
    if (at_one_leaf && !flaw->case_number) name_missing(reader, log);
  }
}

void expect_known_logs(std::span<const Checkpoint> older, std::size_t logs) {
  for (const Checkpoint& checkpoint : older) {
    if (checkpoint.log >= logs) {
      throw BadInput(fmt::format("expected checkpoints of logs 0 to {}, found one of log {}",
                                 logs - 1, checkpoint.log));
    }
  }
}

// ---- Replay ------------------------------------------------------------------------------------

Entry Fold::check(const StoredEntry& stored) const {
  Entry entry = decode_entry(stored.bytes);
  if (entry.case_number != number_ || entry.log != stored.log || entry.leaf != stored.leaf ||
      entry.seq != state_.seq + 1 || entry.previous != state_.head ||
      (entry.kind == entry_kind::filed) != (entry.seq == 1)) {
    throw Malformed(
        fmt::format("expected entry {} of case {} at leaf {}, found entry {} of case {}",
                    state_.seq + 1, number_, stored.leaf, entry.seq, entry.case_number));
  }
  return entry;
}

void Fold::apply_checked(const Entry& entry, const StoredEntry& stored) {
  apply(state_, entry, leaf_hash(stored.bytes));
}

namespace detail {

StoredEntry entry_at(StoreReader& reader, LogId log, LeafIndex leaf) {
  auto entry = reader.entry(log, leaf);
  if (!entry) throw Malformed(fmt::format("expected an entry at leaf {}, found none", leaf));
  return *std::move(entry);
}

Case decode_row(const StoredCase& row) {
  Case state = decode_case(row.state);
  if (state.number != row.number) {
    throw Malformed(fmt::format("expected the state of case {}, found that of case {}", row.number,
                                state.number));
  }
  return state;
}

}  // namespace detail

Replayed replay(StoreReader& reader, const StoredCase& row) {
  return replay(reader, row, [](const Entry&, const Case&) {});
}

std::string difference(const Case& stored, const Case& folded) {
  if (stored == folded) return {};
  const auto differs = [](std::string_view part, const auto& is, const auto& should) {
    return fmt::format("{}: expected {} by its entries, found {}", part, should, is);
  };
  if (stored.seq != folded.seq) return differs("seq", stored.seq, folded.seq);
  if (stored.head != folded.head) return differs("head", hex(stored.head), hex(folded.head));
  if (stored.step != folded.step) return differs("step", stored.step.view(), folded.step.view());
  if (stored.result != folded.result) {
    return differs("result", stored.result.view(), folded.result.view());
  }
  if (stored.closed_at != folded.closed_at) return "closed_at differs from its entries";
  if (stored.deadlines != folded.deadlines) return "deadlines differ from its entries";
  if (stored.tasks != folded.tasks) return "open tasks differ from its entries";
  if (stored.answered != folded.answered) return "answered tasks differ from its entries";
  if (stored.facts != folded.facts) return "facts differ from its entries";
  return "what was filed differs from its entries";
}

// ---- Proofs ------------------------------------------------------------------------------------

InclusionEvidence prove_inclusion(StoreReader& reader, CaseNumber number, std::uint32_t seq) {
  const auto bytes = reader.case_state(number);
  if (!bytes) throw BadInput(fmt::format("expected a known case, found number {}", number));
  const Case state = decode_case(*bytes);
  if (seq == 0 || seq > state.leaves.size()) {
    throw BadInput(fmt::format("expected an entry from 1 to {} of the case, found {}",
                               state.leaves.size(), seq));
  }
  const std::vector<StoredLog> logs = reader.logs();
  const StoredLog& row = logs[partition_of(number, static_cast<std::uint32_t>(logs.size()))];
  std::vector<Digest> leaves;
  reader.for_each_entry(row.log, 0, [&](const StoredEntry& entry) {
    if (leaves.size() == row.size) return false;
    leaves.push_back(leaf_hash(entry.bytes));
    return true;
  });
  const LeafIndex leaf = state.leaves[seq - 1];
  if (leaf >= leaves.size() || leaves.size() != row.size || merkle_root(leaves) != row.root) {
    throw Malformed(fmt::format("expected log {} to have {} entries and root {}; verify it",
                                row.log, row.size, hex(row.root)));
  }
  return {row.log, leaf, leaves[leaf], row.size, row.root, inclusion_proof(leaves, leaf)};
}

}  // namespace reglament
