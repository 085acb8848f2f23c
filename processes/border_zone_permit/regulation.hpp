// Permits for foreigners and stateless persons to enter the border zone: the rules, row by row.
// Order of the Minister of Internal Affairs No. 500 of 30 May 2015, cited as 003; see README.md.
// One row is one paragraph. This edition is released: it does not change, a new one is a new file.
#pragma once

#include "engine/law/checks.hpp"
#include "engine/law/clause.hpp"
#include "processes/border_zone_permit/act.hpp"

namespace reglament::border_zone {

using namespace law;  // NOLINT: the vocabulary is the language this file is written in
using enum Leaning;
using enum FinalKind;
using enum Recipient;

// clang-format off

// ---- Departments ----------------------------------------------------------------------------------

using LocalUnit   = Role< "migration-police-unit",        "Migration police unit, city or district"   >;  // 003 §15.1
using Directorate = Role< "migration-police-directorate", "Migration police directorate of the region">;  // 003 §15.2
using Knb         = Role< "knb-department",               "Department of the КНБ"                     >;  // 003 §11

// ---- Steps ----------------------------------------------------------------------------------------
//                            code              title                                   owner        term            set by

struct Acceptance : Step<     "accept",         "Acceptance of the documents",          LocalUnit,   WorkingDays{1}, "003 §8"  > {
  static constexpr std::string_view action = "accepts the documents, checks that the set is complete, gives a talon";
  static constexpr std::string_view output = "talon; accepted application";
};
struct Forwarding : Step<     "forward-to-dvd", "Request to the directorate",           LocalUnit,   WorkingDays{1}, "003 §9"  > {
  static constexpr std::string_view action = "forms a request, has the head sign it, delivers the materials to the directorate";
  static constexpr std::string_view output = "signed request and materials at the directorate";
};
struct Checking : Step<       "dvd-check",      "Check by the directorate",             Directorate, WorkingDays{2}, "003 §10" > {
  static constexpr std::string_view action = "checks the materials, forms a request, has the head sign it, delivers it to the КНБ";
  static constexpr std::string_view output = "signed request at the КНБ";
};
struct Review : Step<         "knb-review",     "Review by the КНБ",                    Knb,         WorkingDays{2}, "003 §11" > {
  static constexpr std::string_view action = "reviews the materials and answers the directorate";
  static constexpr std::string_view output = "answer of the КНБ at the directorate";
};
struct Issuing : Step<        "issue",          "Issue of the permit or of a refusal",  LocalUnit,   WorkingDays{1}, "003 §12" > {
  static constexpr std::string_view action = "issues the permit, sealed and signed by the head, or a reasoned refusal";
  static constexpr std::string_view output = "permit or reasoned refusal";
};

struct PermitIssued : FinalStep< "issued",       "Permit issued",             granted      > {};
struct Refused      : FinalStep< "refused",      "Refused, with the reasons", refused      > {};
struct NotAccepted  : FinalStep< "not-accepted", "Documents not accepted",    not_accepted > {};

// ---- What the departments answer --------------------------------------------------------------------
//                              code          title                                leans         needs

struct Accepted  : Outcome<     "accepted",   "the set is accepted",               favourable    > {};
struct Incomplete: Outcome<     "incomplete", "the set is not complete",           unfavourable, NeedsField<"missing", "003 §8">   > {};
struct Forwarded : Outcome<     "forwarded",  "the signed request is delivered",   favourable    > {};
struct Agreed    : Outcome<     "agreed",     "the КНБ does not object",           favourable    > {};
struct Objected  : Outcome<     "objected",   "the КНБ objects",                   unfavourable  > {};
struct Issue     : Outcome<     "issued",     "the permit is issued",              favourable,   NeedsField<"signed_by", "003 §4"> > {};
struct Refusal   : Outcome<     "refused",    "a reasoned refusal is issued",      unfavourable, NeedsGround<"003 §4">             > {};

// ---- Conditions ---------------------------------------------------------------------------------------

struct ForeignerOrStateless
    : Condition< "the applicant is a foreigner or a stateless person", "003 §1", "not-entitled" > {
  static bool holds(const Facts& facts, const OccasionView&) { return facts.citizenship != "KAZ"; }
  static std::string actual(const Facts&, const OccasionView&) { return "a citizen of Kazakhstan"; }
};

struct SetIsComplete
    : Condition< "the set of documents is complete", "003 §8", "documents-missing" > {
  static bool holds(const Facts& facts, const OccasionView&) { return missing(facts).empty(); }
  static std::string actual(const Facts& facts, const OccasionView&) { return "missing: " + missing(facts); }

  static std::string missing(const Facts& facts) {
    std::string codes;
    for (const DocumentLine& document : complete_set) {
      if (!facts.presents(document.code)) {
        codes.append(codes.empty() ? "" : ", ").append(document.code);
      }
    }
    return codes;
  }
};

struct KnbDidNotObject
    : Condition< "the КНБ has not objected", "003 §11" > {
  static bool holds(const Facts& facts, const OccasionView&) { return !facts.is_established(knb_objected); }
  static std::string actual(const Facts&, const OccasionView&) { return "the КНБ objected; only a reasoned refusal can follow"; }
};

// ---- Duties -------------------------------------------------------------------------------------------

struct GiveTalon      : Duty< "give the applicant a talon",                  Notify<applicant, "talon">                            > {};
struct GiveReasons    : Duty< "tell the applicant what is missing",          Notify<applicant, "not-accepted">                     > {};
struct RecordObjection: Duty< "record the objection",                        Establish<"knb-objected">                             > {};
struct HandOver       : Duty< "tell the applicant that the permit is ready", Notify<applicant, "permit-ready">                     > {};
struct SendRefusal    : Duty< "tell the applicant the reasons",              Notify<applicant, "refusal", "003 §4">                > {};
struct ReportDelay    : Duty< "report the missed term to the head",          Notify<head, "term-missed">                           > {};

// ---- Clauses ------------------------------------------------------------------------------------------

struct BorderZonePermit : ActOfBorderZonePermit {
  using steps = Steps<Acceptance, Forwarding, Checking, Review, Issuing, PermitIssued, Refused, NotAccepted>;

