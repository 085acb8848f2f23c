#include "deploy/demo/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/casework/case.hpp"

namespace reglament::demo {
namespace {

constexpr std::size_t kBarWidth = 20;  // the whole line has at most 79 columns

// "2015-07-13 10:15"
std::string minute_of(const Tally& tally) {
  return tally.local_time.substr(0, 10) + " " + tally.local_time.substr(11, 5);
}

std::string_view date_of(const Tally& tally) {
  return std::string_view(tally.local_time).substr(0, 10);
}

class Bar final : public Progress {
 public:
  Bar(Sink sink, std::size_t total) : sink_(std::move(sink)), total_(total) {}

  void show(const Tally& tally) override {
    const std::size_t filled =
        total_ == 0 ? 0 : std::min(kBarWidth, tally.closed * kBarWidth / total_);
    // Back to the margin; then what an earlier, longer line has left is erased.
    sink_(fmt::format("\r[{:#>{}}{:.>{}}] {}  filed {:4}  closed {:4}  overdue {:3}\x1b[K", "",
                      filled, "", kBarWidth - filled, minute_of(tally), tally.filed, tally.closed,
                      tally.overdue));
    drawn_ = true;
  }
  void end_day(const Tally& tally) override { show(tally); }
  void finish() override {
    if (drawn_) sink_("\n");
    drawn_ = false;
  }

 private:
  Sink sink_;
  std::size_t total_;
  bool drawn_ = false;
};

class Lines final : public Progress {
 public:
  explicit Lines(Sink sink) : sink_(std::move(sink)) {}

  void show(const Tally&) override {}
  void end_day(const Tally& tally) override {
    sink_(fmt::format("{}  filed {:4}  closed {:4}  overdue {:3}\n", date_of(tally), tally.filed,
                      tally.closed, tally.overdue));
  }
  void finish() override {}

 private:
  Sink sink_;
};

class JsonLines final : public Progress {
 public:
  explicit JsonLines(Sink sink) : sink_(std::move(sink)) {}

  void show(const Tally&) override {}
  void end_day(const Tally& tally) override {
    const nlohmann::ordered_json object{{"event", "day"},
                                        {"date", date_of(tally)},
                                        {"now", tally.local_time},
                                        {"filed", tally.filed},
                                        {"open", tally.filed - tally.closed},
                                        {"closed", tally.closed},
                                        {"overdue", tally.overdue}};
    sink_(object.dump() + "\n");
  }
  void finish() override {}

 private:
  Sink sink_;
};

}  // namespace

Tally count_cases(StoreReader& reader, Instant now, const Zone& zone) {
  Tally tally;
  tally.now = now;
  tally.local_time = format_instant(now, zone.offset_at(now));
  reader.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    ++tally.filed;
    if (!row.open) {
      ++tally.closed;
      return true;
    }
    const Case state = decode_case(row.state);
    if (std::ranges::any_of(state.deadlines, [&](const Deadline& deadline) {
          return deadline.is_open() && deadline.due_at <= now;
        })) {
      ++tally.overdue;
    }
    return true;
  });
  return tally;
}

std::unique_ptr<Progress> progress_bar(Progress::Sink sink, std::size_t total) {
  return std::make_unique<Bar>(std::move(sink), total);
}
std::unique_ptr<Progress> progress_lines(Progress::Sink sink) {
  return std::make_unique<Lines>(std::move(sink));
}
std::unique_ptr<Progress> progress_json(Progress::Sink sink) {
  return std::make_unique<JsonLines>(std::move(sink));
}

}  // namespace reglament::demo
