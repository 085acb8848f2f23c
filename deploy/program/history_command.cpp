#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include "deploy/program/case_view.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/talons.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/sha256.hpp"
#include "engine/runtime/evidence.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string file;
  std::string talon;
  std::uint32_t seq = 0;
  std::string output;
  std::string format = "bundle";
};

// ---- verify ------------------------------------------------------------------------------------

std::vector<Checkpoint> read_checkpoints(const std::string& name) {
  if (name.empty()) return {};
  std::ifstream file(name, std::ios::binary);
  if (!file || std::filesystem::is_directory(name)) {
    throw BadInput(fmt::format("expected a file of checkpoints that can be read, found {}", name));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_checkpoints(text, name);
}

// Each log is read by one thread with a reader of its own.
std::vector<LogVerification> verify_logs(const Globals& globals, const std::vector<StoredLog>& rows,
                                         const std::vector<Checkpoint>& older) {
  const auto partitions = static_cast<std::uint32_t>(rows.size());
  std::vector<std::optional<LogVerification>> verified(rows.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    const auto reader = open_reader(globals);
    for (std::size_t i = next++; i < rows.size(); i = next++) {
      verified[i] = verify_log(*reader, rows[i], partitions, older);
    }
  };
  const std::size_t threads =
      std::min<std::size_t>(rows.size(), std::max(std::thread::hardware_concurrency(), 1U));
  std::vector<std::future<void>> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.push_back(std::async(std::launch::async, work));
  }
  for (auto& one : running) one.get();
  std::vector<LogVerification> logs;
  logs.reserve(verified.size());
  for (auto& one : verified) logs.push_back(std::move(*one));
  return logs;
}

Json json_of(const Flaw& flaw, const Json& talon) {
  return {{"ok", false},
          {"partition", flaw.log},
          {"seq", flaw.seq ? Json(*flaw.seq) : Json()},
          {"reason", code(flaw.kind)},
          {"leaf", flaw.leaf},
          {"last_leaf", flaw.last_leaf},
          {"case", flaw.case_number ? Json(*flaw.case_number) : Json()},
          {"talon", talon},
          {"text", flaw.text}};
}

void print_flaw(const Flaw& flaw, const Json& talon) {
  std::string place = fmt::format("partition {}, leaf {}", flaw.log, flaw.leaf);
  if (flaw.last_leaf != flaw.leaf) place += fmt::format(" to {}", flaw.last_leaf);
  if (flaw.case_number == 0U) {
    place += ", in the register";
  } else if (flaw.case_number) {
    place += fmt::format(", case {}", *flaw.case_number);
  }
  if (talon.is_string()) place += fmt::format(" ({})", talon.get<std::string>());
  if (flaw.seq) place += fmt::format(", entry {}", *flaw.seq);
  print_line(fmt::format("the history does not hold: {}: {}", place, code(flaw.kind)));
  print_line(fmt::format("  {}", flaw.text));
}

void verify(const Globals& globals, const Options& options, Exit& exit) {
  const auto older = read_checkpoints(options.file);
  const auto reader = open_reader(globals);
  const std::vector<StoredLog> rows = reader->logs();
  expect_known_logs(older, rows.size());
  auto logs = verify_logs(globals, rows, older);
  conclude_verification(*reader, logs);
  const auto broken =
      std::ranges::find_if(logs, [](const LogVerification& log) { return log.flaw().has_value(); });
  if (broken != logs.end()) {
    exit = Exit::findings;
    const Flaw& flaw = *broken->flaw();
    const Json talon = talon_or_null(*reader, flaw.case_number, framework(globals.warn_before));
    return globals.json ? print_json(json_of(flaw, talon)) : print_flaw(flaw, talon);
  }
  std::uint64_t entries = 0;
  std::vector<Digest> roots;
  for (const LogVerification& log : logs) {
    entries += log.entries();
    roots.push_back(log.root());
  }
  const std::string root = hex(root_of_roots(roots));
  if (globals.json) {
    print_json({{"ok", true}, {"entries", entries}, {"root", root}, {"partitions", logs.size()}});
  } else {
    print_line(fmt::format("the history holds: {} entries in {} partitions, root {}", entries,
                           logs.size(), root));
  }
}

// ---- show, checkpoint, replay, proof -----------------------------------------------------------

void show(const Globals& globals, const Options& options) {
  const auto reader = open_reader(globals);
  const Case state = find_case(*reader, options.talon, framework(globals.warn_before));
  TextTable table({"seq", "at", "what", "step", "outcome", "who", "paragraph", "leaf", "hash"});
  for_each_entry_of(*reader, state, [&](const Entry& entry, const StoredEntry& stored) {
    Json json = entry_json(entry, state.office.view());
    json["partition"] = stored.log;
    json["leaf"] = stored.leaf;
    json["hash"] = hex(leaf_hash(stored.bytes));
    json["previous"] = hex(entry.previous);
    if (globals.json) {
      print_json(json);
    } else {
      table.add({std::to_string(entry.seq), json["at"].get<std::string>(), std::string(entry.kind),
                 std::string(entry.step), outcome_text(json), std::string(entry.actor),
                 std::string(entry.paragraph), fmt::format("{}/{}", stored.log, stored.leaf),
                 json["hash"].get<std::string>().substr(0, 16)});
    }
    return true;
  });
  if (!globals.json) print_line(table.text());
}

