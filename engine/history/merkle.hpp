// The Merkle tree of an append-only log (RFC 9162, section 2.1): one root stands for all entries,
// and a short proof shows that an entry is in the log, or that a log only grew.
//
// Leaves are given as their hashes (leaf_hash in sha256.hpp), numbered from 0. A root alone does
// not say how many leaves it stands for: size and root are kept and signed together, as a
// checkpoint.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"

namespace reglament {

// What is left of a log when only appending matters: the roots of its perfect subtrees, left to
// right, one for each bit set in the size, the largest first. Appending costs one hash on average.
//
// Invariant: as many digests as the size has bits set; the size is below 2^63, as sequence numbers
// in the store are signed.
class MerkleFrontier {
 public:
  void append(const Digest& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Of the leaves appended so far; the root of an empty log is the SHA-256 of nothing.
  [[nodiscard]] Digest root() const;

  // Canonical: the size, then the digests. The reader form throws Malformed where a digest is
  // missing or the size is out of range; the form that takes all the bytes also where one is over.
  void encode(ByteWriter& writer) const;
  [[nodiscard]] static MerkleFrontier decode(ByteReader& reader);
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static MerkleFrontier decode(std::string_view bytes);

  bool operator==(const MerkleFrontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> subtrees_;
};

// Digests from the leaves upwards, in the order in which the RFC hashes them.
using MerkleProof = std::vector<Digest>;

[[nodiscard]] Digest merkle_root(std::span<const Digest> leaves);

// That leaf `index` is among `leaves`; index < leaves.size(). Section 2.1.3.1.
[[nodiscard]] MerkleProof inclusion_proof(std::span<const Digest> leaves, std::uint64_t index);

// That the first `old_size` of `leaves` were the log once; old_size <= leaves.size().
// Section 2.1.4.1; empty for an empty or an unchanged log, where the RFC defines none.
[[nodiscard]] MerkleProof consistency_proof(std::span<const Digest> leaves, std::uint64_t old_size);

// Section 2.1.3.2. Any arguments are allowed: what does not fit is simply not proven.
[[nodiscard]] bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                                    const MerkleProof& proof, const Digest& root);

// Section 2.1.4.2. Any arguments are allowed. Every log continues the empty one, if `old_root` is
// the root of the empty log.
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, const Digest& old_root,
                                      std::uint64_t size, const Digest& root,
                                      const MerkleProof& proof);

}  // namespace reglament
