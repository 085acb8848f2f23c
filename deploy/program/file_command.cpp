#include <fmt/format.h>

#include <algorithm>

#include "adapters/wire/filing_json.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/text_lines.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kBatchBytes = 16UL * 1024 * 1024;

// One input: what is to be filed, or what is wrong with it.
struct Input {
  std::size_t line{};
  FilingRequest request;
  std::string error;
};

bool is_json(const std::string& text) { return Json::accept(text); }

bool is_json_line(const TextLine& line) {
  return !line.too_long && line.text.find('{') != std::string::npos && is_json(line.text);
}

// A person may have written the one object over several lines. Then the first is no JSON by itself,
// but all together are; or none of the others is either, and it is one object with a mistake.
void join_single_object(TextLines& lines) {
  auto first = lines.next();
  if (!first) return;
  if (first->too_long || is_json(first->text)) return lines.put_back(std::move(*first));
  std::deque<TextLine> taken;
  taken.push_back(std::move(*first));
  std::string whole = taken.front().text;
  bool others_stand_alone = false;
  bool fits = true;
  while (fits) {
    auto line = lines.next();
    if (!line) break;
    others_stand_alone = others_stand_alone || is_json_line(*line);
    fits = !line->too_long && whole.size() + line->text.size() < TextLines::longest_line;
    if (fits) whole.append("\n").append(line->text);
    taken.push_back(std::move(*line));
  }
  const bool opens = taken.front().text.find_first_not_of(" \t") != std::string::npos &&
                     taken.front().text[taken.front().text.find_first_not_of(" \t")] == '{';
  if (fits && (is_json(whole) || (opens && !others_stand_alone))) {
    return lines.put_back({taken.front().number, std::move(whole), false});
  }
  for (auto line = taken.rbegin(); line != taken.rend(); ++line) lines.put_back(std::move(*line));
}

Input read_input(const TextLine& line, const TextLines& lines) {
  Input input;
  input.line = line.number;
  if (line.too_long) {
    input.error = fmt::format("expected at most {} bytes, found more, {}", TextLines::longest_line,
                              lines.place(line.number));
    return input;
  }
  try {
    ParsedFiling parsed = parse_filing(line.text);
    input.request = {std::move(parsed.filing), parsed.filed_at};
  } catch (const BadInput& error) {
    input.error = fmt::format("{}, {}", error.what(), lines.place(line.number));
  }
  return input;
}

Json accepted_json(const FilingReply& reply) {
  Json json;
  json["talon"] = reply.talon;
  json["case"] = reply.case_number;
  json["regulation"] = reply.regulation;
  json["edition"] = reply.edition;
  json["office"] = reply.office;
  json["filed_at"] = local_time(reply.filed_at, reply.office);
  json["due_date"] = reply.due_date ? Json(format_date(*reply.due_date)) : Json();
  json["due_at"] = reply.due_at ? Json(local_time(*reply.due_at, reply.office)) : Json();
  return json;
}

Json refused_json(const FilingReply& reply) {
  Json json;
  json["rejected"] = true;
  json["regulation"] = reply.regulation;
  put_rejection(json, *reply.refused);
  return json;
}

class FilingRun {
 public:
  FilingRun(const Globals& globals, TextLines& lines) : globals_(globals), lines_(lines) {}

  Exit run() {
    join_single_object(lines_);
    std::size_t bytes = 0;
    while (const auto line = lines_.next()) {
      inputs_.push_back(read_input(*line, lines_));
      bytes += line->text.size();
      if (inputs_.size() < kBatch && bytes < kBatchBytes) continue;
      file_batch();
      bytes = 0;
    }
    file_batch();
    if (inputs_read_ == 0) {
      throw BadInput(
          fmt::format("expected an application, found an empty file, {}", lines_.place(1)));
    }
    if (malformed_ > 0) {
      throw BadInput(fmt::format("expected {} good applications, found {} malformed: {}",
                                 inputs_read_, malformed_, first_error_));
    }
    return refused_ > 0 ? Exit::findings : Exit::done;
  }

 private:
  void file_batch() {
    if (inputs_.empty()) return;
    std::vector<FilingRequest> requests;
    for (Input& input : inputs_) {
      if (input.error.empty()) requests.push_back(std::move(input.request));
    }
    std::vector<FilingResult> results;
    if (!requests.empty()) results = engine().file(std::move(requests));
    auto result = results.begin();
    for (const Input& input : inputs_) {
      ++inputs_read_;
      if (input.error.empty()) {
        print(*result++, input.line);
      } else {
        print_error(input.error, input.line);
      }
    }
    inputs_.clear();
    if (stopped_by_) {
      flush_output();
      raise(*stopped_by_);
    }
  }

  // Found or hosted when the first application is good: a file with nothing but mistakes needs
  // none.
  EnginePort& engine() {
    if (!engine_) engine_ = connect_engine(globals_);
    return *engine_;
  }

  void print(const FilingResult& result, std::size_t line) {
    if (!result.error.empty()) {
      if (result.error_kind != Exit::bad_input && !stopped_by_) {
        stopped_by_ = Trouble{result.error_kind, result.error};
      }
      return print_error(fmt::format("{}, {}", result.error, lines_.place(line)), line);
    }
    const FilingReply& reply = result.reply;
    if (reply.refused) ++refused_;
    if (globals_.json)
      return print_json(reply.refused ? refused_json(reply) : accepted_json(reply));
    if (reply.refused) {
      print_line(fmt::format("refused   {}: expected {}, found {} ({})", reply.refused->paragraph,
                             reply.refused->expected, reply.refused->actual, lines_.place(line)));
    } else {
      print_line(fmt::format("accepted  {}  due {}  {}  {}{}", reply.talon,
                             reply.due_at ? local_time(*reply.due_at, reply.office) : "-",
                             reply.regulation, reply.office,
                             reply.repeated ? "  (as answered before)" : ""));
    }
  }

  void print_error(const std::string& error, std::size_t line) {
    if (++malformed_ == 1) first_error_ = error;
    if (globals_.json) {
      print_json({{"error", error}, {"line", line}});
    } else {
      print_line(fmt::format("malformed {}", error));
    }
  }

  const Globals& globals_;
  TextLines& lines_;
  std::unique_ptr<EnginePort> engine_;
  std::vector<Input> inputs_;
  std::size_t inputs_read_ = 0;
  std::size_t malformed_ = 0;
  std::size_t refused_ = 0;
  std::string first_error_;
  std::optional<Trouble> stopped_by_;  // the store failed: nothing after it can be filed
};

}  // namespace

void add_file(CLI::App& app, Globals& globals, Exit& exit) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("file", "File applications: a JSON object, or one a line");
  command->add_option("FILE", *file, "the applications; - is standard input")->required();
  command->footer("Example: reglament file applications.jsonl");
  command->callback([&globals, &exit, file] {
    // The database is asked for first: a missing one is the same trouble whatever the input.
    static_cast<void>(open_reader(globals));
    TextLines lines(*file);
    exit = FilingRun(globals, lines).run();
  });
}

}  // namespace reglament::program
