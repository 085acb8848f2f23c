#include "engine/runtime/case_cache.hpp"

#include <fmt/format.h>

namespace reglament {

Case stored_state(CaseNumber number, std::string_view bytes) {
  try {
    return decode_case(bytes);
  } catch (const Malformed& error) {
    throw Unavailable(fmt::format("expected the state of case {}, found bytes that are none: {}",
                                  number, error.what()));
  }
}

Case* CaseCache::find_in_memory(CaseNumber number) {
  const auto found = cases_.find(number);
  return found == cases_.end() ? nullptr : &found->second.state;
}

Case* CaseCache::find(CaseNumber number, StoreReader& reader) {
  if (Case* const found = find_in_memory(number)) return found;
  const auto state = reader.case_state(number);
  return state ? &add(stored_state(number, *state)) : nullptr;
}

Case& CaseCache::add(Case state) {
  const CaseNumber number = state.number;
  return cases_.insert_or_assign(number, Cached{std::move(state)}).first->second.state;
}

void CaseCache::trim(std::uint64_t committed) {
  // A sweep costs as much as there are cases, so it waits until a good part of them is new.
  constexpr std::size_t kSlack = 4096;
  const std::size_t allowed = std::min(limit_, trimmed_size_ + trimmed_size_ / 2 + kSlack);
  if (cases_.size() <= allowed) return;
  std::erase_if(cases_, [&](const auto& item) {
    return item.second.batch <= committed && !item.second.state.is_open();
  });
  // Well below the limit, or the next batch would sweep again.
  const std::size_t kept = cases_.size() > limit_ ? limit_ - limit_ / 8 : cases_.size();
  for (auto one = cases_.begin(); cases_.size() > kept && one != cases_.end();) {
    one = one->second.batch <= committed ? cases_.erase(one) : std::next(one);
  }
  trimmed_size_ = cases_.size();
}

}  // namespace reglament
