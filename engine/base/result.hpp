// A rejection: the regulation, or the engine in its name, says no. It is a value, and a fact for
// the history: the paragraph it rests on, what was expected, what was found.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace reglament {

// Codes are frozen: they are stored in the history.
namespace rejection_code {
inline constexpr std::string_view not_in_force = "not-in-force";
inline constexpr std::string_view documents_missing = "documents-missing";
inline constexpr std::string_view not_entitled = "not-entitled";
inline constexpr std::string_view condition = "condition";
inline constexpr std::string_view duplicate = "duplicate";
inline constexpr std::string_view late = "late";
inline constexpr std::string_view wrong_step = "wrong-step";
inline constexpr std::string_view wrong_office = "wrong-office";
inline constexpr std::string_view unknown_task = "unknown-task";
inline constexpr std::string_view unknown_outcome = "unknown-outcome";
inline constexpr std::string_view unknown_ground = "unknown-ground";
inline constexpr std::string_view missing_field = "missing-field";
inline constexpr std::string_view calendar = "calendar";
inline constexpr std::string_view term = "term";  // the term does not allow this: it has expired,
                                                  // stands still, runs, or is as long already
}  // namespace rejection_code

struct Rejection {
  std::string code;       // one of rejection_code
  std::string paragraph;  // "003 §8"; "engine" where no act speaks, only the delivery contract
  std::string expected;
  std::string actual;

  bool operator==(const Rejection&) const = default;
};

// Boost.System 1.81 does not warn when a result is ignored; this one does.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Rejection> {
 public:
  using boost::system::result<T, Rejection>::result;
};

// For boost::system::result: what value() throws when a rejection was not looked at.
[[noreturn]] void throw_exception_from_error(const Rejection& rejection,
                                             const boost::source_location& location);

}  // namespace reglament
