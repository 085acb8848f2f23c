#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/law/checks.hpp"
#include "engine/law/diagram.hpp"
#include "engine/law/step_table.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string id;
  std::string edition;
  std::string on;
  std::string format = "mermaid";
};

struct LawCheck {
  std::string_view name;
  std::string_view broken;  // what it means when it does not hold
  bool (*holds)(const Provisions&);
};

// The checks that the compiler has made of every regulation in this program (law::lawful), made
// once more at run time, by name.
constexpr std::array<LawCheck, 23> kLawChecks = {{
    {"codes_are_unique", "a code is used twice or reserved", law::codes_are_unique},
    {"steps_are_listed", "a clause names a step that is not listed", law::steps_are_listed},
    {"cites_exactly", "the clauses do not cite exactly the paragraphs automated",
     law::cites_exactly},
    {"citations_name_the_act", "a paragraph is missing or does not name the act",
     law::citations_name_the_act},
    {"unambiguous", "two clauses for one step and occasion can both be open", law::unambiguous},
    {"no_clause_leaves_a_final_step", "a clause leaves a final step",
     law::no_clause_leaves_a_final_step},
    {"every_step_is_reachable", "a step cannot be reached from a filing",
     law::every_step_is_reachable},
    {"every_case_can_end", "from a step no final step can be reached", law::every_case_can_end},
    {"every_waiting_step_has_a_term_or_reason", "a waiting step has neither a term nor a reason",
     law::every_waiting_step_has_a_term_or_reason},
    {"every_term_has_an_end", "a term can expire and no clause says what then",
     law::every_term_has_an_end},
    {"longest_path_fits", "the terms of the steps exceed the term of the service",
     law::longest_path_fits},
    {"every_return_has_a_policy", "a step does not say what a return does to its term",
     law::every_return_has_a_policy},
    {"grounds_exist", "an outcome needs a ground and none can be named", law::grounds_exist},
    {"variants_have_terms", "a clause names a variant without a service term",
     law::variants_have_terms},
    {"terms_are_possible", "a term is negative or longer than anybody can wait",
     law::terms_are_possible},
    {"extensions_are_longer", "an extension is not longer than the term before",
     law::extensions_are_longer},
    {"suspensions_are_resumed", "a suspension that nothing resumes", law::suspensions_are_resumed},
    {"only_answers_and_acts_change_terms",
     "a filing or an expiry does to the terms what could be refused",
     law::only_answers_and_acts_change_terms},
    {"side_tasks_end", "a side task has no end or no beginning", law::side_tasks_end},
    {"ladder_rises", "the rungs of the ladder do not rise", law::ladder_rises},
    {"norms_are_percentages", "a norm or an indicator is no percentage",
     law::norms_are_percentages},
    {"favourable_answers_lead_to_a_grant", "favourable answers do not lead to a grant",
     law::favourable_answers_lead_to_a_grant},
    {"edition_is_dated", "the edition's dates are not in order or not explained",
     law::edition_is_dated},
}};

const Regulation& regulation_of(const Options& options) {
  const Catalogue& catalogue = world().catalogue;
  const auto editions = catalogue.editions_of(options.id);
  if (editions.empty()) {
    throw BadInput(fmt::format("expected a regulation of the catalogue, found '{}'", options.id));
  }
  if (options.edition.empty()) return *editions.back();
  if (const Regulation* found = catalogue.find(options.id, options.edition)) return *found;
  std::vector<std::string_view> known;
  for (const Regulation* one : editions) known.push_back(one->edition.code);
  throw BadInput(fmt::format("expected an edition of {} ({}), found '{}', --edition", options.id,
                             fmt::join(known, ", "), options.edition));
}

Json date_or_null(const std::optional<Date>& date) {
  return date ? Json(format_date(*date)) : Json();
}

std::string act_of(const Provisions& regulation) {
  const Act& act = regulation.act;
  return fmt::format("{} No. {} of {}, {}", act.kind, act.number, format_date(act.date),
                     act.issued_by);
}

