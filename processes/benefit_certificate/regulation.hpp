// Certificates for persons with benefits, direct channel: the rules, row by row.
// Government resolution No. 2223 of 29 December 2009, standard 004.4, as amended on 29 December
// 2012; see README.md. One row is one paragraph. This edition is released: it does not change, a
// new one is a new file.
#pragma once

#include "engine/law/checks.hpp"
#include "engine/law/clause.hpp"
#include "processes/benefit_certificate/act.hpp"

namespace reglament::benefit {

using namespace law;  // NOLINT: the vocabulary is the language this file is written in
using enum Leaning;
using enum FinalKind;
using enum Recipient;

// clang-format off

// ---- Departments ----------------------------------------------------------------------------------

using Authority = Role< "local-military-authority", "Local military authority" >;  // 004.4 §1

// ---- Steps ----------------------------------------------------------------------------------------
//                            code                       title                                owner      term               set by

struct Acceptance : Step<     "accept",                  "Acceptance of the documents",       Authority, NoTerm{"it falls within the term of the service"}, "004.4 §14" > {
  static constexpr std::string_view action = "gives out the form, accepts the documents, checks the originals, issues the receipt";
  static constexpr std::string_view output = "receipt";
};
struct Preparation : Step<    "prepare",                 "Drawing up of the certificate",     Authority, WorkingDays{1},    "004.4 §7" > {
  static constexpr OnReturn on_return = OnReturn::restarts;  // one working day once the answer is there
  static constexpr std::string_view action = "draws up the certificate, or finds that information is missing";
  static constexpr std::string_view output = "certificate";
};
struct Requesting : Step<     "request-information",     "Request to the bodies concerned",   Authority, TermOfService{},   "004.4 §7" > {
  static constexpr OnReturn on_return = OnReturn::restarts;
  static constexpr std::string_view action = "asks the bodies concerned to confirm what is missing, and receives their answer";
  static constexpr std::string_view output = "confirmed information";
};
struct Archive : Step<        "request-foreign-archive", "Request to a near-abroad archive",  Authority, TermOfService{},   "004.4 §7" > {
  static constexpr OnReturn on_return = OnReturn::restarts;
  static constexpr std::string_view action = "asks the archive of a near-abroad state, and receives its answer";
  static constexpr std::string_view output = "answer of the archive";
};
struct Issuing : Step<        "issue",                   "Handing out of the certificate",    Authority, NoTerm{"handed out daily, against the talon"}, "004.4 §15.1" > {
  static constexpr std::string_view action = "hands the certificate out against the talon";
  static constexpr std::string_view output = "certificate with the applicant";
};
struct NotifyExtension : SideStep< "notify-extension",   "Notice of the extension",           Authority, WorkingDays{1},    "004.4 §7" > {
  static constexpr std::string_view action = "tells the applicant that the term is extended";
  static constexpr std::string_view output = "notice to the applicant";
};

struct Issued    : FinalStep< "issued",    "Certificate issued",        granted   > {};
struct Refused   : FinalStep< "refused",   "Refused, with the reasons", refused   > {};
struct Withdrawn : FinalStep< "withdrawn", "Application withdrawn",     withdrawn > {};

// ---- What the authority answers ---------------------------------------------------------------------
//                            code                       title                                             leans         needs

struct Accepted     : Outcome< "accepted",               "the set is accepted",                            favourable   > {};
struct DrawnUp      : Outcome< "drawn-up",               "the certificate is drawn up",                    favourable   > {};
struct Missing      : Outcome< "information-missing",    "information is missing, others are asked",       unfavourable > {};
struct ArchiveNeeded: Outcome< "foreign-archive-needed", "the archive of a near-abroad state is asked",    unfavourable > {};
struct Confirmed    : Outcome< "information-received",   "the information is confirmed",                   favourable   > {};
struct Answered     : Outcome< "archive-answered",       "the archive has answered",                       favourable   > {};
struct HandedOut    : Outcome< "handed-out",             "the certificate is handed out",                  favourable   > {};
struct Told         : Outcome< "told",                   "the applicant is told of the extension",         favourable   > {};
struct Refusal      : Outcome< "refused",                "a reasoned refusal is issued",                   unfavourable, NeedsGround<"004.4 §16"> > {};

// ---- What others do -----------------------------------------------------------------------------------

struct Withdrawal   : ByAct<   "withdrawal",             "the applicant withdraws the application",        "applicant"  > {};

// ---- Conditions ---------------------------------------------------------------------------------------

struct SetIsComplete
    : Condition< "the set of documents is complete", "004.4 §16", "documents-missing" > {
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

struct TotalIsOneDay
    : Condition< "the term has not been extended yet", "004.4 §7" > {
  static bool holds(const Facts& facts, const OccasionView&) {
    return !facts.is_established(information_requested) && !facts.is_established(archive_asked);
  }
  static std::string actual(const Facts&, const OccasionView&) { return "it has been extended"; }
};

struct NoArchiveAsked
    : Condition< "no foreign archive has been asked yet", "004.4 §7" > {
  static bool holds(const Facts& facts, const OccasionView&) { return !facts.is_established(archive_asked); }
  static std::string actual(const Facts&, const OccasionView&) { return "one has been asked"; }
};

// ---- Duties -------------------------------------------------------------------------------------------

struct GiveReceipt    : Duty< "give the applicant the receipt with the talon",     Notify<applicant, "talon">             > {};
struct ExtendTo30     : Duty< "extend the total to 30 working days, and tell",     Extend<"information-missing">, Establish<"information-requested">, Offer<NotifyExtension> > {};
struct ExtendTo90     : Duty< "extend the total to 90 working days, and tell",     Extend<"foreign-archive">,     Establish<"archive-asked">,         Offer<NotifyExtension> > {};
struct TellOfExtension: Duty< "tell the applicant of the extension",               Notify<applicant, "term-extended">     > {};
struct CallApplicant  : Duty< "tell the applicant that the certificate is ready",  Notify<applicant, "certificate-ready"> > {};
struct SendRefusal    : Duty< "tell the applicant the reasons",                    Notify<applicant, "refusal">           > {};
struct ReportDelay    : Duty< "report the missed term to the head",                Notify<head, "term-missed">            > {};

// ---- Clauses ------------------------------------------------------------------------------------------

struct BenefitCertificate : ActOfBenefitCertificate {
  using steps = Steps<Acceptance, Preparation, Requesting, Archive, Issuing, NotifyExtension, Issued, Refused, Withdrawn>;

  using clauses = Clauses<
  //      par.           in step          on occasion    next step     duty              provided that
  Clause< "004.4 §11",   NotFiled,        Filing,        Acceptance,   Nothing,          SetIsComplete       >,

  Clause< "004.4 §14",   Acceptance,      Accepted,      Preparation,  GiveReceipt                           >,
  Clause< "004.4 §16",   Acceptance,      Refusal,       Refused,      SendRefusal                           >,
  Clause< "004.4 §11.1", Acceptance,      Withdrawal,    Withdrawn                                           >,

  Clause< "004.4 §7",    Preparation,     DrawnUp,       Issuing,      CallApplicant                         >,
  Clause< "004.4 §7",    Preparation,     Missing,       Requesting,   ExtendTo30,       TotalIsOneDay       >,
  Clause< "004.4 §7",    Preparation,     Missing,       Requesting,   Nothing,          Not<TotalIsOneDay>  >,
  Clause< "004.4 §7",    Preparation,     ArchiveNeeded, Archive,      ExtendTo90,       NoArchiveAsked      >,
  Clause< "004.4 §7",    Preparation,     ArchiveNeeded, Archive,      Nothing,          Not<NoArchiveAsked> >,
  Clause< "004.4 §16",   Preparation,     Refusal,       Refused,      SendRefusal                           >,
  Clause< "004.4 §7",    Preparation,     TermExpired,   Stays,        ReportDelay                           >,
  Clause< "004.4 §11.1", Preparation,     Withdrawal,    Withdrawn                                           >,

  Clause< "004.4 §7",    Requesting,      Confirmed,     Preparation                                         >,
  Clause< "004.4 §7",    Requesting,      ArchiveNeeded, Archive,      ExtendTo90,       NoArchiveAsked      >,
  Clause< "004.4 §7",    Requesting,      ArchiveNeeded, Archive,      Nothing,          Not<NoArchiveAsked> >,
  Clause< "004.4 §16",   Requesting,      Refusal,       Refused,      SendRefusal                           >,
  Clause< "004.4 §7",    Requesting,      TermExpired,   Stays,        ReportDelay                           >,
  Clause< "004.4 §11.1", Requesting,      Withdrawal,    Withdrawn                                           >,

  Clause< "004.4 §7",    Archive,         Answered,      Preparation                                         >,
  Clause< "004.4 §16",   Archive,         Refusal,       Refused,      SendRefusal                           >,
  Clause< "004.4 §7",    Archive,         TermExpired,   Stays,        ReportDelay                           >,
  Clause< "004.4 §11.1", Archive,         Withdrawal,    Withdrawn                                           >,

  Clause< "004.4 §15.1", Issuing,         HandedOut,     Issued                                              >,
  Clause< "004.4 §11.1", Issuing,         Withdrawal,    Withdrawn                                           >,

  Clause< "004.4 §7",    NotifyExtension, Told,          Done,         TellOfExtension                       >,
  Clause< "004.4 §7",    NotifyExtension, TermExpired,   Stays,        ReportDelay                           >
  >;
};

// clang-format on

static_assert(lawful<BenefitCertificate>());

}  // namespace reglament::benefit
