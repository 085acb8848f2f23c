// How far the demo has come, as it is shown while it runs: counted in the database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "deploy/demo/country.hpp"
#include "engine/runtime/store.hpp"
#include "engine/time/civil.hpp"

namespace reglament::demo {

struct Tally {
  Instant now;
  std::string local_time;  // of the virtual clock, at Almaty
  std::size_t filed = 0;   // cases
  std::size_t closed = 0;
  std::size_t overdue = 0;  // open cases that have missed a term they still owe
};

[[nodiscard]] Tally count_cases(StoreReader& reader, Instant now, const Zone& zone);

class Progress {
 public:
  // Receives text as it is to be written, line breaks included.
  using Sink = std::function<void(std::string_view)>;

  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  // Now and then.
  virtual void show(const Tally& tally) = 0;
  // When a day of the virtual clock is over.
  virtual void end_day(const Tally& tally) = 0;
  // Before anything else is written.
  virtual void finish() = 0;
};

// A bar that is drawn again in place; `total` is how many cases there will be.
[[nodiscard]] std::unique_ptr<Progress> progress_bar(Progress::Sink sink, std::size_t total);
// A line a day, without control characters.
[[nodiscard]] std::unique_ptr<Progress> progress_lines(Progress::Sink sink);
// A JSON object a day: event ("day"), date, now, filed, open, closed, overdue.
[[nodiscard]] std::unique_ptr<Progress> progress_json(Progress::Sink sink);

}  // namespace reglament::demo
