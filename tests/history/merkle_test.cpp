#include "engine/history/merkle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

using namespace std::string_literals;
using Leaves = std::vector<Digest>;

constexpr std::uint64_t kLargestTried = 70;  // beyond 64: a seventh level with a single leaf

Leaves some_leaves(std::uint64_t count) {
  Leaves leaves;
  for (std::uint64_t i = 0; i < count; ++i)
    leaves.push_back(leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

std::span<const Digest> first(const Leaves& leaves, std::uint64_t count) {
  return std::span(leaves).first(count);
}

// MTH of RFC 9162, section 2.1.1, word for word: the oracle for everything below.
Digest root_by_definition(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(root_by_definition(leaves.first(k)), root_by_definition(leaves.subspan(k)));
}

// The eight entries of the Certificate Transparency reference implementation (RFC 6962; RFC 9162
// hashes alike), and the root after each.
struct Reference {
  std::string entry;
  std::string_view root;
};

// clang-format off
const std::vector<Reference> kReferences = {
    {""s,                                 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00"s,                             "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10"s,                             "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21"s,                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31"s,                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43"s,                 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57"s, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67"
     "\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"s, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};
// clang-format on

TEST(Merkle, ReferenceRoots) {
  MerkleFrontier frontier;
  Leaves leaves;
  for (const auto& [entry, root] : kReferences) {
    leaves.push_back(leaf_hash(entry));
    frontier.append(leaves.back());
    EXPECT_EQ(hex(frontier.root()), root);
    EXPECT_EQ(hex(root_by_definition(leaves)), root);
    EXPECT_EQ(hex(merkle_root(leaves)), root);
  }
}

TEST(Merkle, EmptyLogHasTheHashOfNothing) {
  const MerkleFrontier frontier;
  EXPECT_EQ(frontier.size(), 0U);
  EXPECT_EQ(hex(frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// Section 2.1.5 names the proofs of its seven-leaf tree by the nodes they hold.
TEST(Merkle, ExampleOfTheRfc) {
  const Leaves d = some_leaves(7);
  const Digest g = node_hash(d[0], d[1]);
  const Digest h = node_hash(d[2], d[3]);
  const Digest i = node_hash(d[4], d[5]);
  const Digest& j = d[6];
  const Digest k = node_hash(g, h);
  const Digest l = node_hash(i, j);
  EXPECT_EQ(merkle_root(d), node_hash(k, l));

  EXPECT_EQ(inclusion_proof(d, 0), (MerkleProof{d[1], h, l}));
  EXPECT_EQ(inclusion_proof(d, 3), (MerkleProof{d[2], g, l}));
  EXPECT_EQ(inclusion_proof(d, 4), (MerkleProof{d[5], j, k}));
  EXPECT_EQ(inclusion_proof(d, 6), (MerkleProof{i, k}));

  EXPECT_EQ(consistency_proof(d, 3), (MerkleProof{d[2], d[3], g, l}));
  EXPECT_EQ(consistency_proof(d, 4), (MerkleProof{l}));
  EXPECT_EQ(consistency_proof(d, 6), (MerkleProof{i, j, k}));
}

RC_GTEST_PROP(Merkle, FrontierHasTheRootOfTheDefinition, (const Leaves& leaves)) {
  MerkleFrontier frontier;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    RC_ASSERT(frontier.size() == i);
    RC_ASSERT(frontier.root() == root_by_definition(first(leaves, i)));
    frontier.append(leaves[i]);
  }
  RC_ASSERT(frontier.root() == root_by_definition(leaves));
}

// ---- Encoding of the frontier ------------------------------------------------------------------

MerkleFrontier frontier_of(std::span<const Digest> leaves) {
  MerkleFrontier frontier;
  for (const Digest& leaf : leaves) frontier.append(leaf);
  return frontier;
}

std::optional<MerkleFrontier> try_decode(std::string_view bytes) {
  try {
    return MerkleFrontier::decode(bytes);
  } catch (const Malformed&) {
    return std::nullopt;
  }
}

TEST(MerkleFrontier, IsItsSizeAndItsPerfectSubtreesLeftToRight) {
  const Leaves d = some_leaves(7);
  ByteWriter expected;
  expected.put_unsigned(7);
  expected.put_digest(node_hash(node_hash(d[0], d[1]), node_hash(d[2], d[3])));
  expected.put_digest(node_hash(d[4], d[5]));
  expected.put_digest(d[6]);
  EXPECT_EQ(frontier_of(d).encode(), expected.bytes());
  EXPECT_EQ(MerkleFrontier().encode(), "\x00"s);
}

TEST(MerkleFrontier, GoesOnAfterDecodingAsIfNothingHadBeen) {
  const Leaves leaves = some_leaves(kLargestTried);
  for (std::uint64_t stop = 0; stop <= leaves.size(); ++stop) {
    MerkleFrontier frontier = MerkleFrontier::decode(frontier_of(first(leaves, stop)).encode());
    EXPECT_EQ(frontier.size(), stop);
    EXPECT_EQ(frontier.root(), root_by_definition(first(leaves, stop)));
    for (std::uint64_t i = stop; i < leaves.size(); ++i) frontier.append(leaves[i]);
    EXPECT_EQ(frontier, frontier_of(leaves));
  }
}

TEST(MerkleFrontier, AnotherNumberOfDigestsIsMalformed) {
  for (std::uint64_t size = 0; size <= kLargestTried; ++size) {
    const int right = std::popcount(size);
    for (int count = 0; count <= 8; ++count) {
      ByteWriter writer;
      writer.put_unsigned(size);
      for (int i = 0; i < count; ++i) writer.put_digest(Digest{});
      EXPECT_EQ(try_decode(writer.bytes()).has_value(), count == right) << size << ' ' << count;
    }
  }
}

TEST(MerkleFrontier, EveryTruncationIsMalformed) {
  const std::string bytes = frontier_of(some_leaves(kLargestTried)).encode();
  ASSERT_TRUE(try_decode(bytes));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(try_decode(std::string_view(bytes).substr(0, length))) << length;
  }
}

TEST(MerkleFrontier, SizeAboveSixtyThreeBitsIsMalformed) {
  ByteWriter writer;
  writer.put_unsigned(std::uint64_t{1} << 63U);
  writer.put_digest(Digest{});
  EXPECT_FALSE(try_decode(writer.bytes()));
  writer.clear();
  writer.put_unsigned(std::uint64_t{1} << 62U);
  writer.put_digest(Digest{});
  EXPECT_TRUE(try_decode(writer.bytes()));
}

TEST(MerkleFrontier, ReaderIsLeftBehindTheFrontier) {
  const MerkleFrontier frontier = frontier_of(some_leaves(5));
  ByteWriter writer;
  frontier.encode(writer);
  writer.put_text("behind");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(MerkleFrontier::decode(reader), frontier);
  EXPECT_EQ(reader.take_text(), "behind");
}

RC_GTEST_PROP(MerkleFrontier, MutatedBytesThatDecodeAreTheOnlyEncoding, (const Leaves& leaves)) {
  std::string bytes = frontier_of(leaves).encode();
  const auto place = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(bytes.size(), 40));
  bytes[place] = *rc::gen::arbitrary<char>();
  const auto frontier = try_decode(bytes);
  if (frontier) RC_ASSERT(frontier->encode() == bytes);
  RC_CLASSIFY(frontier.has_value());
}

// ---- Inclusion ---------------------------------------------------------------------------------

Digest flipped(Digest digest) {
  digest[digest.size() / 2] ^= 0x10U;
  return digest;
}

// Every way to spoil a proof by one digest: changed, left out, doubled, one more at either end.
std::vector<MerkleProof> spoiled(const MerkleProof& proof) {
  std::vector<MerkleProof> all;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const auto place = static_cast<std::ptrdiff_t>(i);
    all.push_back(proof);
    all.back()[i] = flipped(proof[i]);
    all.push_back(proof);
    all.back().erase(all.back().begin() + place);
    all.push_back(proof);
    all.back().insert(all.back().begin() + place, proof[i]);
  }
  all.push_back(proof);
  all.back().push_back(Digest{});
  all.push_back(proof);
  all.back().insert(all.back().begin(), Digest{});
  return all;
}

// Calls check(leaves of the log, root) for logs of 1 to kLargestTried leaves.
template <class Check>
void for_every_log(Check check) {
  const Leaves leaves = some_leaves(kLargestTried);
  for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
    const auto log = first(leaves, size);
    check(log, root_by_definition(log));
  }
}

TEST(Inclusion, EveryLeafOfEveryLogIsProven) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t index = 0; index < log.size(); ++index) {
      const MerkleProof proof = inclusion_proof(log, index);
      EXPECT_TRUE(verify_inclusion(log[index], index, log.size(), proof, root));
      EXPECT_LE(proof.size(), std::bit_width(log.size() - 1)) << "no longer than the tree is high";
    }
  });
}

