// A small lawful regulation. Each file of this folder breaks one thing of it and must not compile;
// its first line says with which message. control.cpp changes nothing and compiles.
#pragma once

#include "engine/law/checks.hpp"

namespace reglament::law::sample {

using enum Leaning;

constexpr Date day(int year, unsigned month, unsigned number) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(number)};
}

using Desk = Role<"desk", "Desk">;

struct Check : Step<"check", "Check", Desk, WorkingDays{2}, "9 §1"> {};
struct Decide : Step<"decide", "Decide", Desk, WorkingDays{3}, "9 §2"> {};
struct Granted : FinalStep<"granted", "Granted", FinalKind::granted> {};
struct Refused : FinalStep<"refused", "Refused", FinalKind::refused> {};

struct Checked : Outcome<"checked", "checked", favourable> {};
struct Grant : Outcome<"grant", "grant", favourable> {};
struct Refuse : Outcome<"refuse", "refuse", unfavourable, NeedsGround<"9 §2">> {};

struct IsUrgent : Condition<"the case is urgent", "9 §2"> {
  static bool holds(const Facts& facts, const OccasionView&) {
    return facts.is_established("urgent");
  }
  static std::string actual(const Facts&, const OccasionView&) { return "it is not"; }
};

// clang-format off
using Filed          = Clause<"9 §1", NotFiled, Filing,      Check  >;
using CheckEnds      = Clause<"9 §1", Check,    Checked,     Decide >;
using CheckExpires   = Clause<"9 §1", Check,    TermExpired, Stays  >;
using DecideGrants   = Clause<"9 §2", Decide,   Grant,       Granted>;
using DecideRefuses  = Clause<"9 §2", Decide,   Refuse,      Refused>;
using DecideExpires  = Clause<"9 §2", Decide,   TermExpired, Stays  >;
// clang-format on

struct Sample {
  static constexpr std::string_view id = "sample";
  static constexpr std::string_view title = "Sample";
  static constexpr std::string_view title_kk = "Үлгі";
  static constexpr std::string_view talon_code = "SMP";
  static constexpr std::array<std::string_view, 1> channels{"direct"};
  static constexpr Act act{.citation = "9",
                           .kind = "order",
                           .issued_by = "nobody",
                           .number = "1",
                           .date = day(2020, 1, 1),
                           .registration_number = {},
                           .registered = {},
                           .title_kk = {},
                           .title_en = {},
                           .amended_by = {},
                           .repealed_by = {}};
  static constexpr Edition edition{
      .code = "2020-01-01", .from = day(2020, 1, 1), .to = {}, .assumed = false, .reason = {}};
  static constexpr std::array service_terms{ServiceTerm{"", WorkingDays{5}, "9 §3"}};
  static constexpr WorkingDays warn_before{1};
  static constexpr std::array grounds{Ground{"R1", "the papers are false", "9 §2"}};
  static constexpr std::array documents{DocumentLine{"application", "application", "9 §1"}};
  static constexpr std::array<std::string_view, 2> automated{"9 §1", "9 §2"};
  static constexpr std::array<LeftToPeople, 0> left_to_people{};
  using steps = Steps<Check, Decide, Granted, Refused>;
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};

}  // namespace reglament::law::sample
