#include "deploy/program/calendar_publish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "adapters/wire/limits.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/text_lines.hpp"
#include "deploy/program/times.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/follow.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string file;
  std::string decree;
  std::string known_from;
  bool dry_run = false;
};

// A decree sets some tens of days; what is larger is not one.
constexpr std::size_t kLongestDecree = 1024UL * 1024;

std::string read_decree(const std::string& file) {
  TextLines lines(file);
  std::string text;
  while (const auto line = lines.next()) {
    std::string_view content = line->text;
    if (content.ends_with('\r')) content.remove_suffix(1);
    wire::expect_text(content, kLongestDecree, wire::Presence::optional, lines.place(line->number));
    if (line->too_long || text.size() + content.size() > kLongestDecree) {
      throw BadInput(fmt::format("{}: expected a decree of at most {} bytes, found more",
                                 lines.place(line->number), kLongestDecree));
    }
    // Blank lines stay, so that errors name the line of the file.
    while (static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1 < line->number)
      text += '\n';
    text.append(content).append("\n");
  }
  return text;
}

CalendarPublication read_publication(const Options& options) {
  wire::expect_text(options.decree, wire::limit::name, wire::Presence::required, "--decree");
  CalendarPublication publication{options.file, read_decree(options.file), options.decree, {}};
  if (options.known_from.empty()) return publication;
  publication.known_from = parse_date(options.known_from);
  if (!publication.known_from) {
    throw BadInput(
        fmt::format("expected a date that exists, as 2027-01-15, found '{}', --known-from",
                    options.known_from));
  }
  return publication;
}

void print_published(const Globals& globals, const PublicationReply& reply, bool dry_run) {
  if (globals.json) {
    Json json = {{"edition", reply.edition}, {"changed", reply.changed}};
    if (dry_run) json["dry_run"] = true;
    return print_json(json);
  }
  print_line(fmt::format("{} {}: {} open deadline{} {} to another date", reply.edition,
                         dry_run ? "would be published" : "published", reply.changed,
                         reply.changed == 1 ? "" : "s", dry_run ? "would move" : "moved"));
}

void print_move(const Globals& globals, const std::string& talon, const DeadlineChange& change) {
  const bool is_step = change.scope == deadline_scope::step;
  if (globals.json) {
    return print_json({{"talon", talon},
                       {"scope", change.scope},
                       {"step", is_step ? Json(change.step) : Json()},
                       {"office", change.office},
                       {"due_date", format_date(change.old_due)},
                       {"new_due_date", format_date(change.due)},
                       {"new_due_at", local_time(change.due_at, change.office)}});
  }
  print_line(fmt::format("{}  {}  {}  {} -> {}", talon, is_step ? change.step : "the service",
                         change.office, format_date(change.old_due), format_date(change.due)));
}

// What publishing would move now. Reads the database as it stands, beside an engine or without one.
void show_moves(const Globals& globals, const CalendarPublication& publication) {
  const auto reader = open_reader(globals);
  const Instant now = time_of(*reader);
  Framework law = framework(globals.warn_before);
  const std::vector<StoredCalendarEdition> published = reader->calendar_editions();
  const CalendarCourse before(law.calendars, published, law.directory);
  const StoredCalendarEdition row = before.draft(publication, now);
  std::vector<StoredCalendarEdition> with_it = published;
  if (!before.has(row.code)) with_it.push_back(row);
  const CalendarCourse after(law.calendars, std::move(with_it), law.directory);
  law.calendars = after.editions();
  const CalendarEdition& edition = *law.calendars.find(row.code);
  PublicationReply reply{row.code, 0};
  reader->for_each_case(std::nullopt, true, [&](const StoredCase& stored) {
    const Case state = decode_case(stored.state);
    const auto decision = decide_calendar(state, edition, row.published_at, now, law);
    if (!decision) return true;
    const std::string talon = talon_of(state, law);
    for (const DeadlineChange& change : decision->entry.deadlines) {
      print_move(globals, talon, change);
      ++reply.changed;
    }
    return true;
  });
  print_published(globals, reply, true);
}

void publish(const Globals& globals, const Options& options) {
  const CalendarPublication publication = read_publication(options);
  if (options.dry_run) return show_moves(globals, publication);
  const auto engine = connect_engine(globals);
  print_published(globals, engine->publish_calendar(publication), false);
}

}  // namespace

void add_calendar_publish(CLI::App& calendar, Globals& globals) {
  auto options = std::make_shared<Options>();
  CLI::App* command = calendar.add_subcommand(
      "publish", "A decree that sets days anew: a new edition, which open deadlines follow");
  command->add_option("FILE", options->file, "csv: date,kind and, optional, name_en,basis,week")
      ->required();
  command->add_option("--decree", options->decree, "the act, as entries cite it")
      ->required()
      ->type_name("TEXT");
  command
      ->add_option("--known-from", options->known_from,
                   "since when it is known, not later than the clock's date (the default)")
      ->type_name("DATE");
  command->add_flag("--dry-run", options->dry_run, "list what would move, change nothing");
  command->footer(
      "Example: reglament calendar publish may.csv --decree 'Resolution 1 of 2027-01-15'");
  command->callback([&globals, options] { publish(globals, *options); });
}

}  // namespace reglament::program
