#include <fmt/format.h>

#include "adapters/clock/zones.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/times.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

struct AdvanceOptions {
  std::string to;
  std::string by;
};

void print_clock(const Globals& globals, Instant now, bool is_virtual) {
  const std::string text = format_instant(now, {});
  if (globals.json) {
    print_json({{"now", text}, {"virtual", is_virtual}});
  } else {
    print_line(fmt::format("{} ({} clock)", text, is_virtual ? "virtual" : "system"));
  }
}

// With the releases of the zone data: by those of the creation the first dates were counted, by
// those of now the next ones are.
void show(const Globals& globals) {
  const auto reader = open_reader(globals);
  const StoreSettings settings = reader->settings();
  if (!globals.json) {
    print_clock(globals, time_of(*reader), settings.virtual_clock);
    return print_line(fmt::format("zones of tzdata {}, the database was created with {}",
                                  tzdata_version(), settings.tzdata_version));
  }
  print_json({{"now", format_instant(time_of(*reader), {})},
              {"virtual", settings.virtual_clock},
              {"tzdata", tzdata_version()},
              {"tzdata_at_creation", settings.tzdata_version}});
}

void advance(const Globals& globals, const AdvanceOptions& options) {
  // A wrong flag is told before anything is opened.
  std::optional<Instant> to;
  std::chrono::microseconds by{};
  if (options.by.empty()) {
    to = instant_of(options.to, "--to");
  } else {
    by = duration_of(options.by, "--by");
  }
  const auto engine = connect_engine(globals);
  if (!engine->has_virtual_clock()) {
    throw BadInput("expected a database on a virtual clock, found one on the system clock");
  }
  const Instant target = to ? *to : engine->now() + by;
  static_cast<void>(format_instant(target, {}));  // BadInput beyond the year 9999
  engine->advance_clock(target);
  print_clock(globals, engine->now(), true);
}

}  // namespace

void add_clock(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* clock = app.add_subcommand("clock", "The clock of the database");
  clock->require_subcommand(1);
  clock->footer("Example: reglament clock advance --by P1D");

  CLI::App* shown = clock->add_subcommand("show", "What time it is");
  shown->footer("Example: reglament --json clock show");
  shown->callback([&globals] { show(globals); });

  auto options = std::make_shared<AdvanceOptions>();
  CLI::App* advanced = clock->add_subcommand(
      "advance", "Move the virtual clock; deadlines on the way expire in order, each at its time");
  CLI::Option_group* target = advanced->add_option_group("target");
  target->add_option("--to", options->to, "to this time")->type_name("T");
  target->add_option("--by", options->by, "by this duration")->type_name("D");
  target->require_option(1);
  advanced->footer("Example: reglament clock advance --to 2015-07-16T18:00:00+06:00");
  advanced->callback([&globals, options] { advance(globals, *options); });
}

}  // namespace reglament::program