Json head_of(const Provisions& regulation) {
  return {{"id", regulation.id},
          {"title", regulation.title},
          {"edition", regulation.edition.code},
          {"in_force_from", format_date(regulation.edition.from)},
          {"in_force_to", date_or_null(regulation.edition.to)},
          {"act", act_of(regulation)}};
}

// ---- list --------------------------------------------------------------------------------------

void list(const Globals& globals, const Options& options) {
  std::optional<Date> on;
  if (!options.on.empty()) {
    on = parse_date(options.on);
    if (!on) {
      throw BadInput(fmt::format("expected a date as 2015-07-14, found '{}', --on", options.on));
    }
  }
  TextTable table({"id", "edition", "in force", "title"});
  std::size_t rows = 0;
  for (const Regulation* regulation : world().catalogue.editions()) {
    const Edition& edition = regulation->edition;
    if (on && !edition.in_force_on(*on)) continue;
    ++rows;
    if (globals.json) {
      print_json(head_of(*regulation));
      continue;
    }
    table.add({std::string(regulation->id), std::string(edition.code),
               fmt::format("{} to {}", format_date(edition.from),
                           edition.to ? format_date(*edition.to) : "now"),
               std::string(regulation->title)});
  }
  if (globals.json) return;
  if (rows > 0) print_line(table.text());
  print_line(fmt::format("{} edition{}", rows, rows == 1 ? "" : "s"));
}

// ---- show --------------------------------------------------------------------------------------

std::vector<std::string_view> outcomes_of(const Provisions& regulation, const StepLine& step) {
  std::vector<std::string_view> codes;
  for (const ClauseLine& clause : regulation.clauses) {
    const bool is_answer = regulation.find_outcome(clause.on) != nullptr;
    if (clause.in == step.code && is_answer && std::ranges::find(codes, clause.on) == codes.end()) {
      codes.push_back(clause.on);
    }
  }
  return codes;
}

Json step_json(const Provisions& regulation, const StepLine& step) {
  Json json = {{"code", step.code}, {"title", step.title}};
  if (step.closes) {
    json["closes"] = code(*step.closes);
    return json;
  }
  json["role"] = step.role;
  json["paragraph"] = step.paragraph;
  json["term"] = step.term ? Json(term_code(*step.term)) : Json();
  if (!step.term) json["no_term_reason"] = step.no_term_reason;
  json["beside"] = step.beside;
  json["transport"] = step.transport;
  json["outcomes"] = outcomes_of(regulation, step);
  return json;
}

Json outcome_json(const OutcomeLine& outcome) {
  Json json = {{"code", outcome.code},
               {"title", outcome.title},
               {"favourable", outcome.favourable},
               {"needs_ground", outcome.needs_ground}};
  json["needs_fields"] = Json::array();
  for (const FieldLine& field : outcome.fields) json["needs_fields"].push_back(field.name);
  return json;
}

void put_further(const Provisions& regulation, Json& json) {
  json["acts"] = Json::array();
  for (const ActLine& one : regulation.acts) {
    json["acts"].push_back({{"code", one.code}, {"title", one.title}, {"actor", one.actor}});
  }
  json["ladder"] = Json::array();
  for (const RungLine& rung : regulation.ladder) {
    json["ladder"].push_back({{"title", rung.title},
                              {"after", term_code(rung.after)},
                              {"above", rung.above},
                              {"paragraph", rung.paragraph}});
  }
  json["norm"] = regulation.norm ? Json{{"percent", regulation.norm->percent},
                                        {"paragraph", regulation.norm->paragraph}}
                                 : Json();
}

