#include "engine/law/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

void refuse_overlap(const Regulation& older, const Regulation& newer) {
  if (older.id != newer.id) {
    if (older.talon_code != newer.talon_code) return;
    throw BadInput(fmt::format("catalogue: expected a talon code of its own for {}, found {} of {}",
                               newer.id, newer.talon_code, older.id));
  }
  if (older.edition.code == newer.edition.code || !older.edition.to ||
      *older.edition.to >= newer.edition.from) {
    throw BadInput(fmt::format(
        "catalogue: expected editions of {} with codes and days of their own, found {} and {}",
        older.id, older.edition.code, newer.edition.code));
  }
}

}  // namespace

Catalogue::Catalogue(std::vector<const Regulation*> editions) : editions_(std::move(editions)) {
  std::ranges::sort(editions_, [](const Regulation* a, const Regulation* b) {
    return std::tie(a->id, a->edition.from) < std::tie(b->id, b->edition.from);
  });
  for (std::size_t i = 0; i < editions_.size(); ++i) {
    for (std::size_t j = i + 1; j < editions_.size(); ++j) {
      refuse_overlap(*editions_[i], *editions_[j]);
    }
  }
}

bool Catalogue::knows(std::string_view id) const {
  return std::ranges::any_of(editions_, [&](const Regulation* one) { return one->id == id; });
}

std::vector<const Regulation*> Catalogue::editions_of(std::string_view id) const {
  std::vector<const Regulation*> found;
  std::ranges::copy_if(editions_, std::back_inserter(found),
                       [&](const Regulation* one) { return one->id == id; });
  return found;
}

const Regulation* Catalogue::find(std::string_view id, std::string_view edition) const {
  for (const Regulation* one : editions_) {
    if (one->id == id && one->edition.code == edition) return one;
  }
  return nullptr;
}

const Regulation* Catalogue::in_force(std::string_view id, Date date) const {
  for (const Regulation* one : editions_) {
    if (one->id == id && one->edition.in_force_on(date)) return one;
  }
  return nullptr;
}

}  // namespace reglament
