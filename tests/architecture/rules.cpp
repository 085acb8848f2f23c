#include "tests/architecture/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace reglament::architecture {
namespace {

constexpr std::size_t kLongestLine = 100;
constexpr std::size_t kLongestFunction = 70;

constexpr std::array<std::string_view, 6> kFolders = {"engine", "processes", "adapters",
                                                      "proto",  "deploy",    "tests"};

constexpr std::array<std::string_view, 18> kRootEntries = {
    ".ci",
    ".clang-format",
    ".clang-tidy",
    ".editorconfig",
    ".git",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CMakeLists.txt",
    "CMakePresets.json",
    "LICENSE",
    "README.md",
    "adapters",
    "deploy",
    "engine",
    "processes",
    "proto",
    "tests",
};

// How a banned word is found: as a name of its own, as the beginning of one, or anywhere.
enum class Match { whole, prefix, anywhere };

struct BannedWord {
  std::string_view word;
  Match match;
  std::string_view instead;
};

// clang-format off
constexpr std::array<BannedWord, 12> kBanned = {{
    {"system_clock",  Match::whole,    "take `now` as a parameter"},
    {"steady_clock",  Match::whole,    "take `now` as a parameter, or use the clock port"},
    {"<iostream>",    Match::anywhere, "return a value; deploy prints it"},
    {"<fstream>",     Match::anywhere, "take the text as a parameter; deploy reads files"},
    {"<thread>",      Match::anywhere, "leave threads to engine/runtime and deploy"},
    {"getenv",        Match::anywhere, "take a parameter; deploy reads the environment"},
    {"typeid",        Match::whole,    "use the frozen code of the type"},
    {"soci",          Match::whole,    "use the store port; adapters/soci implements it"},
    {"sqlite",        Match::prefix,   "use the store port; adapters/sqlite implements it"},
    {"amqp",          Match::prefix,   "use the broker port; adapters implement it"},
    {"protobuf",      Match::whole,    "use the value types of engine; adapters/wire translates"},
    {".pb.h",         Match::anywhere, "use the value types of engine; adapters/wire translates"},
}};
// clang-format on

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_code(std::string_view path) { return path.ends_with(".hpp") || path.ends_with(".cpp"); }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "engine/time/civil.hpp" -> "time"; "deploy/main.cpp" -> "".
std::string_view sub_folder(std::string_view path) {
  const auto parts = parts_of(path);
  return parts.size() > 2 ? parts[1] : std::string_view{};
}

bool contains(std::string_view line, std::string_view word, Match match) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const bool opens = at == 0 || !is_name(line[at - 1]);
    const std::size_t end = at + word.size();
    const bool closes = end == line.size() || !is_name(line[end]);
    if (match == Match::anywhere) return true;
    if (opens && (match == Match::prefix || closes)) return true;
  }
  return false;
}

// The end of the raw string that opens at `at` (R"tag( ... )tag"), or nothing when none opens
// there.
std::optional<std::size_t> raw_string_end(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("R\"") || (at > 0 && is_name(text[at - 1]))) return {};
  const std::size_t open = text.find('(', at);
  if (open == std::string_view::npos) return {};
  std::string closing = ")";
  closing.append(text.substr(at + 2, open - at - 2)).push_back('"');
  const std::size_t close = text.find(closing, open);
  return close == std::string_view::npos ? text.size() : close + closing.size();
}

// The end of the literal that opens at `at` with a quote; a line break ends it too.
std::size_t literal_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::min(at, text.size());
}

// The length of the comment that opens the text; 0 when none does.
std::size_t comment_length(std::string_view text) {
  if (text.starts_with("//")) return std::min(text.find('\n'), text.size());
  if (!text.starts_with("/*")) return 0;
  const std::size_t close = text.find("*/", 2);
  return close == std::string_view::npos ? text.size() : close + 2;
}

enum class Strings { keep, blank_raw };

