// Who used the days: every working minute between the filing and the result (or now) is attributed
// to exactly one holder.
//
//   suspension  the term of the service stands still, whoever has the case
//   applicant   the case waits in a step that the applicant owns
//   transport   the case is carried from one office to another (a step that the regulation calls
//               so), or nobody holds a task: between an answer and the next task
//   office      the office whose task is open. Where tasks run side by side, the one of the step in
//               which the case stands has it
//
// The holdings follow one another without a gap: the first begins at the filing, each begins where
// the one before it ends, the last ends with the case. They are measured by one working time, that
// of the office that keeps the service; and as the working minutes of [a, b) and of [b, c) are
// those of [a, c), the parts add up to the whole by construction.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/symbol.hpp"
#include "engine/history/entry.hpp"
#include "engine/law/regulation.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/working_time.hpp"

namespace reglament {

// The role that is no office. Its code is reserved in every regulation.
namespace holder_role {
inline constexpr std::string_view applicant = "applicant";
}  // namespace holder_role

// Codes (see `code`) are frozen.
enum class HolderKind { applicant, office, transport, suspension };
[[nodiscard]] std::string_view code(HolderKind kind);

struct Holding {
  HolderKind holder{};
  Symbol office;  // whose task is open; empty where no task is
  Symbol step;    // in which the case stands
  Instant from{};
  Instant to{};  // not included
  WorkingMinutes working{};

  bool operator==(const Holding&) const = default;
};

struct DaysUsed {
  std::vector<Holding> holdings;
  WorkingMinutes working{};  // of all of them together
};

// The fold of a case's entries. They are added in order, from the filing on; what an entry says is
// copied.
class HoldingHistory {
 public:
  // `provisions` of the edition that governs the case; it outlives this.
  explicit HoldingHistory(const Provisions& provisions) : provisions_(provisions) {}

  void add(const Entry& entry);
  // Up to the result, or `now` where there is none yet. Throws OutsideCalendar where it lies beyond
  // the published years.
  [[nodiscard]] DaysUsed days_used(Instant now, const WorkingTime& time) const;

 private:
  struct OpenTask {
    std::uint32_t ordinal{};
    Symbol step;
    Symbol office;
  };

  void change_tasks(const Entry& entry);
  void change_suspension(const Entry& entry);
  [[nodiscard]] Holding holder_now() const;

  const Provisions& provisions_;
  Symbol step_;
  std::vector<OpenTask> tasks_;
  std::vector<Holding> past_;  // not measured yet
  Holding current_;
  bool suspended_ = false;  // the term of the service
  bool closed_ = false;
};

}  // namespace reglament
