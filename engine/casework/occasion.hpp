// Occasions: what can happen to a case from outside. They were checked for form at the edge;
// whether the regulation allows them is decided here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct Applicant {
  std::string name;
  std::string citizenship;  // ISO 3166-1 alpha-3; empty: a stateless person
  std::string document;
  bool operator==(const Applicant&) const = default;
};

// An application, as it was filed.
struct Filing {
  std::string request_id;  // of the applicant's side; a repeat is answered as the first was
  std::string regulation;
  std::string office;
  std::string channel;
  Applicant applicant;
  std::vector<std::string> documents;         // codes
  std::map<std::string, std::string> fields;  // "destination", "from" ...
  bool operator==(const Filing&) const = default;
};

// The outcome of a task, as an office reports it.
struct Answer {
  std::string message_id;  // of the desk; a repeat is told what the first was told
  CaseNumber case_number{};
  std::uint32_t task{};  // ordinal
  std::uint32_t attempt{};
  std::string office;  // who answers: as the broker has checked it, not as the message says
  std::string actor;   // "desk:<office>" or a person's login
  std::string outcome;
  std::string ground;                         // of a refusal
  std::map<std::string, std::string> fields;  // "signed_by" ...
  LogId reply_to{};                           // where it is sent: the partition that the task names
  bool operator==(const Answer&) const = default;
};

// A legal act that no task asks for: the applicant withdraws the application, a court suspends it.
struct LegalAct {
  std::string message_id;  // a repeat is recorded and changes nothing
  CaseNumber case_number{};
  std::string act;     // code of the regulation, "withdrawal"
  std::string actor;   // who did it: "applicant", an office, a person's login
  std::string reason;  // as it was given; goes to the dossier
  bool operator==(const LegalAct&) const = default;
};

}  // namespace reglament