TEST(Inclusion, EverySpoiledProofFails) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t index = 0; index < log.size(); ++index) {
      for (const MerkleProof& proof : spoiled(inclusion_proof(log, index))) {
        EXPECT_FALSE(verify_inclusion(log[index], index, log.size(), proof, root))
            << "size " << log.size() << " index " << index;
      }
    }
  });
}

TEST(Inclusion, AnotherLeafPlaceOrRootFails) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t index = 0; index < log.size(); ++index) {
      const MerkleProof proof = inclusion_proof(log, index);
      EXPECT_FALSE(verify_inclusion(flipped(log[index]), index, log.size(), proof, root));
      EXPECT_FALSE(verify_inclusion(log[index], index, log.size(), proof, flipped(root)));
      for (std::uint64_t other = 0; other <= log.size(); ++other) {
        if (other == index) continue;
        EXPECT_FALSE(verify_inclusion(log[index], other, log.size(), proof, root))
            << "size " << log.size() << " index " << index << " claimed at " << other;
      }
    }
  });
}

// A size that does not belong to the root is found where the height of the tree gives it away.
TEST(Inclusion, ProofOfAnotherHeightFails) {
  const Leaves d = some_leaves(2);
  ASSERT_TRUE(verify_inclusion(d[1], 1, 2, {d[0]}, merkle_root(d)));
  EXPECT_FALSE(verify_inclusion(d[1], 0, 1, {d[0]}, merkle_root(d)))
      << "longer than the tree is high";
  EXPECT_FALSE(verify_inclusion(d[1], 1, 4, {d[0]}, merkle_root(d))) << "shorter";
}

