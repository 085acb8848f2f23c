// A further service in the vocabulary, so that it is not cut to the delivered ones: military
// tickets of reserve officers (cases with terms of their own, archives, extensions). It is not
// delivered. Source: Government resolution No. 2223 of 29 December 2009, item 6 (004.6).
#pragma once

#include "engine/law/checks.hpp"

namespace reglament::law::other {

using enum Leaning;
using enum FinalKind;
using enum Recipient;

constexpr Date day(int year, unsigned month, unsigned number) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(number)};
}

using Military = Role<"local-military-authority", "Local military authority">;
using Commission = Role<"conscription-commission", "District conscription commission">;

// clang-format off

namespace officer {

constexpr NoTerm by_case{"the term of the service, by case, governs"};

struct Accept    : Step<"accept",          "Acceptance",               Military,   by_case, "004.6 §14"> {};
struct Select    : Step<"select-case",     "Which case it is",         Military,   by_case, "004.6 §7"> {
  static constexpr OnReturn on_return = OnReturn::continues;
};
struct Central   : Step<"central-archive", "Central archive asked",    Military,   by_case, "004.6 §7"> {
  static constexpr OnReturn on_return = OnReturn::continues;
};
struct Foreign   : Step<"foreign-archive", "Foreign archive asked",    Military,   by_case, "004.6 §7"> {
  static constexpr OnReturn on_return = OnReturn::continues;
};
struct OtherBody : Step<"other-authority", "Other authority asked",    Military,   by_case, "004.6 §7"> {
  static constexpr OnReturn on_return = OnReturn::continues;
};
struct Decision  : Step<"await-commission", "Commission decides",      Commission, NoTerm{"the act sets none"}, "004.6 §7"> {};
struct Prepare   : Step<"prepare",         "Drawing up",               Military,   by_case, "004.6 §7"> {};
struct Hand      : Step<"issue",           "Issue",                    Military,   NoTerm{"daily"}, "004.6 §15"> {};
struct Issued    : FinalStep<"issued",     "Ticket issued",            granted> {};
struct Refused   : FinalStep<"refused",    "Refused",                  refused> {};

struct Accepted    : Outcome<"accepted",             "accepted",                         favourable>   {};
struct Incomplete  : Outcome<"incomplete",           "papers are missing",               unfavourable, NeedsGround<"004.6 §16">> {};
struct First       : Outcome<"first-issue",          "first issue",                      unfavourable> {};
struct Available   : Outcome<"all-available",        "everything is there",              favourable>   {};
struct AskCentral  : Outcome<"ask-central-archive",  "the central archive is asked",     unfavourable> {};
struct AskForeign  : Outcome<"ask-foreign-archive",  "a foreign archive is asked",       unfavourable> {};
struct Lost        : Outcome<"lost-or-damaged",      "the ticket is lost or damaged",    unfavourable> {};
struct AskOther    : Outcome<"ask-other-authority",  "another authority is asked",       unfavourable> {};
struct Unfit       : Outcome<"unfit-in-peacetime",   "unfit in peacetime",               unfavourable> {};
struct Temporary   : Outcome<"temporary",            "a temporary certificate",          unfavourable> {};
struct Answered    : Outcome<"answered",             "the answer is here",               favourable>   {};
struct Approved    : Outcome<"approved",             "the decision is approved",         favourable>   {};
struct Drawn       : Outcome<"drawn-up",             "drawn up",                         favourable>   {};
struct HandedOut   : Outcome<"handed-out",           "handed out",                       favourable>   {};
struct Refuse      : Outcome<"refused",              "refused",                          unfavourable, NeedsGround<"004.6 §16">> {};

template <Text Variant>
struct Extend : Duty<"the term of this case holds", Govern<Variant>> {};

struct Service {
  static constexpr std::string_view id = "officer-military-ticket", title = "Military ticket of a reserve officer",
                                    title_kk = "Запастағы офицерлерге әскери билеттер беру", talon_code = "OMT";
  static constexpr std::array<std::string_view, 1> channels{"direct"};
  static constexpr Act act{.citation = "004.6", .kind = "resolution", .issued_by = "Government", .number = "2223",
                           .date = day(2009, 12, 29), .registration_number = {}, .registered = {}, .title_kk = {},
                           .title_en = {}, .amended_by = {}, .repealed_by = {}};
  static constexpr Edition edition{.code = "2013-01-09", .from = day(2013, 1, 9), .to = {}, .assumed = true,
                                   .reason = "the day of publication is not known"};
  static constexpr std::array service_terms{
      ServiceTerm{"all-documents-available", WorkingDays{15}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"first-issue", WorkingDays{30}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"central-archive", WorkingDays{30}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"foreign-archive", WorkingDays{90}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"lost-or-damaged", WorkingDays{15}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"lost-or-damaged-other-authority-asked", WorkingDays{20}, "004.6 §7 direct 1", {}, true},
      ServiceTerm{"unfit-in-peacetime", WorkingDays{15}, "004.6 §7 direct 1", "prepare", true},
      ServiceTerm{"temporary-certificate", WorkingDays{1}, "004.6 §7 direct 1", {}, true}};
  static constexpr WorkingDays warn_before{1};
  static constexpr std::array grounds{Ground{"OMT-R1", "documents of §11 are missing", "004.6 §16"}};
  static constexpr std::array documents{DocumentLine{"application", "application, annex 4", "004.6 §11"}};
  static constexpr std::array<std::string_view, 4> automated{"004.6 §14", "004.6 §16", "004.6 §7", "004.6 §15"};
  static constexpr std::array<LeftToPeople, 0> left_to_people{};

