// Address certificates, all channels: the rules, row by row.
// Government resolution No. 1092 of 21 October 2010, cited as 002; see README.md. One row is one
// paragraph. This edition is released: it does not change, a new one is a new file.
#pragma once

#include "engine/law/checks.hpp"
#include "engine/law/clause.hpp"
#include "processes/address_certificate/act.hpp"

namespace reglament::address {

using namespace law;  // NOLINT: the vocabulary is the language this file is written in
using enum Leaning;
using enum FinalKind;
using enum Recipient;

// clang-format off

// ---- Departments ----------------------------------------------------------------------------------

using Bureau = Role< "address-bureau", "Address bureau"        >;  // 002 §1
using Centre = Role< "psc",            "Public Service Centre" >;  // 002 §1

// ---- Steps: an individual at the bureau -----------------------------------------------------------
//                            code                    title                                 owner   term                 set by

struct Window : Step<         "serve-in-person",      "Certificate on the spot",            Bureau, WorkingMinutes{10},  "002 §7.1" > {
  static constexpr std::string_view action = "enters the person in the journal, checks the card index, issues the stamped certificate";
  static constexpr std::string_view output = "certificate with the applicant";
};

// ---- Steps: a written request ---------------------------------------------------------------------

struct Registering : Step<    "register-incoming",    "Registration of the request",        Bureau, NoTerm{"it falls within the term of the service"}, "002 §14" > {
  static constexpr std::string_view action = "registers the request as incoming, marks the second copy of a legal entity";
  static constexpr std::string_view output = "registered request";
};
struct Answering : Step<      "fill-request",         "Certificate for the request",        Bureau, NoTerm{"it falls within the term of the service"}, "002 §14" > {
  static constexpr std::string_view action = "checks the card index, fills the certificate in, or the back of the request";
  static constexpr std::string_view output = "certificate; a list marked";
};
struct Sending : Step<        "send-answer",          "Dispatch of the answer",             Bureau, TermOfService{},     "002 §7.1" > {
  static constexpr std::string_view action = "registers the answer as outgoing, sends it by post in an envelope";
  static constexpr std::string_view output = "answer in the post";
};

// ---- Steps: through a centre ----------------------------------------------------------------------

struct Acceptance : Step<     "accept",               "Acceptance at the centre",           Centre, WorkingMinutes{10},  "002 §7.3" > {
  static constexpr std::string_view action = "checks that the set is complete, compares the copies, registers, gives the receipt";
  static constexpr std::string_view output = "receipt";
};
struct Accumulation : Step<   "accumulate",           "Register of the day",                Centre, CalendarDays{0},     "002 §14"  > {
  static constexpr std::string_view action = "gathers the documents, makes the register for the bureau";
  static constexpr std::string_view output = "register";
};
struct Courier : Step<        "courier-to-authority", "Courier to the bureau",              Centre, CalendarDays{0},     "002 §14"  > {
  static constexpr bool transport = true;
  static constexpr std::string_view action = "brings the applications to the bureau, at least twice on the day of acceptance";
  static constexpr std::string_view output = "package at the bureau";
};
struct Check : Step<          "authority-check",      "Check of the package",               Bureau, WorkingDays{3},      "002 §17"  > {
  static constexpr std::string_view action = "checks the package, or returns it to the centre with the reasons in writing";
  static constexpr std::string_view output = "accepted package, or the package returned";
};
struct Filling : Step<        "fill",                 "Certificate for the centre",         Bureau, NoTerm{"ready for the hand-over"}, "002 §14" > {
  static constexpr std::string_view action = "checks the card index, fills the certificate in, makes the register of executed documents";
  static constexpr std::string_view output = "certificate";
};
struct HandOver : Step<       "hand-over-to-psc",     "Courier to the centre",              Bureau, Before{WorkingDays{1}}, "002 §14" > {
  static constexpr bool transport = true;
  static constexpr std::string_view action = "brings the ready documents to the centre one day before the date of issue";
  static constexpr std::string_view output = "certificate at the centre";
};
struct Issuing : Step<        "issue",                "Issue at the window",                Centre, NoTerm{"on the date in the receipt, when the applicant comes"}, "002 §16" > {
  static constexpr bool ends_service = true;
  static constexpr std::string_view action = "hands the certificate out at a window against the receipt";
  static constexpr std::string_view output = "certificate with the applicant";
};
struct Informing : Step<      "notify-applicant",     "Notice of the return",               Centre, WorkingDays{1},      "002 §17"  > {
  static constexpr bool ends_service = true;
  static constexpr bool within_service = false;
  static constexpr std::string_view action = "tells the applicant, and hands over the written reasons of the bureau";
  static constexpr std::string_view output = "reasons with the applicant";
};
struct Keeping : Step<        "keep-result",          "Keeping for the applicant",          Centre, CalendarMonths{1},   "002 §17"  > {
  static constexpr bool within_service = false;
  static constexpr std::string_view action = "keeps the certificate, then passes it to the bureau";
  static constexpr std::string_view output = "certificate with the applicant, or at the bureau";
};

struct Issued      : FinalStep< "issued",       "Certificate issued",                    granted      > {};
struct Refused     : FinalStep< "refused",      "Refused by the bureau",                 refused      > {};
struct NotAccepted : FinalStep< "not-accepted", "Not accepted by the centre",            not_accepted > {};
struct Returned    : FinalStep< "returned",     "Returned with the reasons",             returned     > {};
struct Unclaimed   : FinalStep< "unclaimed",    "Not collected, passed to the bureau",   withdrawn    > {};

// ---- What the departments answer --------------------------------------------------------------------
//                               code             title                                          leans         needs

struct Given       : Outcome<    "issued",        "the certificate is issued",                   favourable   > {};
struct Registered  : Outcome<    "registered",    "the request is registered",                   favourable   > {};
struct Filled      : Outcome<    "filled",        "the certificate is filled in",                favourable   > {};
struct Sent        : Outcome<    "sent",          "the answer is sent by post",                  favourable   > {};
struct Accepted    : Outcome<    "accepted",      "the set is accepted",                         favourable   > {};
struct Gathered    : Outcome<    "gathered",      "the register is made",                        favourable   > {};
struct Delivered   : Outcome<    "delivered",     "the courier has delivered",                   favourable   > {};
struct Complete    : Outcome<    "complete",      "the package is complete",                     favourable   > {};
struct SentBack    : Outcome<    "sent-back",     "the package is returned to the centre",       unfavourable, NeedsGround<"002 §17">, NeedsField<"reasons", "002 §17"> > {};
struct HandedOut   : Outcome<    "handed-out",    "the certificate is handed out",               favourable   > {};
struct NotCollected: Outcome<    "not-collected", "the applicant did not come",                  unfavourable > {};
struct Told        : Outcome<    "told",          "the applicant has the reasons",               favourable   > {};
struct Refusal     : Outcome<    "refused",       "the documents of §11 are not presented",      unfavourable, NeedsGround<"002 §17"> > {};

// ---- Conditions ---------------------------------------------------------------------------------------

struct ThroughCentre
    : Condition< "filed through a centre", "002 §1" > {
  static bool holds(const Facts& facts, const OccasionView&) { return facts.channel == through_centre; }
  static std::string actual(const Facts& facts, const OccasionView&) { return std::string(facts.channel); }
};

struct InPerson
    : Condition< "the applicant is at the bureau in person", "002 §14" > {
  static bool holds(const Facts& facts, const OccasionView&) { return facts.channel == in_person; }
  static std::string actual(const Facts& facts, const OccasionView&) { return std::string(facts.channel); }
};

struct InRegionalCentre
    : Condition< "the centre is in Astana or in the centre of a region", "002 §7.1" > {
  static bool holds(const Facts& facts, const OccasionView&) { return facts.office_is(regional_centre); }
  static std::string actual(const Facts&, const OccasionView&) { return "another centre"; }
};

struct SetIsComplete
    : Condition< "the documents of §11 are presented", "002 §17", "documents-missing" > {
  static bool holds(const Facts& facts, const OccasionView&) { return missing(facts).empty(); }
  static std::string actual(const Facts& facts, const OccasionView&) { return "missing: " + missing(facts); }

  // A person shows a document, an entity sends its request; a centre wants the application too.
  static std::string missing(const Facts& facts) {
    if (facts.channel == in_person) return facts.presents("identity-document") ? "" : "identity-document";
    if (facts.channel != through_centre) return facts.presents("written-request") ? "" : "written-request";
    std::string codes = facts.presents("application") ? "" : "application";
    if (!facts.presents("identity-document") && !facts.presents("written-request")) {
      codes.append(codes.empty() ? "" : ", ").append("identity-document or written-request");
    }
    return codes;
  }
};

// ---- Duties -------------------------------------------------------------------------------------------

struct TenMinutes    : Duty< "ten minutes for an individual in person",           Govern<"in-person">                    > {};
struct FiveByPost    : Duty< "five working days for a written request",           Govern<"written-request">              > {};
struct ThreeDays     : Duty< "three working days in Astana and regional centres", Govern<"astana-or-regional-centre">    > {};
struct FiveDays      : Duty< "five working days in the other centres",            Govern<"other-centre-incl-almaty">     > {};
struct GiveReceipt   : Duty< "give the applicant the receipt",                    Notify<applicant, "receipt", "002 §15"> > {};
struct RecordArrival : Duty< "record that the package has arrived",               Establish<"package-at-bureau">         > {};
struct CallApplicant : Duty< "tell the applicant that the certificate is ready",  Notify<applicant, "certificate-ready"> > {};
struct HandReasons   : Duty< "hand over the written reasons of the bureau",       Notify<applicant, "returned">          > {};
struct SendRefusal   : Duty< "tell the applicant the reasons",                    Notify<applicant, "refusal">           > {};
struct ReportDelay   : Duty< "report the missed term to the head",                Notify<head, "term-missed">            > {};

// ---- Clauses ------------------------------------------------------------------------------------------

struct AddressCertificate : ActOfAddressCertificate {
  using steps = Steps<Window, Registering, Answering, Sending,
                      Acceptance, Accumulation, Courier, Check, Filling, HandOver, Issuing, Informing, Keeping,
                      Issued, Refused, NotAccepted, Returned, Unclaimed>;

