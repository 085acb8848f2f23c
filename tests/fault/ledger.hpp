// What callers were told, and the judgement of a database by it. The numbers are those of the
// invariants that all fault tests share (ARCHITECTURE.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/history/entry.hpp"
#include "engine/runtime/store.hpp"
#include "tests/fault/permit_office.hpp"

namespace reglament::testing {

using TaskId = std::pair<CaseNumber, std::uint32_t>;
using Findings = std::vector<std::string>;

// Written by the callers, from several threads at once.
class Ledger {
 public:
  // A reply to an application, from API v1 or from the command `file`.
  void filed(const Json& filing, const Json& reply);
  // An answer that was accepted.
  void answered(const Json& answer);
  // A task that was handed out: none that was answered before may be.
  void offered(const Json& task);
  // Anything else that must not be.
  void find(std::string finding);

  // The rest belongs to one thread, when no caller is at work.

  // The request ids are also told apart by their reply: the talon, or the refusal.
  [[nodiscard]] const std::map<std::string, std::string>& replies() const { return replies_; }
  [[nodiscard]] const std::map<std::string, CaseNumber>& cases() const {
    return cases_;
  }  // by talon
  [[nodiscard]] const std::map<TaskId, std::string>& answers() const { return answers_; }
  [[nodiscard]] std::vector<Json> filings() const;
  // What was found while it was written.
  [[nodiscard]] const Findings& findings() const { return findings_; }

  [[nodiscard]] static std::string text_of_reply(const Json& reply);

 private:
  std::mutex mutex_;
  std::map<std::string, Json> filings_;         // by request id
  std::map<std::string, std::string> replies_;  // by request id
  std::map<std::string, CaseNumber> cases_;     // by talon
  std::map<TaskId, std::string> answers_;       // their message ids
  Findings findings_;
};

// What is judged: a database, of whatever kind, and the program on it.
struct Archive {
  std::function<Ended(std::vector<std::string> arguments)> run;  // with --json
  std::function<std::unique_ptr<StoreReader>()> open;
  std::filesystem::path refiled;  // a file for the applications that are filed once more
};
[[nodiscard]] Archive archive_of(const PermitOffice& office);

// What the history of a database says.
struct Record {
  std::size_t entries = 0;
  std::map<std::string, int> decisions;                // on a request id
  std::map<TaskId, std::vector<std::string>> answers;  // message ids of its `answered` entries
  std::set<std::pair<CaseNumber, std::string>> steps;  // that were answered
  Findings findings;
};
// I2, I7: nothing is decided, answered, warned or expired twice.
[[nodiscard]] Record read_record(const Archive& archive);
[[nodiscard]] Record read_record(const PermitOffice& office);

// The oracle, while no engine runs: I1 and I2 from the history, by filing everything once more and
// from the list of cases; I3 to I6 from `check` and `history verify`. Empty where all is well.
[[nodiscard]] Findings judge(const Archive& archive, const Ledger& ledger);
[[nodiscard]] Findings judge(const PermitOffice& office, const Ledger& ledger);

// I10: lets everything complete; the findings name what did not.
[[nodiscard]] Findings complete(const PermitOffice& office);

}  // namespace reglament::testing
