#include "tests/fault/script.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/base/fault.hpp"
#include "tests/fault/caller.hpp"

namespace reglament::testing {
namespace {

constexpr std::size_t kRefused = 3;  // the place of the application without documents
constexpr std::size_t kStepsOfCase = 5;
constexpr std::string_view kTwoDaysLater = "2015-07-16T10:00:00+06:00";  // a term has expired

// False where the engine did not decide it.
bool answer_all(Caller& caller, const std::vector<Json>& tasks, Ledger& ledger) {
  std::vector<Json> answers;
  for (const Json& task : tasks) {
    ledger.offered(task);
    const std::string message =
        fmt::format("{}-{}", task.at("case").dump(), task.at("task").dump());
    answers.push_back(answer_to(task, message, favourable_outcome(task)));
  }
  bool decided = true;
  const std::vector<Json> verdicts = caller.answer(answers);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].contains("error")) {
      decided = false;
    } else if (verdicts[i].at("rejection").is_null()) {
      ledger.answered(answers[i]);
    } else {
      ledger.find("rejected: " + verdicts[i].dump());
    }
  }
  return decided;
}

bool say_to(Caller& caller, Ledger& ledger) {
  bool decided = true;
  for (const Json& filing : script_filings()) {
    for (const Json& reply : caller.file({filing})) {
      decided = decided && !reply.contains("error");
      if (!reply.contains("error")) ledger.filed(filing, reply);
    }
  }
  caller.open_desk();
  bool has_moved = false;
  for (auto tasks = caller.take(100); !tasks.empty(); tasks = caller.take(100)) {
    if (!answer_all(caller, tasks, ledger)) return false;
    if (!has_moved) caller.advance_clock(std::string(kTwoDaysLater));
    has_moved = true;
  }
  return decided;
}

}  // namespace

std::vector<Json> script_filings() {
  std::vector<Json> filings;
  for (std::size_t i = 0; i < kScriptFilings; ++i) {
    filings.push_back(application(fmt::format("script-{}", i), i != kRefused));
  }
  return filings;
}

std::vector<std::string> script_file(const PermitOffice& office) {
  const std::filesystem::path file = office.database().string() + ".filings";
  write_lines(file, script_filings());
  return {"file", file.string()};
}

std::vector<std::string> script_desk() { return {"desk", "--all", "--favourable", "--until-idle"}; }

void note_filed(const std::string& output, Ledger& ledger) {
  const std::vector<Json> filings = script_filings();
  const std::vector<Json> replies = json_lines(output);
  for (std::size_t i = 0; i < replies.size() && i < filings.size(); ++i) {
    if (!replies[i].contains("error")) ledger.filed(filings[i], replies[i]);
  }
}

Findings missing_answers(const PermitOffice& office, const std::string& output,
                         const Ledger& ledger) {
  Findings findings;
  const Record record = read_record(office);
  for (const Json& line : json_lines(output)) {
    const auto talon = line.at("talon").get<std::string>();
    const auto step = line.at("step").get<std::string>();
    if (record.steps.contains({ledger.cases().at(talon), step})) continue;
    findings.push_back(
        fmt::format("I1: {} of {} was printed and is not in the history", step, talon));
  }
  return findings;
}

bool say_everything(const PermitOffice& office, Ledger& ledger) {
  try {
    Caller caller(office.socket());
    return say_to(caller, ledger);
  } catch (const Unavailable&) {
    return false;
  } catch (const Caller::Refused&) {
    return false;
  }
}

std::size_t script_kept(const PermitOffice& office, const Ledger& ledger) {
  const auto reader = open_sqlite_reader(office.database());
  const std::vector<Json> filings = script_filings();
  return static_cast<std::size_t>(std::ranges::count_if(filings, [&](const Json& filing) {
    const auto request = filing.at("request_id").get<std::string>();
    return !ledger.replies().contains(request) && reader->request(request).has_value();
  }));
}

Findings finish_and_judge(const PermitOffice& office, Ledger& ledger) {
  const Ended filed = office.run(script_file(office));
  // One is refused by law: done, with findings.
  if (filed.exit != 1) ledger.find("filing once more: " + filed.text());
  note_filed(filed.out, ledger);
  Findings findings = complete(office);
  if (ledger.replies().size() != kScriptFilings) findings.push_back("not everything was filed");
  const Record record = read_record(office);
  if (record.decisions.size() != kScriptFilings) {
    findings.push_back(fmt::format("I2: {} decisions on {} applications", record.decisions.size(),
                                   kScriptFilings));
  }
  if (record.answers.size() != (kScriptFilings - 1) * kStepsOfCase) {
    findings.push_back(fmt::format("I2: {} tasks were answered", record.answers.size()));
  }
  const Findings more = judge(office, ledger);
  findings.insert(findings.end(), more.begin(), more.end());
  return findings;
}

}  // namespace reglament::testing
