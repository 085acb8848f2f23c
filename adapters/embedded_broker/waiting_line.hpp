// The tasks of one office that wait, the oldest first.
//
// Each task has a position for life, and comes back to it: after one that is older, before one that
// is younger, whoever else came back meanwhile. Nearly everything happens at the two ends; what is
// taken out of the middle leaves a vacant place, so that nothing has to move up.
//
//   1  Positions ascend strictly.
//   2  The first place and the last place are never vacant.
//   3  At most half of the places are vacant, plus a few.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "engine/base/ensure.hpp"

namespace reglament {

template <class T>
class WaitingLine {
 public:
  [[nodiscard]] bool is_empty() const { return places_.empty(); }
  [[nodiscard]] std::size_t size() const { return places_.size() - vacant_; }
  [[nodiscard]] std::uint64_t front_position() const { return places_.front().position; }

  // The position is not taken.
  void insert(std::uint64_t position, T& item) {
    if (is_empty() || position > places_.back().position) {
      places_.push_back({position, &item});
    } else if (position < places_.front().position) {
      places_.push_front({position, &item});
    } else {
      const auto place = find(position);
      if (place->position != position) {
        places_.insert(place, {position, &item});
        return;
      }
      ENSURE(place->item == nullptr, "two tasks never have one position");
      place->item = &item;
      --vacant_;
    }
  }

  // Only where the line is not empty.
  T& take_front() {
    T& item = *places_.front().item;
    places_.pop_front();
    drop_vacant_ends();
    return item;
  }

  void remove(std::uint64_t position) {
    const auto place = find(position);
    ENSURE(place != places_.end() && place->position == position && place->item != nullptr,
           "a waiting task stands at its position");
    place->item = nullptr;
    ++vacant_;
    drop_vacant_ends();
    if (vacant_ > places_.size() / 2 + kFew) close_up();
  }

 private:
  struct Place {
    std::uint64_t position;
    T* item;  // null: vacant
  };
  static constexpr std::size_t kFew = 16;

  // The place with this position, or where it belongs.
  auto find(std::uint64_t position) {
    return std::lower_bound(
        places_.begin(), places_.end(), position,
        [](const Place& place, std::uint64_t wanted) { return place.position < wanted; });
  }
  void drop_vacant_ends() {
    for (; !places_.empty() && places_.front().item == nullptr; --vacant_) places_.pop_front();
    for (; !places_.empty() && places_.back().item == nullptr; --vacant_) places_.pop_back();
  }
  void close_up() {
    std::erase_if(places_, [](const Place& place) { return place.item == nullptr; });
    vacant_ = 0;
  }

  std::deque<Place> places_;
  std::size_t vacant_ = 0;
};

}  // namespace reglament
