// The part of the findings that the entries tell: how applications ended, which tasks came back
// from a desk that went away, and which office was silent.
#pragma once

#include <map>
#include <set>
#include <tuple>

#include "deploy/demo/findings.hpp"

namespace reglament::demo {

class EntryFindings {
 public:
  EntryFindings(StoreReader& reader, const Country& country) : reader_(reader), country_(country) {}

  void add(const StoredEntry& stored);
  void put_into(Findings& findings) const;

 private:
  // Tasks that came to an office (+1) and were answered (-1).
  using Queue = std::vector<std::pair<Instant, int>>;
  void count_return(const StoredEntry& stored, const Entry& entry);
  [[nodiscard]] std::optional<SilenceLine> longest_silence_of(const std::string& office,
                                                              Queue queue) const;

  StoreReader& reader_;
  const Country& country_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> outcomes_;
  std::map<std::string, std::size_t> returned_;
  std::map<std::string, Queue> queues_;
  std::set<std::string> offices_;
};

}  // namespace reglament::demo