void print_checkpoint(const Globals& globals) {
  const auto reader = open_reader(globals);
  std::vector<Checkpoint> checkpoints;
  for (const StoredLog& row : reader->logs()) checkpoints.push_back({row.log, row.size, row.root});
  if (!globals.json) {
    std::string text = format_checkpoints(unnamed_database, checkpoints);
    if (!text.empty()) text.pop_back();
    return print_line(text);
  }
  for (const Checkpoint& one : checkpoints) {
    print_json({{"origin", fmt::format("reglament/{}/{}", unnamed_database, one.log)},
                {"partition", one.log},
                {"size", one.size},
                {"root", hex(one.root)}});
  }
}

void replay_all(const Globals& globals, Exit& exit) {
  const auto reader = open_reader(globals);
  const Framework law = framework(globals.warn_before, *reader);
  std::uint64_t cases = 0;
  std::uint64_t entries = 0;
  Json findings = Json::array();
  reader->for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    ++cases;
    const Replayed replayed = replay(*reader, row);
    if (replayed.state) entries += replayed.state->seq;
    if (!replayed.difference.empty()) {
      findings.push_back({{"partition", row.log},
                          {"case", row.number},
                          {"talon", talon_or_null(*reader, row.number, law)},
                          {"text", replayed.difference}});
    }
    return true;
  });
  if (!findings.empty()) exit = Exit::findings;
  if (globals.json) {
    return print_json(
        {{"ok", findings.empty()}, {"cases", cases}, {"entries", entries}, {"findings", findings}});
  }
  for (const Json& finding : findings) {
    print_line(fmt::format("case {}: {}", finding["case"].get<CaseNumber>(),
                           finding["text"].get<std::string>()));
  }
  print_line(fmt::format("{} cases folded from {} entries, {} differ from what is stored", cases,
                         entries, findings.size()));
}

void prove(const Globals& globals, const Options& options, Exit& exit) {
  const auto reader = open_reader(globals);
  const Case state = find_case(*reader, options.talon, framework(globals.warn_before));
  InclusionEvidence evidence;
  try {
    evidence = prove_inclusion(*reader, state.number, options.seq);
  } catch (const Malformed& error) {
    exit = Exit::findings;
    return print_trouble(error.what());
  }
  Json proof = Json::array();
  for (const Digest& digest : evidence.proof) proof.push_back(hex(digest));
  if (globals.json) {
    return print_json({{"leaf", evidence.leaf},
                       {"size", evidence.size},
                       {"root", hex(evidence.root)},
                       {"proof", proof},
                       {"leaf_hash", hex(evidence.leaf_hash)},
                       {"partition", evidence.log}});
  }
  print_line(fmt::format("partition {}\nleaf {}\nleaf_hash {}\nsize {}\nroot {}\nproof",
                         evidence.log, evidence.leaf, hex(evidence.leaf_hash), evidence.size,
                         hex(evidence.root)));
  for (const Json& line : proof) print_line(line.get<std::string>());
}

[[noreturn]] void refuse_export() {
  throw BadInput(
      "expected history verify, show, checkpoint, proof or replay, found 'export': this program "
      "does "
      "not offer exports yet");
}

// ---- the subcommands ---------------------------------------------------------------------------

void add_reading(CLI::App* history, Globals& globals, const std::shared_ptr<Options>& options,
                 Exit& exit) {
  CLI::App* verified = history->add_subcommand(
      "verify", "Computes every hash, chain and tree anew; exit code 1 where one does not hold");
  verified->add_option("FILE", options->file, "an older checkpoint that must hold too");
  verified->footer("Example: reglament history verify july.checkpoint");
  verified->callback([&globals, options, &exit] { verify(globals, *options, exit); });

  CLI::App* shown = history->add_subcommand("show", "The entries of one case, with their hashes");
  shown->add_option("TALON", options->talon)->required();
  shown->footer("Example: reglament history show BZP-AKMOLA-2015-000042-K");
  shown->callback([&globals, options] { show(globals, *options); });

  CLI::App* replayed = history->add_subcommand(
      "replay", "Folds every case from its entries and compares it with what is stored");
  replayed->footer("Example: reglament --json history replay");
  replayed->callback([&globals, &exit] { replay_all(globals, exit); });
}

void add_evidence(CLI::App* history, Globals& globals, const std::shared_ptr<Options>& options,
                  Exit& exit) {
  CLI::App* checkpoint = history->add_subcommand(
      "checkpoint", "Size and root of every log now, to be kept elsewhere; not signed");
  checkpoint->footer("Example: reglament history checkpoint > july.checkpoint");
  checkpoint->callback([&globals] { print_checkpoint(globals); });

  CLI::App* proof = history->add_subcommand(
      "proof", "That an entry is in its log: the inclusion proof of RFC 9162");
  proof->add_option("TALON", options->talon)->required();
  proof->add_option("SEQ", options->seq, "of the entry within its case, from 1")->required();
  proof->footer("Example: reglament --json history proof BZP-AKMOLA-2015-000042-K 3");
  proof->callback([&globals, options, &exit] { prove(globals, *options, exit); });

  CLI::App* exported = history->add_subcommand("export", "A bundle for auditors; not offered yet");
  exported->add_option("--output", options->output)->type_name("DIR");
  exported->add_option("--format", options->format)->type_name("bundle|xes|ocel");
  exported->footer("Example: reglament history checkpoint > july.checkpoint");
  exported->callback([] { refuse_export(); });
}

}  // namespace

void add_history(CLI::App& app, Globals& globals, Exit& exit) {
  CLI::App* history = app.add_subcommand("history", "Evidence: what happened, and that it did");
  history->require_subcommand(1);
  history->footer("Example: reglament history verify");
  auto options = std::make_shared<Options>();
  add_reading(history, globals, options, exit);
  add_evidence(history, globals, options, exit);
}

}  // namespace reglament::program
