// The inbox of an office in the process that owns its file: the desk's rounds and the clerks'
// requests take turns with it.
#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/sqlite/owner_lock.hpp"
#include "deploy/desk/desk_clock.hpp"
#include "engine/desk/inbox.hpp"

namespace reglament::program {

// What a clerk asks for. `person`: who asks; empty: whoever holds the task.
struct ClerkAct {
  std::string id;   // of the item, as `id_of` gives it, or its talon alone
  std::string act;  // claim, release, hand-over, answer
  std::string person;
  std::string to;     // hand-over
  desk::Reply reply;  // answer
};

struct ItemDetails {
  desk::Item item;
  std::vector<desk::JournalLine> journal;
};

// "BZP-AKMOLA-2015-000042-K/3": the talon and the number of the task. Of a task that was revoked
// before it came in, the case's number stands for the talon.
[[nodiscard]] std::string id_of(const desk::Item& item);

// Every function may be called from several threads, and throws Unavailable where the file failed:
// then for good.
class OfficeInbox {
 public:
  // Holds the lock. For these offices; empty: for any. Throws as open_inbox and Inbox do.
  OfficeInbox(std::unique_ptr<OwnerLock> lock, const std::filesystem::path& file,
              std::vector<std::string> offices, DeskClock& clock);

  // One round of the desk, alone with the inbox.
  void use(const std::function<void(desk::Inbox&)>& round);

  // Open items in the order of their arrival, and behind them the closed ones where asked for.
  [[nodiscard]] std::vector<desk::Item> list(bool closed_too);
  // Throw BadInput: no such item, several of that talon, or what the act was refused for.
  [[nodiscard]] ItemDetails show(const std::string& id);
  ItemDetails act(ClerkAct act);
  // What clerks have claimed, given back or answered since the last call.
  [[nodiscard]] std::vector<desk::TaskKey> take_touched();

 private:
  [[nodiscard]] desk::TaskKey find(const std::string& id);
  [[nodiscard]] ItemDetails details(desk::TaskKey key);
  [[nodiscard]] desk::Inbox::Refused do_act(desk::TaskKey key, ClerkAct& act);
  template <class Act>
  auto alone(Act act);

  const std::unique_ptr<OwnerLock> lock_;
  DeskClock& clock_;
  std::mutex mutex_;
  std::unique_ptr<desk::InboxStore> store_;
  desk::Inbox inbox_;
  std::vector<desk::TaskKey> touched_;
  std::exception_ptr fault_;
};

}  // namespace reglament::program