  using clauses = Clauses<
  //      par.         in step       on occasion   next step     duty           provided that
  Clause< "002 §14",   NotFiled,     Filing,       Window,       TenMinutes,    Not<ThroughCentre>, InPerson,              SetIsComplete >,
  Clause< "002 §14",   NotFiled,     Filing,       Registering,  FiveByPost,    Not<ThroughCentre>, Not<InPerson>,         SetIsComplete >,
  Clause< "002 §13",   NotFiled,     Filing,       Acceptance,   ThreeDays,     ThroughCentre,      InRegionalCentre,      SetIsComplete >,
  Clause< "002 §13",   NotFiled,     Filing,       Acceptance,   FiveDays,      ThroughCentre,      Not<InRegionalCentre>, SetIsComplete >,

  Clause< "002 §14",   Window,       Given,        Issued                       >,
  Clause< "002 §17",   Window,       Refusal,      Refused,      SendRefusal    >,
  Clause< "002 §7.1",  Window,       TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Registering,  Registered,   Answering                    >,
  Clause< "002 §17",   Registering,  Refusal,      Refused,      SendRefusal    >,
  Clause< "002 §14",   Answering,    Filled,       Sending                      >,
  Clause< "002 §16",   Sending,      Sent,         Issued                       >,
  Clause< "002 §7.1",  Sending,      TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Acceptance,   Accepted,     Accumulation, GiveReceipt    >,
  Clause< "002 §17",   Acceptance,   Refusal,      NotAccepted,  SendRefusal    >,
  Clause< "002 §7.3",  Acceptance,   TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Accumulation, Gathered,     Courier                      >,
  Clause< "002 §14",   Accumulation, TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Courier,      Delivered,    Check,        RecordArrival  >,
  Clause< "002 §14",   Courier,      TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Check,        Complete,     Filling                      >,
  Clause< "002 §17",   Check,        SentBack,     Informing                    >,
  Clause< "002 §17",   Check,        TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §14",   Filling,      Filled,       HandOver                     >,

  Clause< "002 §14",   HandOver,     Delivered,    Issuing,      CallApplicant  >,
  Clause< "002 §14",   HandOver,     TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §16",   Issuing,      HandedOut,    Issued                       >,
  Clause< "002 §17",   Issuing,      NotCollected, Keeping                      >,

  Clause< "002 §17",   Informing,    Told,         Returned,     HandReasons    >,
  Clause< "002 §17",   Informing,    TermExpired,  Stays,        ReportDelay    >,

  Clause< "002 §17",   Keeping,      HandedOut,    Issued                       >,
  Clause< "002 §17",   Keeping,      TermExpired,  Unclaimed                    >
  >;
};

// clang-format on

static_assert(lawful<AddressCertificate>());

}  // namespace reglament::address
