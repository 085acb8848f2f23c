// The catalogue: every edition of every regulation that this program can run.
#pragma once

#include <string_view>
#include <vector>

#include "engine/law/regulation.hpp"

namespace reglament {

class Catalogue {
 public:
  // Editions in any order. Throws BadInput where two editions of one regulation share a code or a
  // day in force, or where two regulations share the service code of their talons.
  explicit Catalogue(std::vector<const Regulation*> editions);

  // Ascending by id, then by the day since when they are in force.
  [[nodiscard]] const std::vector<const Regulation*>& editions() const { return editions_; }
  [[nodiscard]] bool knows(std::string_view id) const;
  // The editions of one regulation, the oldest first; empty where it is not known.
  [[nodiscard]] std::vector<const Regulation*> editions_of(std::string_view id) const;
  // Null where no edition of that code is known.
  [[nodiscard]] const Regulation* find(std::string_view id, std::string_view edition) const;
  // The edition in force on that day; null where none is.
  [[nodiscard]] const Regulation* in_force(std::string_view id, Date date) const;

 private:
  std::vector<const Regulation*> editions_;
};

}  // namespace reglament
