#include "deploy/demo/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace reglament::demo {
namespace {

const Tally kTally{Instant{}, "2015-07-14T10:15:00+06:00", 120, 60, 7};

class Written {
 public:
  [[nodiscard]] Progress::Sink sink() {
    return [this](std::string_view text) { text_ += text; };
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

TEST(Progress, LinesComeOnceADayWithoutControlCharacters) {
  Written written;
  const auto progress = progress_lines(written.sink());
  progress->show(kTally);
  EXPECT_EQ(written.text(), "");
  progress->end_day(kTally);
  progress->finish();
  EXPECT_EQ(written.text(), "2015-07-14  filed  120  closed   60  overdue   7\n");
}

TEST(Progress, TheBarIsDrawnInPlaceAndHalfFull) {
  Written written;
  const auto progress = progress_bar(written.sink(), 120);
  progress->show(kTally);
  EXPECT_TRUE(written.text().starts_with("\r[##########..........] 2015-07-14 10:15"))
      << written.text();
  EXPECT_EQ(std::ranges::count(written.text(), '\n'), 0);
  progress->finish();
  EXPECT_TRUE(written.text().ends_with("\n"));
}

TEST(Progress, TheBarFitsIntoAnOrdinaryTerminal) {
  Written written;
  Tally many = kTally;
  many.filed = many.closed = 20'000;
  progress_bar(written.sink(), 20'000)->show(many);
  const std::string line = written.text().substr(1, written.text().find('\x1b') - 1);
  EXPECT_LT(line.size(), 80U) << line;
}

TEST(Progress, JsonIsAnObjectADay) {
  Written written;
  const auto progress = progress_json(written.sink());
  progress->show(kTally);
  progress->end_day(kTally);
  progress->finish();
  EXPECT_EQ(nlohmann::json::parse(written.text()),
            (nlohmann::json{{"event", "day"},
                            {"date", "2015-07-14"},
                            {"now", "2015-07-14T10:15:00+06:00"},
                            {"filed", 120},
                            {"open", 60},
                            {"closed", 60},
                            {"overdue", 7}}));
}

}  // namespace
}  // namespace reglament::demo
