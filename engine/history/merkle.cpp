#include "engine/history/merkle.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/base/ensure.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

constexpr std::uint64_t kLargestSize = std::numeric_limits<std::int64_t>::max();

bool is_odd(std::uint64_t number) { return (number & 1U) != 0; }

// k of the RFC: the largest power of two below the number of leaves, which is two or more.
std::uint64_t size_of_left_subtree(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

// The climb of both verifications: a node and the last node of its level, from a leaf to the root.
struct Climb {
  std::uint64_t node;  // fn of the RFC
  std::uint64_t last;  // sn of the RFC

  [[nodiscard]] bool at_root() const { return last == 0; }
  [[nodiscard]] bool sibling_is_left() const { return is_odd(node) || node == last; }

  void step() {
    node >>= 1U;
    last >>= 1U;
  }
  // The last node of a level may have no sibling; it is then its own parent, until it has one.
  void skip_levels_without_sibling() {
    while (!is_odd(node) && node != 0) step();
  }
};

}  // namespace

void MerkleFrontier::append(const Digest& leaf) {
  Digest node = leaf;
  for (std::uint64_t full = size_; is_odd(full); full >>= 1U) {
    node = node_hash(subtrees_.back(), node);
    subtrees_.pop_back();
  }
  subtrees_.push_back(node);
  ++size_;
}

Digest MerkleFrontier::root() const {
  if (subtrees_.empty()) return sha256({});
  Digest node = subtrees_.back();
  for (auto left = subtrees_.rbegin() + 1; left != subtrees_.rend(); ++left) {
    node = node_hash(*left, node);
  }
  return node;
}

void MerkleFrontier::encode(ByteWriter& writer) const {
  writer.put_unsigned(size_);
  for (const Digest& subtree : subtrees_) writer.put_digest(subtree);
}

MerkleFrontier MerkleFrontier::decode(ByteReader& reader) {
  MerkleFrontier frontier;
  frontier.size_ = reader.take_unsigned();
  if (frontier.size_ > kLargestSize) throw Malformed("size of a log above 63 bits");
  const int count = std::popcount(frontier.size_);
  frontier.subtrees_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) frontier.subtrees_.push_back(reader.take_digest());
  return frontier;
}

std::string MerkleFrontier::encode() const {
  ByteWriter writer;
  encode(writer);
  return writer.take();
}

MerkleFrontier MerkleFrontier::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  MerkleFrontier frontier = decode(reader);
  reader.expect_end();
  return frontier;
}

Digest merkle_root(std::span<const Digest> leaves) {
  MerkleFrontier frontier;
  for (const Digest& leaf : leaves) frontier.append(leaf);
  return frontier.root();
}

// PATH(m, D_n), read from the root down, while the proof lists it from the leaf up.
MerkleProof inclusion_proof(std::span<const Digest> leaves, std::uint64_t index) {
  ENSURE(index < leaves.size(), "an inclusion proof is asked for a leaf of the log");
  MerkleProof proof;
  while (leaves.size() > 1) {
    const std::uint64_t k = size_of_left_subtree(leaves.size());
    if (index < k) {
      proof.push_back(merkle_root(leaves.subspan(k)));
      leaves = leaves.first(k);
    } else {
      proof.push_back(merkle_root(leaves.first(k)));
      leaves = leaves.subspan(k);
      index -= k;
    }
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// SUBPROOF(m, D_n, true), read from the root down as above.
MerkleProof consistency_proof(std::span<const Digest> leaves, std::uint64_t old_size) {
  ENSURE(old_size <= leaves.size(), "a consistency proof is asked for a log that was shorter");
  MerkleProof proof;
  if (old_size == 0) return proof;
  bool is_old_root = true;  // b of the RFC: the verifier knows the subtree, it is its old root
  while (old_size < leaves.size()) {
    const std::uint64_t k = size_of_left_subtree(leaves.size());
    if (old_size <= k) {
      proof.push_back(merkle_root(leaves.subspan(k)));
      leaves = leaves.first(k);
    } else {
      proof.push_back(merkle_root(leaves.first(k)));
      leaves = leaves.subspan(k);
      old_size -= k;
      is_old_root = false;
    }
  }
  if (!is_old_root) proof.push_back(merkle_root(leaves));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      const MerkleProof& proof, const Digest& root) {
  if (index >= size) return false;
  Climb climb{index, size - 1};
  Digest node = leaf;
  for (const Digest& sibling : proof) {
    if (climb.at_root()) return false;
    if (climb.sibling_is_left()) {
      node = node_hash(sibling, node);
      climb.skip_levels_without_sibling();
    } else {
      node = node_hash(node, sibling);
    }
    climb.step();
  }
  return climb.at_root() && node == root;
}

bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, const MerkleProof& proof) {
  if (old_size > size) return false;
  if (old_size == 0 && old_root != sha256({})) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty();
  if (proof.empty()) return false;

  // Where the old log was one perfect tree, its root is the start and the proof does not repeat it.
  const bool starts_at_old_root = std::has_single_bit(old_size);
  Digest old_node = starts_at_old_root ? old_root : proof.front();
  Digest node = old_node;
  Climb climb{old_size - 1, size - 1};
  while (is_odd(climb.node)) climb.step();
  const std::span rest = std::span(proof).subspan(starts_at_old_root ? 0 : 1);
  for (const Digest& sibling : rest) {
    if (climb.at_root()) return false;
    if (climb.sibling_is_left()) {
      old_node = node_hash(sibling, old_node);
      node = node_hash(sibling, node);
      climb.skip_levels_without_sibling();
    } else {
      node = node_hash(node, sibling);
    }
    climb.step();
  }
  return climb.at_root() && old_node == old_root && node == root;
}

}  // namespace reglament
