#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string kind;
  std::string region;
  std::string id;
};

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

std::string_view name_of(const Office& office) {
  return office.name_en.empty() ? office.name_kk : office.name_en;
}

Json json_of(const Office& office) {
  return {{"id", office.id},
          {"parent", text_or_null(office.parent)},
          {"kind", office.kind},
          {"name", name_of(office)},
          {"region", text_or_null(office.region)},
          {"schedule", text_or_null(office.schedule.notation())}};
}

// A kind or region that no office has is a mistyped one, not an empty list.
void expect_some(std::string_view value, std::string Office::*part, std::string_view flag) {
  const auto& offices = world().directory.offices();
  if (value.empty() || std::ranges::find(offices, value, part) != offices.end()) return;
  std::vector<std::string> known;
  for (const Office& office : offices) {
    const std::string& one = office.*part;
    if (!one.empty() && std::ranges::find(known, one) == known.end()) known.push_back(one);
  }
  throw BadInput(
      fmt::format("expected one of {}, found '{}', {}", fmt::join(known, ", "), value, flag));
}

void list(const Globals& globals, const Options& options) {
  expect_some(options.kind, &Office::kind, "--kind");
  expect_some(options.region, &Office::region, "--region");
  TextTable table({"id", "kind", "region", "name"});
  std::size_t rows = 0;
  for (const Office& office : world().directory.offices()) {
    if (!options.kind.empty() && office.kind != options.kind) continue;
    if (!options.region.empty() && office.region != options.region) continue;
    ++rows;
    if (globals.json) {
      print_json(json_of(office));
    } else {
      table.add({office.id, office.kind, office.region, std::string(name_of(office))});
    }
  }
  if (globals.json) return;
  if (rows > 0) print_line(table.text());
  print_line(fmt::format("{} office{}", rows, rows == 1 ? "" : "s"));
}

void print_shown(const Office& office, const Json& shown) {
  TextTable table({"", ""});
  for (const auto& [key, value] : shown.items()) {
    if (value.is_null()) continue;
    table.add({key, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  std::string text = table.text();
  text.erase(0, text.find_first_not_of('\n'));
  print_line(fmt::format("{}\n{}", name_of(office), text));
}

void show(const Globals& globals, const Options& options) {
  const Directory& directory = world().directory;
  expect_office(options.id, "ID");
  const OfficeIndex index = *directory.find(options.id);
  const Office& office = directory[index];
  Json shown = json_of(office);
  shown["agency"] = office.agency;
  shown["name_kk"] = text_or_null(office.name_kk);
  shown["city"] = text_or_null(office.city);
  shown["address"] = text_or_null(office.address);
  shown["phone"] = text_or_null(office.phone);
  shown["zone"] = office.zone_name;
  shown["roles"] = office.roles;
  shown["children"] = Json::array();
  for (const OfficeIndex child : directory.children(index)) {
    shown["children"].push_back(directory[child].id);
  }
  if (globals.json) return print_json(shown);
  print_shown(office, shown);
}

}  // namespace

void add_office(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* command = app.add_subcommand("office", "The directory of offices");
  command->require_subcommand(1);
  command->footer("Example: reglament office show kz.dvd.akmola.kokshetau");
  auto options = std::make_shared<Options>();

  CLI::App* listed = command->add_subcommand("list", "Many offices");
  listed->add_option("--kind", options->kind, "only offices of this kind")->type_name("K");
  listed->add_option("--region", options->region, "only offices of this region")->type_name("R");
  listed->footer("Example: reglament office list --region akmola");
  listed->callback([&globals, options] { list(globals, *options); });

  CLI::App* shown = command->add_subcommand("show", "One office");
  shown->add_option("ID", options->id, "of the office")->required();
  shown->footer("Example: reglament office show kz.dvd.akmola.kokshetau");
  shown->callback([&globals, options] { show(globals, *options); });
}

}  // namespace reglament::program
