// A regulation that does to its terms whatever the vocabulary can say: suspension and resumption by
// answers and by legal acts, interruption, extension, variants, a term of minutes, one counted
// back, one that continues on return, one without the days of acceptance and issue, a side task.
#pragma once

#include "engine/law/machine.hpp"

namespace reglament::law::act_sample {

using enum Leaning;
using enum FinalKind;

constexpr Date day(int year, unsigned month, unsigned number) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(number)};
}

using Office = Role<"local-military-authority", "Local military authority">;

// clang-format off

struct Reception : Step<"reception", "Reception",             Office, WorkingMinutes{20}, "8 §1"> {};
struct Review    : Step<"review",    "Review",                Office, WorkingDays{10},    "8 §2"> {
  static constexpr OnReturn on_return = OnReturn::continues;
};
struct Waiting   : Step<"waiting",   "Papers of the applicant", Office, CalendarMonths{1}, "8 §3"> {
  static constexpr bool within_service = false;
  static constexpr OnReturn on_return = OnReturn::restarts;
};
struct Signing   : Step<"signing",   "Signing",               Office, Before{WorkingDays{2}}, "8 §4"> {};
struct Writing   : Step<"writing",   "Writing",               Office, CalendarDays{0},    "8 §5"> {};
struct Telling   : SideStep<"telling", "Telling",             Office, WorkingDays{1},     "8 §6"> {};
struct Granted   : FinalStep<"granted",   "Granted",   granted>   {};
struct Withdrawn : FinalStep<"withdrawn", "Withdrawn", withdrawn> {};

struct Received  : Outcome<"received",  "received",               favourable>   {};
struct Late      : Outcome<"late-term", "the later term governs", unfavourable> {};
struct Ask       : Outcome<"ask",       "papers are asked for",   unfavourable> {};
struct Supplied  : Outcome<"supplied",  "papers are there",       favourable>   {};
struct Reviewed  : Outcome<"reviewed",  "reviewed",               favourable>   {};
struct Note      : Outcome<"noted",     "noted, the review goes on", unfavourable> {};
struct Signed    : Outcome<"signed",    "signed",                 favourable>   {};
struct Written   : Outcome<"written",   "written",                favourable>   {};
struct Told      : Outcome<"told",      "told",                   favourable>   {};

struct Stop      : ByAct<"stop",       "a court suspends",      "court">     {};
struct GoOn      : ByAct<"go-on",      "the court lets it run", "court">     {};
struct Anew      : ByAct<"anew",       "the term starts anew",  "head">      {};
struct Prolong   : ByAct<"prolong",    "the head prolongs",     "head">      {};
struct Withdraw  : ByAct<"withdrawal", "withdrawn",             "applicant"> {};

struct Stand     : Duty<"the term stands still", Suspend>                          {};
struct RunOn     : Duty<"the term runs on",      Resume>                           {};
struct StartAnew : Duty<"the term starts anew",  Restart>                          {};
struct Longer    : Duty<"twice as long",         Extend<"long">, Offer<Telling>>   {};
struct Later     : Duty<"another term",          Govern<"from-writing">>           {};

struct Service {
  static constexpr std::string_view id = "term-acts", title = "Term acts", title_kk = "Мерзімдер", talon_code = "TRM";
  static constexpr std::array<std::string_view, 1> channels{"direct"};
  static constexpr Act act{.citation = "8", .kind = "order", .issued_by = "nobody", .number = "1",
                           .date = day(2010, 1, 1), .registration_number = {}, .registered = {}, .title_kk = {},
                           .title_en = {}, .amended_by = {}, .repealed_by = {}};
  static constexpr Edition edition{.code = "2010-01-01", .from = day(2010, 1, 1), .to = {}, .assumed = false, .reason = {}};
  static constexpr std::array service_terms{
      ServiceTerm{"", WorkingDays{15}, "8 §7", {}, true},
      ServiceTerm{"long", WorkingDays{30}, "8 §7", {}, true},
      ServiceTerm{"from-writing", CalendarDays{5}, "8 §7", "writing"}};
  static constexpr WorkingDays warn_before{1};
  static constexpr std::array<Ground, 0> grounds{};
  static constexpr std::array<DocumentLine, 0> documents{};
  static constexpr std::array ladder{RungLine{"head", WorkingDays{1}, 0, "setting"},
                                     RungLine{"ministry", WorkingDays{3}, 1, "setting"},
                                     RungLine{"above the ministry", WorkingDays{9}, 2, "setting"}};
  static constexpr std::array<std::string_view, 6> automated{"8 §1", "8 §2", "8 §3", "8 §4", "8 §5", "8 §6"};
  static constexpr std::array<LeftToPeople, 0> left_to_people{};

  using steps = Steps<Reception, Review, Waiting, Signing, Writing, Telling, Granted, Withdrawn>;
  using clauses = Clauses<
  Clause< "8 §1", NotFiled,  Filing,      Reception             >,
  Clause< "8 §1", Reception, Received,    Review                >,
  Clause< "8 §1", Reception, Late,        Writing,   Later      >,
  Clause< "8 §1", Reception, TermExpired, Stays                 >,
  Clause< "8 §2", Review,    Ask,         Waiting,   Stand      >,
  Clause< "8 §2", Review,    Note,        Stays                 >,
  Clause< "8 §2", Review,    Reviewed,    Signing               >,
  Clause< "8 §2", Review,    Stop,        Stays,     Stand      >,
  Clause< "8 §2", Review,    GoOn,        Stays,     RunOn      >,
  Clause< "8 §2", Review,    Anew,        Stays,     StartAnew  >,
  Clause< "8 §2", Review,    Prolong,     Stays,     Longer     >,
  Clause< "8 §2", Review,    Withdraw,    Withdrawn             >,
  Clause< "8 §2", Review,    TermExpired, Stays                 >,
  Clause< "8 §3", Waiting,   Supplied,    Review,    RunOn      >,
  Clause< "8 §3", Waiting,   TermExpired, Review,    RunOn      >,
  Clause< "8 §4", Signing,   Signed,      Granted               >,
  Clause< "8 §4", Signing,   Prolong,     Stays,     Longer     >,
  Clause< "8 §4", Signing,   GoOn,        Stays,     RunOn      >,
  Clause< "8 §4", Signing,   TermExpired, Stays                 >,
  Clause< "8 §5", Writing,   Written,     Granted               >,
  Clause< "8 §5", Writing,   TermExpired, Stays                 >,
  Clause< "8 §6", Telling,   Told,        Done                  >,
  Clause< "8 §6", Telling,   TermExpired, Stays                 >
  >;
};

// clang-format on

}  // namespace reglament::law::act_sample
