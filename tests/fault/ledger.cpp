#include "tests/fault/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "adapters/sqlite/sqlite_store.hpp"

namespace reglament::testing {
namespace {

constexpr std::size_t kFindingsAtMost = 20;

void add(Findings& findings, std::string finding) {
  if (findings.size() < kFindingsAtMost) findings.push_back(std::move(finding));
}

TaskId task_of(const Json& json) {
  return {json.at("case").get<CaseNumber>(), json.at("task").get<std::uint32_t>()};
}

void expect_clean(const Archive& archive, std::vector<std::string> arguments, Findings& findings) {
  const std::string what = fmt::format("{}", fmt::join(arguments, " "));
  const Ended ended = archive.run(std::move(arguments));
  const auto lines = ended.exit == 0 ? json_lines(ended.out) : std::vector<Json>{};
  const bool is_ok = !lines.empty() && lines.front().value("ok", false);
  if (!is_ok) add(findings, fmt::format("{}: {}", what, ended.text()));
}

void judge_record(const Record& record, const Ledger& ledger, Findings& findings) {
  for (const auto& [request, reply] : ledger.replies()) {
    if (!record.decisions.contains(request)) {
      add(findings,
          fmt::format("I1: filing {} was answered {} and is not in the history", request, reply));
    }
  }
  for (const auto& [task, message] : ledger.answers()) {
    const auto found = record.answers.find(task);
    if (found != record.answers.end() && found->second == std::vector{message}) continue;
    add(findings, fmt::format("I1: answer {} to case {} task {} was accepted; the history has {}",
                              message, task.first, task.second,
                              found == record.answers.end()
                                  ? "none"
                                  : fmt::format("{}", fmt::join(found->second, ", "))));
  }
}

// The command ends with findings where the law refuses one of them: that is no trouble.
void refile(const Archive& archive, const Ledger& ledger, Findings& findings) {
  const std::vector<Json> filings = ledger.filings();
  write_lines(archive.refiled, filings);
  const Ended ended = archive.run({"file", archive.refiled.string()});
  if (!filings.empty() && ended.exit != 0 && ended.exit != 1) {
    return add(findings, "filing once more: " + ended.text());
  }
  const std::vector<Json> replies = json_lines(ended.out);
  if (replies.size() != filings.size()) {
    return add(findings,
               fmt::format("{} filings once more got {} replies", filings.size(), replies.size()));
  }
  for (std::size_t i = 0; i < filings.size(); ++i) {
    const auto request = filings[i].at("request_id").get<std::string>();
    const std::string reply = Ledger::text_of_reply(replies[i]);
    if (reply == ledger.replies().at(request)) continue;
    add(findings, fmt::format("I1: filing {} was answered {}, once more it is answered {}", request,
                              ledger.replies().at(request), reply));
  }
}

void judge_list(const Archive& archive, const Ledger& ledger, Findings& findings) {
  const Ended ended = archive.run({"case", "list"});
  if (ended.exit != 0) return add(findings, "case list: " + ended.text());
  std::set<std::string> listed;
  for (const Json& head : json_lines(ended.out)) {
    const auto talon = head.at("talon").get<std::string>();
    if (!listed.insert(talon).second) add(findings, "talon " + talon + " is listed twice");
  }
  for (const Json& filing : ledger.filings()) {
    const std::string& reply = ledger.replies().at(filing.at("request_id").get<std::string>());
    if (reply.starts_with("refused") || listed.contains(reply)) continue;
    add(findings, "I1: talon " + reply + " is not listed");
  }
}

}  // namespace

std::string Ledger::text_of_reply(const Json& reply) {
  if (reply.contains("talon")) return reply.at("talon").get<std::string>();
  const Json& refusal = reply.contains("refused") ? reply.at("refused") : reply;
  if (refusal.contains("paragraph")) {
    return "refused " + refusal.at("paragraph").get<std::string>();
  }
  return "trouble " + reply.dump();
}

void Ledger::filed(const Json& filing, const Json& reply) {
  const auto request = filing.at("request_id").get<std::string>();
  const std::string text = text_of_reply(reply);
  if (text.starts_with("trouble")) return find("filing " + request + ": " + text);
  const std::lock_guard lock(mutex_);
  filings_.emplace(request, filing);
  if (reply.contains("talon")) cases_.emplace(text, reply.at("case").get<CaseNumber>());
  const auto [known, is_new] = replies_.emplace(request, text);
  if (is_new || known->second == text) return;
  add(findings_,
      fmt::format("I1: filing {} was answered {}, then {}", request, known->second, text));
}

void Ledger::answered(const Json& answer) {
  const std::lock_guard lock(mutex_);
  const auto message = answer.at("message_id").get<std::string>();
  const auto [known, is_new] = answers_.emplace(task_of(answer), message);
  if (is_new || known->second == message) return;
  add(findings_,
      fmt::format("I2: answers {} and {} to one task were accepted", known->second, message));
}

void Ledger::offered(const Json& task) {
  const std::lock_guard lock(mutex_);
  const auto known = answers_.find(task_of(task));
  if (known == answers_.end()) return;
  add(findings_,
      fmt::format("I2: a task is offered again after its answer {} was accepted", known->second));
}

void Ledger::find(std::string finding) {
  const std::lock_guard lock(mutex_);
  add(findings_, std::move(finding));
}

std::vector<Json> Ledger::filings() const {
  std::vector<Json> filings;
  filings.reserve(filings_.size());
  for (const auto& [request, filing] : filings_) filings.push_back(filing);
  return filings;
}

Archive archive_of(const PermitOffice& office) {
  return {[office](std::vector<std::string> arguments) { return office.run(std::move(arguments)); },
          [office] { return open_sqlite_reader(office.database()); },
          office.database().string() + ".refiled"};
}

Record read_record(const PermitOffice& office) { return read_record(archive_of(office)); }

Record read_record(const Archive& archive) {
  Record record;
  std::set<std::tuple<CaseNumber, std::string, std::string, std::string>> alarms;
  const auto visit = [&](const StoredEntry& stored) {
    ++record.entries;
    const Entry entry = decode_entry(stored.bytes);
    const std::string message(entry.message_id);
    if (entry.kind == entry_kind::filed || entry.kind == entry_kind::filing_refused) {
      if (++record.decisions[message] > 1) {
        add(record.findings, "I2: filing " + message + " was decided twice");
      }
    }
    if (entry.kind == entry_kind::answered) {
      auto& answers = record.answers[{entry.case_number, entry.task}];
      answers.push_back(message);
      record.steps.emplace(entry.case_number, std::string(entry.step));
      if (answers.size() > 1) {
        add(record.findings,
            fmt::format("I2: case {} task {} was answered by {}", entry.case_number, entry.task,
                        fmt::join(answers, " and by ")));
      }
    }
    for (const DeadlineChange& change : entry.deadlines) {
      if (!alarms
               .emplace(entry.case_number, std::string(change.change), std::string(change.scope),
                        std::string(change.step))
               .second) {
        add(record.findings,
            fmt::format("I7: case {}: {} {} twice", entry.case_number, change.step, change.change));
      }
    }
    return true;
  };
  const auto reader = archive.open();
  for (const StoredLog& log : reader->logs()) reader->for_each_entry(log.log, 0, visit);
  return record;
}

Findings judge(const PermitOffice& office, const Ledger& ledger) {
  return judge(archive_of(office), ledger);
}

Findings judge(const Archive& archive, const Ledger& ledger) {
  Findings findings = ledger.findings();
  const Record record = read_record(archive);
  for (const std::string& finding : record.findings) add(findings, finding);
  judge_record(record, ledger, findings);
  expect_clean(archive, {"check"}, findings);
  expect_clean(archive, {"history", "verify"}, findings);
  refile(archive, ledger, findings);
  judge_list(archive, ledger, findings);
  return findings;
}

Findings complete(const PermitOffice& office) {
  Findings findings;
  const Ended ended = office.run({"desk", "--all", "--favourable", "--until-idle"});
  if (ended.exit != 0) add(findings, "I10: desk: " + ended.text());
  const Ended open = office.run({"case", "list", "--open"});
  if (open.exit != 0 || !open.out.empty()) add(findings, "I10: cases left open: " + open.text());
  return findings;
}

}  // namespace reglament::testing
