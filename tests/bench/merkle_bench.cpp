// What the history costs per entry, apart from storing it: hashing the entry, and growing the tree.
#include <benchmark/benchmark.h>

#include <string>

#include "engine/history/merkle.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

void hash_a_leaf(benchmark::State& state) {
  const std::string entry(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(leaf_hash(entry));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_a_leaf)->Arg(250);  // about the size of an entry

void hash_a_node(benchmark::State& state) {
  const Digest left = sha256("left");
  const Digest right = sha256("right");
  for (auto _ : state) benchmark::DoNotOptimize(node_hash(left, right));
}
BENCHMARK(hash_a_node);

void append_a_leaf(benchmark::State& state) {
  const Digest leaf = leaf_hash("entry");
  MerkleFrontier frontier;
  for (auto _ : state) frontier.append(leaf);
  benchmark::DoNotOptimize(frontier.root());
}
BENCHMARK(append_a_leaf);

// As a commit does it: some entries, then the root and the frontier to be stored.
void commit_leaves(benchmark::State& state) {
  const Digest leaf = leaf_hash("entry");
  MerkleFrontier frontier;
  for (std::uint64_t i = 0; i < (1U << 20U) - 1; ++i) frontier.append(leaf);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) frontier.append(leaf);
    benchmark::DoNotOptimize(frontier.root());
    benchmark::DoNotOptimize(frontier.encode());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(commit_leaves)->Arg(1)->Arg(64);

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
