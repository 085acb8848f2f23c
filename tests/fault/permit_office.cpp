#include "tests/fault/permit_office.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace reglament::testing {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "reglament-fault-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error(fmt::format("expected to create {}, found an error", name));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> PermitOffice::command(std::vector<std::string> arguments,
                                               Output output) const {
  std::vector<std::string> whole = {REGLAMENT_BINARY_DIR "/reglament", "--db", database_.string()};
  if (output == Output::json) whole.emplace_back("--json");
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  return whole;
}

Ended PermitOffice::run(std::vector<std::string> arguments) const {
  return testing::run(command(std::move(arguments)));
}

void PermitOffice::create(int partitions) const {
  const Ended ended = run({"init", "--virtual-clock", std::string(kOpening), "--partitions",
                           std::to_string(partitions)});
  if (ended.exit != 0) throw std::runtime_error("init failed: " + ended.text());
}

void PermitOffice::copy_from(const PermitOffice& other) const {
  for (const std::string_view suffix : {"", "-wal", "-shm", ".lock", ".sock"}) {
    std::filesystem::remove(database_.string().append(suffix));
  }
  std::filesystem::copy_file(other.database(), database_);
  const std::string log = other.database().string() + "-wal";
  if (std::filesystem::exists(log)) std::filesystem::copy_file(log, database_.string() + "-wal");
}

std::unique_ptr<Process> PermitOffice::serve() const {
  auto process = std::make_unique<Process>(command({"serve"}));
  if (!process->says("\n")) {
    throw std::runtime_error("serve did not become ready: " + process->wait().text());
  }
  return process;
}

std::vector<Json> json_lines(const std::string& output) {
  std::vector<Json> lines;
  std::size_t begin = 0;
  for (std::size_t end = output.find('\n'); end != std::string::npos;
       end = output.find('\n', begin)) {
    lines.push_back(Json::parse(output.substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

Json application(const std::string& request_id, bool complete) {
  Json filing = {
      {"request_id", request_id},
      {"regulation", "border-zone-permit"},
      {"office", "kz.dvd.akmola.kokshetau"},
      {"channel", "direct"},
      {"applicant", {{"name", "Aida Bekova"}, {"citizenship", "KGZ"}, {"document", "AC1234567"}}},
      {"documents", Json::array({"application", "identity-document"})},
      {"fields", {{"destination", "Zerendi district"}, {"purpose", "visit"}}}};
  if (!complete) filing["documents"] = Json::array();
  return filing;
}

void write_lines(const std::filesystem::path& file, const std::vector<Json>& lines) {
  std::ofstream stream(file, std::ios::trunc);
  for (const Json& line : lines) stream << line.dump() << '\n';
  if (!stream.flush()) throw std::runtime_error("expected to write " + file.string());
}

Json answer_to(const Json& task, const std::string& message_id, const std::string& outcome) {
  const auto office = task.at("office").get<std::string>();
  Json answer = {{"message_id", message_id}, {"case", task.at("case")},
                 {"task", task.at("task")},  {"attempt", task.at("attempt")},
                 {"office", office},         {"actor", "desk:" + office},
                 {"outcome", outcome},       {"ground", ""},
                 {"fields", Json::object()}};
  if (outcome == "refused") answer["ground"] = task.at("grounds").at(0);
  if (outcome == "incomplete") answer["fields"]["missing"] = "identity-document";
  if (outcome == "issued") answer["fields"]["signed_by"] = "Head of the unit";
  return answer;
}

std::string favourable_outcome(const Json& task) {
  constexpr std::array<std::string_view, 4> leading_on = {"accepted", "forwarded", "agreed",
                                                          "issued"};
  const auto& outcomes = task.at("outcomes");
  const auto found = std::ranges::find_if(leading_on, [&](std::string_view outcome) {
    return std::ranges::find(outcomes, Json(outcome)) != outcomes.end();
  });
  if (found == leading_on.end()) throw std::runtime_error("no way on from " + task.dump());
  return std::string(*found);
}

}  // namespace reglament::testing