Json shown_json(const Provisions& regulation) {
  Json json = head_of(regulation);
  json["edition_reason"] =
      regulation.edition.reason.empty() ? Json() : Json(regulation.edition.reason);
  json["channels"] = Json::array();
  for (const std::string_view channel : regulation.channels) json["channels"].push_back(channel);
  json["service_terms"] = Json::array();
  for (const ServiceTerm& term : regulation.service_terms) {
    json["service_terms"].push_back(
        {{"variant", term.variant.empty() ? Json() : Json(term.variant)},
         {"term", term_code(term.term)},
         {"paragraph", term.paragraph}});
  }
  json["steps"] = Json::array();
  for (const StepLine& step : regulation.steps)
    json["steps"].push_back(step_json(regulation, step));
  json["outcomes"] = Json::array();
  for (const OutcomeLine& one : regulation.outcomes) json["outcomes"].push_back(outcome_json(one));
  json["grounds"] = Json::array();
  for (const Ground& ground : regulation.grounds) {
    json["grounds"].push_back(
        {{"id", ground.id},
         {"text", ground.text},
         {"paragraph", ground.paragraph},
         {"only_if", ground.only_if.empty() ? Json() : Json(ground.only_if)}});
  }
  json["documents"] = Json::array();
  for (const DocumentLine& document : regulation.documents) {
    json["documents"].push_back(
        {{"code", document.code}, {"title", document.title}, {"paragraph", document.paragraph}});
  }
  put_further(regulation, json);
  return json;
}

std::string term_of(const StepLine& step) {
  if (step.counted_from == CountedFrom::service_start) return "that of the service";
  return step.term ? describe(*step.term) + (step.beside ? ", beside" : "") : "";
}

void print_further(const Provisions& regulation) {
  if (!regulation.acts.empty()) {
    TextTable acts({"legal act", "by", "title"});
    for (const ActLine& one : regulation.acts) {
      acts.add({std::string(one.code), std::string(one.actor), std::string(one.title)});
    }
    print_line("\n" + acts.text());
  }
  if (!regulation.ladder.empty()) {
    TextTable ladder({"an expired term is reported to", "after the due date", "paragraph"});
    for (const RungLine& rung : regulation.ladder) {
      ladder.add({std::string(rung.title), describe(rung.after), std::string(rung.paragraph)});
    }
    print_line("\n" + ladder.text());
  }
  if (regulation.norm) {
    print_line(fmt::format("\nnorm: {} % in time ({})", regulation.norm->percent,
                           regulation.norm->paragraph));
  }
}

void print_shown(const Provisions& regulation) {
  const Edition& edition = regulation.edition;
  print_line(fmt::format("{}: {}", regulation.id, regulation.title));
  print_line(act_of(regulation));
  print_line(fmt::format("edition {}, in force {} to {}{}", edition.code, format_date(edition.from),
                         edition.to ? format_date(*edition.to) : "now",
                         edition.assumed ? " (assumed)" : ""));
  for (const ServiceTerm& term : regulation.service_terms) {
    print_line(fmt::format("the service takes at most {}{}{} ({})", describe(term.term),
                           term.variant.empty() ? "" : ", ", term.variant, term.paragraph));
  }
  TextTable steps({"step", "title", "term", "paragraph", "outcomes"});
  for (const StepLine& step : regulation.steps) {
    steps.add({std::string(step.code), std::string(step.title), term_of(step),
               std::string(step.paragraph),
               step.closes ? fmt::format("ends: {}", code(*step.closes))
                           : fmt::format("{}", fmt::join(outcomes_of(regulation, step), ", "))});
  }
  print_line("\n" + steps.text());
  TextTable grounds({"ground of refusal", "paragraph", "text"});
  for (const Ground& one : regulation.grounds) {
    grounds.add({std::string(one.id), std::string(one.paragraph), std::string(one.text)});
  }
  print_line("\n" + grounds.text());
  TextTable documents({"document", "paragraph", "title"});
  for (const DocumentLine& one : regulation.documents) {
    documents.add({std::string(one.code), std::string(one.paragraph), std::string(one.title)});
  }
  print_line("\n" + documents.text());
  print_further(regulation);
}

void show(const Globals& globals, const Options& options) {
  const Regulation& regulation = regulation_of(options);
  if (globals.json) return print_json(shown_json(regulation));
  print_shown(regulation);
}

// ---- check, diagram, steps ---------------------------------------------------------------------

