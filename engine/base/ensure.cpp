#include "engine/base/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace reglament {

void defect(std::string_view invariant, const char* file, int line) {
  std::fprintf(stderr, "reglament: defect: %.*s (%s:%d)\n", static_cast<int>(invariant.size()),
               invariant.data(), file, line);
  constexpr int kDefect = 70;  // EX_SOFTWARE, see the exit codes of the program
  std::_Exit(kDefect);
}

}  // namespace reglament
