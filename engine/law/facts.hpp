// What a regulation may ask about when it decides: the facts of the case and the occasion at hand.
//
// Both are views: they own nothing and live for one decision. A condition that needs anything else
// needs it here first; nothing is looked up while a decision is made.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace reglament {

// What is known of a case: what was filed and where, and what earlier answers established. What was
// filed is personal data and at hand only when the occasion is the Filing: the conditions of later
// clauses rest on established facts alone.
struct Facts {
  std::span<const std::string> documents;        // codes, as filed
  std::string_view citizenship;                  // ISO 3166-1 alpha-3; empty: a stateless person
  std::span<const std::string> established;      // frozen codes, named by the clauses taken before
  std::string_view channel{};                    // through which it is filed, "psc"
  std::span<const std::string> office_traits{};  // of the office where it is filed, frozen codes

  [[nodiscard]] bool presents(std::string_view document) const {
    return std::ranges::find(documents, document) != documents.end();
  }
  [[nodiscard]] bool is_established(std::string_view fact) const {
    return std::ranges::find(established, fact) != established.end();
  }
  [[nodiscard]] bool office_is(std::string_view trait) const {
    return std::ranges::find(office_traits, trait) != office_traits.end();
  }
};

// Codes of the occasions that are not outcomes of a step. Frozen: they are stored in the history.
namespace occasion_code {
inline constexpr std::string_view filing = "filing";
inline constexpr std::string_view term_expired = "term-expired";
}  // namespace occasion_code

// What happened: a filing, the expiry of the step's term, or the outcome that an office answers.
struct OccasionView {
  std::string_view code;                  // occasion_code::..., or the code of an outcome
  std::string_view ground{};              // id of the refusal ground the answer names; empty: none
  std::span<const std::string> fields{};  // names of the fields the answer fills in

  [[nodiscard]] bool fills_in(std::string_view field) const {
    return std::ranges::find(fields, field) != fields.end();
  }
};

}  // namespace reglament
