#include "deploy/desk/office_inbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/sqlite/inbox_store.hpp"
#include "adapters/wire/limits.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/talon.hpp"

namespace reglament::program {
namespace {

using desk::Item;
using desk::TaskKey;

constexpr std::string_view kIdForm =
    "a talon, or a talon and the number of a task as BZP-AKMOLA-2015-000042-K/3";

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

struct ItemId {
  std::string talon;  // empty where the case's number was given
  CaseNumber case_number{};
  std::optional<std::uint32_t> task;
};

ItemId parse_id(const std::string& id) {
  const std::size_t slash = std::min(id.find('/'), id.size());
  const std::string head = in_capitals(std::string_view(id).substr(0, slash));
  ItemId parsed;
  bool good = true;
  if (slash < id.size()) {
    parsed.task = number_of<std::uint32_t>(std::string_view(id).substr(slash + 1));
    good = parsed.task.has_value();
  }
  if (const auto talon = parse_talon(head)) {
    parsed.talon = head;
    parsed.case_number = talon->case_number;
  } else if (const auto number = number_of<CaseNumber>(head); number && parsed.task) {
    parsed.case_number = *number;
  } else {
    good = false;
  }
  if (!good) throw BadInput(fmt::format("expected {}, found {}", kIdForm, wire::quote(id)));
  return parsed;
}

void expect_person(const std::string& person, wire::Presence presence, std::string_view field) {
  wire::expect_text(person, wire::limit::id, presence, field);
  if (person.starts_with("desk:")) {
    wire::refuse("the login of a person", wire::quote(person), field);
  }
}

void expect_good(const ClerkAct& act) {
  const bool claims = act.act == "claim";
  expect_person(act.person, claims ? wire::Presence::required : wire::Presence::optional, "person");
  if (act.act == "hand-over") expect_person(act.to, wire::Presence::required, "to");
  if (act.act != "answer") return;
  wire::expect_code(act.reply.outcome, wire::Presence::required, "outcome");
  wire::expect_ground(act.reply.ground, wire::Presence::optional, "reason");
  wire::expect_fields(act.reply.fields);
}

}  // namespace

std::string id_of(const Item& item) {
  const TaskMessage& task = item.state().task;
  if (task.talon.empty()) return fmt::format("{}/{}", task.case_number, task.task);
  return fmt::format("{}/{}", task.talon, task.task);
}

OfficeInbox::OfficeInbox(std::unique_ptr<OwnerLock> lock, const std::filesystem::path& file,
                         std::vector<std::string> offices, DeskClock& clock)
    : lock_(std::move(lock)),
      clock_(clock),
      store_(open_inbox(file)),
      inbox_(*store_, std::move(offices)) {
  for (const auto& [number, key] : inbox_.arrivals()) {
    clock_.told(inbox_.open_item(key).state().task.offered_at);
  }
}

// After a fault memory and file may differ: nothing more is done with either.
template <class Act>
auto OfficeInbox::alone(Act act) {
  const std::lock_guard lock(mutex_);
  if (fault_) std::rethrow_exception(fault_);
  try {
    return act();
  } catch (const BadInput&) {
    throw;
  } catch (const std::runtime_error&) {
    fault_ = std::current_exception();
    throw;
  }
}

void OfficeInbox::use(const std::function<void(desk::Inbox&)>& round) {
  alone([&] { round(inbox_); });
}

std::vector<Item> OfficeInbox::list(bool closed_too) {
  return alone([&] {
    std::vector<Item> items;
    for (const auto& [number, key] : inbox_.arrivals()) items.push_back(inbox_.open_item(key));
    if (closed_too) {
      store_->for_each_closed([&](Item item) {
        items.push_back(std::move(item));
        return true;
      });
    }
    return items;
  });
}

TaskKey OfficeInbox::find(const std::string& id) {
  const ItemId wanted = parse_id(id);
  std::vector<Item> items = store_->of_case(wanted.case_number);
  std::erase_if(items, [&](const Item& item) {
    const TaskMessage& task = item.state().task;
    const bool same_talon =
        wanted.talon.empty() || task.talon.empty() || task.talon == wanted.talon;
    return !same_talon || (wanted.task && *wanted.task != task.task);
  });
  if (items.empty()) {
    throw BadInput(fmt::format("expected a task of this inbox, found {}", wire::quote(id)));
  }
  if (items.size() == 1) return items.front().key();
  // The talon alone: the task that is open, or else the last one.
  const auto open = [](const Item& item) { return desk::is_open(item.state().stage); };
  if (std::ranges::count_if(items, open) > 1) {
    throw BadInput(fmt::format("expected the number of a task behind the talon, as {}, found {}",
                               id_of(items.front()), wire::quote(id)));
  }
  const auto found = std::ranges::find_if(items, open);
  return found == items.end() ? items.back().key() : found->key();
}

ItemDetails OfficeInbox::details(TaskKey key) { return {*inbox_.find(key), store_->journal(key)}; }

ItemDetails OfficeInbox::show(const std::string& id) {
  return alone([&] { return details(find(id)); });
}

desk::Inbox::Refused OfficeInbox::do_act(TaskKey key, ClerkAct& act) {
  const Instant now = clock_.now();
  if (act.act == "claim") return inbox_.claim(key, act.person, now);
  if (act.act == "release") return inbox_.release(key, act.person, now);
  if (act.act == "hand-over") return inbox_.hand_over(key, act.person, act.to, now);
  if (act.act == "answer") return inbox_.answer(key, act.person, std::move(act.reply), now);
  throw BadInput(fmt::format("expected claim, release, hand-over or answer, found {}, field act",
                             wire::quote(act.act)));
}

ItemDetails OfficeInbox::act(ClerkAct act) {
  expect_good(act);
  return alone([&] {
    const TaskKey key = find(act.id);
    if (const auto refused = do_act(key, act)) {
      throw BadInput(fmt::format("expected {}, found {}, task {}", refused->expected,
                                 refused->actual, act.id));
    }
    inbox_.commit();
    touched_.push_back(key);
    return details(key);
  });
}

std::vector<TaskKey> OfficeInbox::take_touched() {
  const std::lock_guard lock(mutex_);
  return std::exchange(touched_, {});
}

}  // namespace reglament::program