// Blanks comments, and raw strings when asked to: line breaks stay where they are.
std::string blanked(std::string_view text, Strings strings) {
  std::string result(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (result[i] != '\n') result[i] = ' ';
    }
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (const auto end = raw_string_end(text, at)) {
      if (strings == Strings::blank_raw) blank(at, *end);
      at = *end;
    } else if (rest.front() == '"' ||
               (rest.front() == '\'' && (at == 0 || !is_name(text[at - 1])))) {
      at = literal_end(text, at);
    } else if (const std::size_t comment = comment_length(rest); comment > 0) {
      blank(at, at + comment);
      at += comment;
    } else {
      ++at;
    }
  }
  return result;
}

struct Include {
  std::string_view path;
  bool quoted = false;
};

// An #include of C++ or an import of proto.
std::optional<Include> include_of(std::string_view line) {
  const auto skip = [&line] {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0) {
      line.remove_prefix(1);
    }
  };
  const auto take = [&](std::string_view word) {
    skip();
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    skip();
    return true;
  };
  if (take("#")) {
    if (!take("include")) return {};
  } else if (take("import")) {
    if (!take("public")) take("weak");
  } else {
    return {};
  }
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  const char close = line.front() == '"' ? '"' : '>';
  const std::size_t end = line.find(close, 1);
  if (end == std::string_view::npos) return {};
  return Include{line.substr(1, end - 1), close == '"'};
}

// The folder of ours that an include leads to; empty for a library. What protoc generates from
// proto/reglament is included as "reglament/v1/x.pb.h".
std::string_view folder_of(std::string_view include) {
  const std::string_view first = parts_of(include).front();
  if (first == include) return {};
  if (first == "reglament") return "proto";
  const auto* found = std::find(kFolders.begin(), kFolders.end(), first);
  return found == kFolders.end() ? std::string_view{} : *found;
}

// Why `from` may not include `to`; empty when it may.
std::string_view objection(std::string_view from, std::string_view to) {
  const std::string_view here = parts_of(from).front();
  const std::string_view there = folder_of(to);
  if (there == "tests") return here == "tests" ? "" : "only tests include tests";
  if (here == "deploy" || here == "tests") return "";
  if (here == "engine") return there == "engine" ? "" : "engine includes engine only";
  if (here == "proto") return there == "proto" ? "" : "proto includes nothing of ours";
  if (here == "processes") {
    if (there == "engine") return "";
    if (there != "processes") return "processes include engine only";
    // The catalogue puts the regulations, the offices and the calendars together.
    if (sub_folder(from) == "catalogue" || sub_folder(from) == sub_folder(to)) return "";
    return "a folder of processes includes itself and engine; the catalogue puts them together";
  }
  if (there == "engine" || there == "proto") return "";
  if (there != "adapters") return "adapters include engine and proto only";
  const std::string_view base = sub_folder(to);
  if (sub_folder(from) == base) return "";
  if (sub_folder(from) == "soci" || sub_folder(from) == "wire") {
    return "adapters/soci and adapters/wire are bases: they include no other adapter";
  }
  return base == "soci" || base == "wire" ? "" : "an adapter includes no other adapter";
}

bool in_any(std::string_view path, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [path](std::string_view prefix) { return path.starts_with(prefix); });
}

// One pattern of .gitignore that matters in the root: a name, or '*' and the end of a name.
bool ignored(std::string_view entry, std::string_view pattern) {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  if (pattern.empty() || pattern.starts_with('#')) return false;
  if (pattern.starts_with('*')) return entry.ends_with(pattern.substr(1));
  return entry == pattern;
}

}  // namespace

std::string describe(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.message + "\n";
  }
  return text;
}

std::string without_comments(std::string_view text) { return blanked(text, Strings::keep); }

Findings forbidden_includes(const std::string& path, std::string_view text) {
  Findings findings;
  // Raw strings go too: the examples of bad includes in the tests of this file are not includes.
  const std::string code = blanked(text, Strings::blank_raw);
  std::size_t number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    const auto include = include_of(line);
    if (!include) continue;
    const std::string name(include->path);
    if (folder_of(name).empty()) {
      const bool library = !include->quoted || name.starts_with("google/protobuf/");
      if (!library) {
        findings.push_back({path, number, "expected a path from the repository root: " + name});
      }
      continue;
    }
    if (!include->quoted) {
      findings.push_back({path, number, "expected quotes around a file of ours: " + name});
    }
    if (const auto reason = objection(path, name); !reason.empty()) {
      findings.push_back({path, number, "includes " + name + ": " + std::string(reason)});
    }
  }
  return findings;
}