  using steps = Steps<Accept, Select, Central, Foreign, OtherBody, Decision, Prepare, Hand, Issued, Refused>;
  using clauses = Clauses<
  Clause< "004.6 §14", NotFiled,  Filing,     Accept                                                          >,
  Clause< "004.6 §14", Accept,    Accepted,   Select                                                          >,
  Clause< "004.6 §16", Accept,    Incomplete, Refused                                                         >,
  Clause< "004.6 §7",  Select,    First,      Prepare,   Extend<"first-issue">                                >,
  Clause< "004.6 §7",  Select,    Available,  Prepare,   Extend<"all-documents-available">                    >,
  Clause< "004.6 §7",  Select,    AskCentral, Central,   Extend<"central-archive">                            >,
  Clause< "004.6 §7",  Select,    AskForeign, Foreign,   Extend<"foreign-archive">                            >,
  Clause< "004.6 §7",  Select,    Lost,       Prepare,   Extend<"lost-or-damaged">                            >,
  Clause< "004.6 §7",  Select,    AskOther,   OtherBody, Extend<"lost-or-damaged-other-authority-asked">      >,
  Clause< "004.6 §7",  Select,    Unfit,      Decision,  Extend<"unfit-in-peacetime">                         >,
  Clause< "004.6 §7",  Select,    Temporary,  Prepare,   Extend<"temporary-certificate">                      >,
  Clause< "004.6 §16", Select,    Refuse,     Refused                                                         >,
  Clause< "004.6 §7",  Central,   Answered,   Select                                                          >,
  Clause< "004.6 §7",  Central,   AskForeign, Foreign,   Extend<"foreign-archive">                            >,
  Clause< "004.6 §16", Central,   Refuse,     Refused                                                         >,
  Clause< "004.6 §7",  Foreign,   Answered,   Select                                                          >,
  Clause< "004.6 §16", Foreign,   Refuse,     Refused                                                         >,
  Clause< "004.6 §7",  OtherBody, Answered,   Select                                                          >,
  Clause< "004.6 §16", OtherBody, Refuse,     Refused                                                         >,
  Clause< "004.6 §7",  Decision,  Approved,   Prepare                                                         >,
  Clause< "004.6 §16", Decision,  Refuse,     Refused                                                         >,
  Clause< "004.6 §7",  Prepare,   Drawn,      Hand                                                            >,
  Clause< "004.6 §16", Prepare,   Refuse,     Refused                                                         >,
  Clause< "004.6 §15", Hand,      HandedOut,  Issued                                                          >
  >;
};

}  // namespace officer

// clang-format on

}  // namespace reglament::law::other
