// What the engine has sent to the offices, by what the entries of a database say: the tasks that
// are open, and the notices. Entries are read once, as they come.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/runtime/store.hpp"

namespace reglament::demo {

struct OfferedTask {
  std::string office;
  CaseNumber case_number{};
  std::uint32_t task{};
  std::uint32_t attempt{};
  auto operator<=>(const OfferedTask&) const = default;
};

struct GivenNotice {
  std::string office;  // whose queue it goes to
  CaseNumber case_number{};
  std::string kind;
  Instant at;
  auto operator<=>(const GivenNotice&) const = default;
};

[[nodiscard]] OfferedTask offered_task(const TaskMessage& task);
// `office`: of the desk that got it.
[[nodiscard]] GivenNotice given_notice(const std::string& office, const Notice& notice);

class OfficePost {
 public:
  // Whose entries are read. It must stay as long as read() is called.
  void follow(StoreReader& reader) { reader_ = &reader; }

  // What was committed since the last call. Nothing before follow().
  void read();

  // Tasks offered to these offices since the last call for them, without those that have ended
  // since.
  [[nodiscard]] std::vector<OfferedTask> take_new(std::span<const std::string> offices);
  // All that are open there; none of them is new afterwards.
  [[nodiscard]] std::vector<OfferedTask> take_open(std::span<const std::string> offices);
  [[nodiscard]] std::size_t count_open(std::span<const std::string> offices) const;

  // A desk has read it.
  void arrived(const GivenNotice& notice);
  // Those to these offices that no desk has read.
  [[nodiscard]] std::vector<GivenNotice> unread(std::span<const std::string> offices) const;

 private:
  struct Tray {
    std::set<OfferedTask> open;
    std::set<OfferedTask> fresh;  // of them
    std::set<GivenNotice> unread;
  };

  void note(const StoredEntry& stored);
  void end_task(CaseNumber number, std::uint32_t task);

  StoreReader* reader_ = nullptr;
  std::map<LogId, LeafIndex> next_;
  std::map<std::string, Tray, std::less<>> trays_;                            // by office
  std::map<std::pair<CaseNumber, std::uint32_t>, OfferedTask> open_by_task_;  // in all trays
};

}  // namespace reglament::demo