Findings banned_words(const std::string& path, std::string_view text) {
  if (!is_code(path) || !in_any(path, {"engine/", "processes/"})) return {};
  Findings findings;
  const std::string code = lower(without_comments(text));
  std::size_t number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    for (const BannedWord& entry : kBanned) {
      if (entry.word == "<thread>" && path.starts_with("engine/runtime/")) continue;
      if (!contains(line, entry.word, entry.match)) continue;
      findings.push_back(
          {path, number,
           "found '" + std::string(entry.word) + "'; instead, " + std::string(entry.instead)});
    }
  }
  return findings;
}

Findings long_lines(const std::string& path, std::string_view text) {
  Findings findings;
  std::size_t number = 0;
  bool is_table = false;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.find("clang-format off") != std::string_view::npos) is_table = true;
    if (line.find("clang-format on") != std::string_view::npos) is_table = false;
    if (is_table) continue;
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not inside a UTF-8 sequence
    });
    if (static_cast<std::size_t>(columns) <= kLongestLine) continue;
    if (line.find("://") != std::string_view::npos) continue;
    findings.push_back({path, number,
                        "expected at most " + std::to_string(kLongestLine) + " columns, found " +
                            std::to_string(columns)});
  }
  return findings;
}

Findings leftover_markers(const std::string& path, std::string_view text) {
  // Written in two halves, so that this file does not find itself.
  static const std::array<std::string, 4> markers = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X",
      "HA"
      "CK"};
  static const std::array<std::string, 3> loose = {
      "DIS"
      "ABLED_",
      "GTEST_"
      "SKIP",
      "EXPECT_ANY_"
      "THROW"};
  Findings findings;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    for (const std::string& marker : markers) {
      if (contains(line, marker, Match::whole)) {
        findings.push_back({path, number, "found the marker " + marker + "; do it or drop it"});
      }
    }
    for (const std::string& word : loose) {
      if (path.starts_with("tests/") && contains(line, word, Match::anywhere)) {
        findings.push_back(
            {path, number, "found " + word + "; a test runs and says what it wants"});
      }
    }
  }
  return findings;
}

Findings long_functions(const std::string& path, std::string_view text) {
  Findings findings;
  const std::string code = blanked(text, Strings::blank_raw);
  std::size_t number = 0;
  std::size_t opening = 0;  // the first line of the declaration that we are in; 0: between two
  bool in_body = false;
  for (std::string_view line : lines_of(code)) {
    ++number;
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const bool at_margin = line.front() != ' ';
    if (at_margin && in_any(line, {"namespace", "inline namespace", "extern \"C", "}"})) {
      const std::size_t length = opening == 0 ? 0 : number - opening + 1;
      if (line == "}" && length > kLongestFunction) {
        findings.push_back({path, opening,
                            "expected a function of at most " + std::to_string(kLongestFunction) +
                                " lines, found " + std::to_string(length)});
      }
      opening = 0;
      in_body = false;
      continue;
    }
    if (at_margin && opening == 0) opening = number;
    if (line.ends_with('{')) in_body = true;
    if (!in_body && (line.ends_with(';') || line.ends_with('}'))) opening = 0;
  }
  return findings;
}

Findings unknown_entries(const std::vector<std::string>& entries, std::string_view gitignore) {
  const auto patterns = lines_of(gitignore);
  Findings findings;
  for (const std::string& entry : entries) {
    if (std::find(kRootEntries.begin(), kRootEntries.end(), entry) != kRootEntries.end()) continue;
    if (std::any_of(patterns.begin(), patterns.end(),
                    [&](std::string_view pattern) { return ignored(entry, pattern); })) {
      continue;
    }
    findings.push_back({entry, 0, "not in the given layout of the repository root"});
  }
  return findings;
}

}  // namespace reglament::architecture
