#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <string>
#include <tuple>

#include "deploy/program/calendar_publish.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/text_lines.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "processes/calendars/kazakhstan.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string week = "five";
  std::string known_on;
  std::string date;
  std::string to;
  std::int32_t days = 0;
};

Date date_of(std::string_view text, std::string_view where) {
  const auto date = parse_date(text);
  if (!date) {
    throw BadInput(
        fmt::format("expected a date that exists, as 2015-07-14, found '{}', {}", text, where));
  }
  return *date;
}

// The editions of the database, where there is one: a decree published there counts.
CalendarEditions editions_here(const Globals& globals) {
  if (!database_exists(globals)) return kazakhstan_editions();
  return editions_of(*open_reader(globals));
}

// As an honest clerk would have counted on --known-on; without it, as is known now.
const WorkingCalendar& calendar_of(const Globals& globals, const Options& options) {
  static const CalendarEditions editions = editions_here(globals);
  const Week week = options.week == "six" ? Week::six_day : Week::five_day;
  if (options.known_on.empty()) return editions.latest().calendar(week);
  return editions.known_on(date_of(options.known_on, "--known-on")).calendar(week);
}

void add_days(const Globals& globals, const Options& options) {
  const WorkingCalendar& calendar = calendar_of(globals, options);
  const Date due = calendar.add(date_of(options.date, "DATE"), WorkingDays{options.days});
  if (globals.json) {
    print_json({{"date", format_date(due)}, {"calendar", calendar.edition()}});
  } else {
    print_line(format_date(due));
  }
}

void count_days(const Globals& globals, const Options& options) {
  const WorkingCalendar& calendar = calendar_of(globals, options);
  const WorkingDays days = calendar.count(date_of(options.date, "FROM"), date_of(options.to, "TO"));
  if (globals.json) {
    print_json({{"days", days.days}, {"calendar", calendar.edition()}});
  } else {
    print_line(std::to_string(days.days));
  }
}

void describe_day(const Globals& globals, const Options& options) {
  const WorkingCalendar& calendar = calendar_of(globals, options);
  const Date date = date_of(options.date, "DATE");
  const auto day = calendar.describe(date);
  if (globals.json) {
    print_json({{"working", day.working},
                {"kind", day.kind},
                {"name", day.name.empty() ? Json() : Json(day.name)},
                {"basis", day.basis.empty() ? Json() : Json(day.basis)},
                {"calendar", calendar.edition()}});
    return;
  }
  std::string text = fmt::format("{}: {}", format_date(date), day.working ? "working" : "off");
  if (day.kind != "working") text += fmt::format(", {}", day.kind);
  if (!day.name.empty()) text += fmt::format(", {}", day.name);
  if (!day.basis.empty()) text += fmt::format(" ({})", day.basis);
  print_line(text);
}

// "2015-07-14 7"
std::tuple<Date, WorkingDays> question_of(const TextLine& line) {
  constexpr std::string_view expected = "expected a date and a number of days, as 2015-07-14 7";
  if (line.too_long) throw BadInput(fmt::format("{}, found a line that is too long", expected));
  std::string_view text = line.text;
  while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
  const std::size_t blank = text.find(' ');
  const auto date = parse_date(text.substr(0, blank));
  WorkingDays term;
  bool is_number = false;
  if (blank != std::string_view::npos) {
    const std::string_view number = text.substr(blank + 1);
    const char* const last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, term.days);
    is_number = error == std::errc() && end == last;
  }
  if (!date || !is_number) throw BadInput(fmt::format("{}, found '{}'", expected, text));
  return {*date, term};
}

// A line that cannot be answered is told on standard error; the others are answered all the same.
void answer_lines(const Globals& globals, const Options& options, Exit& exit) {
  const WorkingCalendar& calendar = calendar_of(globals, options);
  TextLines lines("-");
  while (const auto line = lines.next()) {
    try {
      const auto [date, term] = question_of(*line);
      const std::string due = format_date(calendar.add(date, term));
      if (globals.json) {
        print_json({{"from", format_date(date)}, {"days", term.days}, {"date", due}});
      } else {
        print_line(fmt::format("{} {} {}", format_date(date), term.days, due));
      }
    } catch (const BadInput& error) {
      print_trouble(fmt::format("{}: {}", lines.place(line->number), error.what()));
      exit = Exit::bad_input;
    }
  }
}

CLI::App* add_one(CLI::App* calendar, const std::shared_ptr<Options>& options,
                  const std::string& name, const std::string& title) {
  CLI::App* command = calendar->add_subcommand(name, title);
  command->add_option("--week", options->week, "five: Saturday and Sunday are off; six: Sunday")
      ->check(CLI::IsMember({"five", "six"}))
      ->type_name("five|six");
  command->add_option("--known-on", options->known_on, "as the calendar was known on that day")
      ->type_name("DATE");
  return command;
}

}  // namespace

void add_calendar(CLI::App& app, Globals& globals, Exit& exit) {
  CLI::App* calendar = app.add_subcommand("calendar", "Working days of Kazakhstan, 2009 to 2028");
  calendar->require_subcommand(1);
  calendar->footer("Example: reglament calendar add 2015-07-14 7");
  auto options = std::make_shared<Options>();

  CLI::App* add = add_one(calendar, options, "add", "The N-th working day after a date");
  add->add_option("DATE", options->date, "the day that is not counted")->required();
  add->add_option("N", options->days, "working days, 0 or more")->required();
  add->footer("Example: reglament calendar add 2015-07-14 7 --week six");
  add->callback([&globals, options] { add_days(globals, *options); });

  CLI::App* count = add_one(calendar, options, "count", "The working days after FROM, up to TO");
  count->add_option("FROM", options->date, "the day that is not counted")->required();
  count->add_option("TO", options->to, "the last day that is counted")->required();
  count->footer("Example: reglament calendar count 2015-07-14 2015-07-23");
  count->callback([&globals, options] { count_days(globals, *options); });

  CLI::App* is = add_one(calendar, options, "is", "Whether a date is worked, and why not");
  is->add_option("DATE", options->date)->required();
  is->footer("Example: reglament --json calendar is 2015-07-06");
  is->callback([&globals, options] { describe_day(globals, *options); });

  CLI::App* batch = add_one(calendar, options, "batch",
                            "Reads lines 'DATE N', writes lines 'DATE N RESULT', as add does");
  batch->footer("Example: echo '2015-07-14 7' | reglament calendar batch");
  batch->callback([&globals, options, &exit] { answer_lines(globals, *options, exit); });

  add_calendar_publish(*calendar, globals);
}

}  // namespace reglament::program