  using clauses = Clauses<
  //      par.       in step      on occasion   next step     duty              provided that
  Clause< "003 §8",  NotFiled,    Filing,       Acceptance,   Nothing,          ForeignerOrStateless, SetIsComplete >,

  Clause< "003 §8",  Acceptance,  Accepted,     Forwarding,   GiveTalon                                             >,
  Clause< "003 §8",  Acceptance,  Incomplete,   NotAccepted,  GiveReasons                                           >,
  Clause< "003 §8",  Acceptance,  TermExpired,  Stays,        ReportDelay                                           >,

  Clause< "003 §9",  Forwarding,  Forwarded,    Checking                                                            >,
  Clause< "003 §9",  Forwarding,  TermExpired,  Stays,        ReportDelay                                           >,

  Clause< "003 §10", Checking,    Forwarded,    Review                                                              >,
  Clause< "003 §10", Checking,    TermExpired,  Stays,        ReportDelay                                           >,

  Clause< "003 §11", Review,      Agreed,       Issuing                                                             >,
  Clause< "003 §11", Review,      Objected,     Issuing,      RecordObjection                                       >,
  Clause< "003 §11", Review,      TermExpired,  Stays,        ReportDelay                                           >,

  Clause< "003 §12", Issuing,     Issue,        PermitIssued, HandOver,         KnbDidNotObject                     >,
  Clause< "003 §12", Issuing,     Refusal,      Refused,      SendRefusal                                           >,
  Clause< "003 §12", Issuing,     TermExpired,  Stays,        ReportDelay                                           >
  >;
};

// clang-format on

static_assert(lawful<BorderZonePermit>());

}  // namespace reglament::border_zone