TEST(Inclusion, NothingIsInAnEmptyLog) {
  EXPECT_FALSE(verify_inclusion(sha256(""), 0, 0, {}, sha256("")));
}

// ---- Consistency -------------------------------------------------------------------------------

TEST(Consistency, EveryLogContinuesEveryEarlierOne) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t old_size = 0; old_size <= log.size(); ++old_size) {
      const MerkleProof proof = consistency_proof(log, old_size);
      EXPECT_TRUE(verify_consistency(old_size, root_by_definition(log.first(old_size)), log.size(),
                                     root, proof))
          << old_size << " to " << log.size();
    }
  });
}

TEST(Consistency, EverySpoiledProofFails) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t old_size = 0; old_size <= log.size(); ++old_size) {
      const Digest old_root = root_by_definition(log.first(old_size));
      for (const MerkleProof& proof : spoiled(consistency_proof(log, old_size))) {
        EXPECT_FALSE(verify_consistency(old_size, old_root, log.size(), root, proof))
            << old_size << " to " << log.size();
      }
    }
  });
}

TEST(Consistency, AnotherRootFails) {
  for_every_log([](std::span<const Digest> log, const Digest& root) {
    for (std::uint64_t old_size = 0; old_size <= log.size(); ++old_size) {
      const MerkleProof proof = consistency_proof(log, old_size);
      const Digest old_root = root_by_definition(log.first(old_size));
      EXPECT_FALSE(verify_consistency(old_size, flipped(old_root), log.size(), root, proof));
      // From an empty log every root is reached: there is nothing that could have been changed.
      EXPECT_EQ(verify_consistency(old_size, old_root, log.size(), flipped(root), proof),
                old_size == 0);
    }
  });
}

