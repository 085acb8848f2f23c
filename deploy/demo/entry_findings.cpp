#include "deploy/demo/entry_findings.hpp"

#include <algorithm>
#include <chrono>

#include "deploy/demo/office_desk.hpp"
#include "engine/casework/dossier.hpp"

namespace reglament::demo {
namespace {

// Where a kind of outcome stands in the table.
std::size_t rank(const OutcomeLine& line) {
  constexpr std::string_view order[] = {"granted", "refused", "not-accepted", "refused-at-filing"};
  return static_cast<std::size_t>(std::ranges::find(order, line.kind) - std::begin(order));
}

bool is_longer(const SilenceLine& one, const SilenceLine& other) {
  return std::tuple(one.days, one.waiting) > std::tuple(other.days, other.waiting);
}

}  // namespace

void EntryFindings::add(const StoredEntry& stored) {
  const Entry entry = decode_entry(stored.bytes);
  if (entry.kind == entry_kind::filing_refused) {
    ++outcomes_[{"refused-at-filing", std::string(entry.rejection ? entry.rejection->code : ""),
                 std::string(entry.paragraph)}];
  }
  if (!entry.result.empty()) {
    ++outcomes_[{std::string(entry.result), std::string(entry.ground),
                 std::string(entry.paragraph)}];
  }
  if (entry.kind == entry_kind::answered) {
    offices_.emplace(entry.office);
    queues_[std::string(entry.office)].emplace_back(entry.at, -1);
    count_return(stored, entry);
  }
  for (const TaskOffer& offer : entry.offered) {
    queues_[std::string(offer.office)].emplace_back(entry.at, 1);
  }
}

void EntryFindings::count_return(const StoredEntry& stored, const Entry& entry) {
  if (!entry.commitment) return;
  const auto dossier = reader_.dossier(stored.log, stored.leaf);
  if (!dossier) return;
  if (decode_fields(dossier->value).contains(std::string(delivery_field))) {
    ++returned_[std::string(entry.office)];
  }
}

std::optional<SilenceLine> EntryFindings::longest_silence_of(const std::string& office,
                                                             Queue queue) const {
  std::ranges::stable_sort(queue, {}, &Queue::value_type::first);
  const OfficeIndex index = *country_.offices().find(office);
  constexpr std::chrono::days one{1};
  std::optional<SilenceLine> longest;
  std::size_t waiting = 0;
  Date first_silent{};  // if the office answers none of what waits
  for (const auto& [at, change] : queue) {
    const Date today = country_.offices().civil_date(index, at);
    if (change > 0) {
      // On the day of an answer the office was not silent, whatever came after it.
      if (waiting++ == 0) first_silent = std::max(first_silent, today);
      continue;
    }
    if (first_silent < today) {
      const WorkingDays days = country_.days().count(first_silent - one, today - one);
      const SilenceLine silence{office, first_silent, today - one, days, waiting};
      if (!longest || is_longer(silence, *longest)) longest = silence;
    }
    first_silent = today + one;
    --waiting;
  }
  return longest;
}

void EntryFindings::put_into(Findings& findings) const {
  findings.offices = offices_.size();
  for (const auto& [key, count] : outcomes_) {
    const auto& [kind, reason, paragraph] = key;
    findings.outcomes.push_back({kind, reason, paragraph, count});
  }
  std::ranges::stable_sort(findings.outcomes, {}, rank);
  for (const auto& [office, count] : returned_) findings.returned.push_back({office, count});
  for (const auto& [office, queue] : queues_) {
    const auto silence = longest_silence_of(office, queue);
    if (!silence) continue;
    if (!findings.longest_silence || is_longer(*silence, *findings.longest_silence)) {
      findings.longest_silence = silence;
    }
  }
}

}  // namespace reglament::demo
