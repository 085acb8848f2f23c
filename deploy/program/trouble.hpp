// A fault on its way to people and to another process: its exit code and one line of text.
#pragma once

#include <exception>
#include <string>

#include "deploy/program/globals.hpp"

namespace reglament::program {

struct Trouble {
  Exit kind{};
  std::string text;
};

// Any exception. One that is none of engine/base/fault.hpp is a defect.
[[nodiscard]] Trouble trouble_of(const std::exception_ptr& fault);

// The fault of that kind, thrown again here.
[[noreturn]] void raise(const Trouble& trouble);

}  // namespace reglament::program
