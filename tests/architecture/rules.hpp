// The rules of the tree that the compiler does not hold: which folder may include which, which
// words the pure folders may not use, how long lines and functions may be. Each rule is a pure
// function over (path, text), so that it can be shown to fail on a small bad example; tree_test.cpp
// applies them to the repository. Paths are relative to the repository root, with '/'.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reglament::architecture {

// One place where a rule is broken. `line` counts from 1; 0 is the file as a whole.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string message;

  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

// "path:line: message", one a line.
std::string describe(const Findings& findings);

// The same text with comments blanked out, line by line; so that prose may name what code may not.
std::string without_comments(std::string_view text);

// proto <- adapters -> engine <- processes, deploy on top; and includes start at the root.
Findings forbidden_includes(const std::string& path, std::string_view text);

// Engine and processes have no clock, files, threads, environment, SQL, broker or protobuf.
Findings banned_words(const std::string& path, std::string_view text);

// Lines over 100 columns, counted in code points. Let through are lines with a web address, which
// cannot be broken, and the tables that are aligned by hand between clang-format off and on.
Findings long_lines(const std::string& path, std::string_view text);

// Notes to oneself that were not followed up, and tests that are switched off or loose.
Findings leftover_markers(const std::string& path, std::string_view text);

// Definitions of namespace level over 70 lines. Relies on the layout of clang-format: such a
// definition opens in column 0 and ends with a brace in column 0.
Findings long_functions(const std::string& path, std::string_view text);

// Entries of the repository root that are neither in the given layout nor ignored by git.
Findings unknown_entries(const std::vector<std::string>& entries, std::string_view gitignore);

}  // namespace reglament::architecture