TEST(Consistency, ProofOfAnotherHeightFails) {
  const Leaves d = some_leaves(5);
  const MerkleProof proof = {d[2], d[3], node_hash(d[0], d[1])};
  const Digest three = node_hash(proof[2], proof[0]);
  const Digest four = node_hash(proof[2], node_hash(proof[0], proof[1]));
  ASSERT_TRUE(verify_consistency(3, three, 4, four, proof));
  EXPECT_FALSE(verify_consistency(3, three, 8, four, proof)) << "shorter than the tree is high";
  EXPECT_FALSE(verify_consistency(3, node_hash(d[4], three), 4, node_hash(d[4], four),
                                  {proof[0], proof[1], proof[2], d[4]}))
      << "longer";
}

TEST(Consistency, LogThatShrankFails) {
  const Leaves leaves = some_leaves(5);
  const Digest five = merkle_root(leaves);
  const Digest four = merkle_root(first(leaves, 4));
  EXPECT_FALSE(verify_consistency(5, five, 4, four, {}));
  EXPECT_FALSE(verify_consistency(5, five, 4, four, consistency_proof(leaves, 4)));
  // Made so that the climb alone, begun right of the tree, would end in both roots.
  const Digest grown = node_hash(node_hash(five, leaves[0]), leaves[1]);
  EXPECT_FALSE(verify_consistency(5, five, 4, grown, {five, leaves[0], leaves[1]}));
}

TEST(Consistency, EmptyLogHasOnlyOneRoot) {
  EXPECT_TRUE(verify_consistency(0, sha256(""), 0, sha256(""), {}));
  EXPECT_FALSE(verify_consistency(0, Digest{}, 0, Digest{}, {}));
}

// The purpose of it all: an entry changed after a checkpoint was given out cannot be covered up.
RC_GTEST_PROP(Consistency, RewrittenEntryIsFound, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 200);
  const auto old_size = *rc::gen::inRange<std::uint64_t>(1, size + 1);
  const auto changed = *rc::gen::inRange<std::uint64_t>(0, old_size);
  Leaves leaves = some_leaves(size);
  const Digest old_root = merkle_root(first(leaves, old_size));
  leaves[changed] = flipped(leaves[changed]);
  RC_ASSERT(!verify_consistency(old_size, old_root, size, merkle_root(leaves),
                                consistency_proof(leaves, old_size)));
}

// Numbers from outside, of any size: an answer, in time, and no proof of anything.
RC_GTEST_PROP(Verification, AnyArgumentsAreAnswered,
              (std::uint64_t one, std::uint64_t two, const MerkleProof& proof,
               const Digest& root)) {
  const std::uint64_t large = ~one;
  RC_ASSERT(!verify_inclusion(Digest{}, one, large, proof, root));
  RC_ASSERT(!verify_inclusion(Digest{}, large, ~std::uint64_t{0}, proof, root));
  RC_ASSERT(!verify_consistency(one + 1, Digest{}, large, root, proof));
  RC_ASSERT(!verify_consistency(large, Digest{}, ~two, root, proof) || large == ~two);
}

}  // namespace
}  // namespace reglament