void check(const Globals& globals, Exit& exit) {
  for (const Regulation* regulation : world().catalogue.editions()) {
    Json findings = Json::array();
    for (const LawCheck& one : kLawChecks) {
      if (!one.holds(*regulation)) {
        findings.push_back({{"check", one.name}, {"text", one.broken}});
      }
    }
    if (!findings.empty()) exit = Exit::findings;
    if (globals.json) {
      print_json({{"ok", findings.empty()},
                  {"id", regulation->id},
                  {"edition", regulation->edition.code},
                  {"checks", kLawChecks.size()},
                  {"findings", findings}});
      continue;
    }
    print_line(fmt::format("{} {}: {} checks, {} findings", regulation->id,
                           regulation->edition.code, kLawChecks.size(), findings.size()));
    for (const Json& finding : findings) {
      print_line(fmt::format("  {}: {}", finding["check"].get<std::string>(),
                             finding["text"].get<std::string>()));
    }
  }
}

void print_text(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  print_line(text);
}

void draw(const Globals& globals, const Options& options) {
  const Regulation& regulation = regulation_of(options);
  if (options.format == "bpmn") {
    throw BadInput(
        "expected svg or mermaid, found 'bpmn', --format: this program does not offer BPMN yet");
  }
  const std::string text = options.format == "svg" ? svg(regulation) : mermaid(regulation);
  if (globals.json) {
    print_json({{"id", regulation.id},
                {"edition", regulation.edition.code},
                {"format", options.format},
                {"diagram", text}});
  } else {
    print_text(text);
  }
}

void print_steps(const Globals& globals, const Options& options) {
  const Regulation& regulation = regulation_of(options);
  if (!globals.json) return print_text(step_table_markdown(regulation));
  for (const StepRow& row : step_table(regulation)) {
    print_json({{"number", row.number},
                {"code", row.code},
                {"step", row.step},
                {"actor", row.actor},
                {"action", row.action},
                {"output", row.output},
                {"term", row.term},
                {"reference", row.reference}});
  }
}

CLI::App* add_one(CLI::App* command, const std::shared_ptr<Options>& options,
                  const std::string& name, const std::string& title) {
  CLI::App* one = command->add_subcommand(name, title);
  one->add_option("ID", options->id, "of the regulation")->required();
  one->add_option("--edition", options->edition, "its code; else the newest")->type_name("E");
  one->footer(fmt::format("Example: reglament regulation {} border-zone-permit", name));
  return one;
}

}  // namespace

void add_regulation(CLI::App& app, Globals& globals, Exit& exit) {
  CLI::App* command = app.add_subcommand("regulation", "The catalogue of regulations");
  command->require_subcommand(1);
  command->footer("Example: reglament regulation show border-zone-permit");
  auto options = std::make_shared<Options>();

  CLI::App* listed = command->add_subcommand("list", "Every edition that this program can run");
  listed->add_option("--on", options->on, "only those in force on that day")->type_name("DATE");
  listed->footer("Example: reglament regulation list --on 2015-07-14");
  listed->callback([&globals, options] { list(globals, *options); });

  add_one(command, options, "show", "Steps with their outcomes, grounds of refusal, documents")
      ->callback([&globals, options] { show(globals, *options); });

  CLI::App* checked =
      command->add_subcommand("check", "The checks of the compiler once more, at run time");
  checked->footer("Example: reglament --json regulation check");
  checked->callback([&globals, &exit] { check(globals, exit); });

  CLI::App* drawn = add_one(command, options, "diagram", "A picture of the regulation");
  drawn->add_option("--format", options->format, "default mermaid")
      ->check(CLI::IsMember({"bpmn", "svg", "mermaid"}))
      ->type_name("bpmn|svg|mermaid");
  drawn->callback([&globals, options] { draw(globals, *options); });

  add_one(command, options, "steps", "The act's table of actions, officers and terms")
      ->callback([&globals, options] { print_steps(globals, *options); });
}

}  // namespace reglament::program
