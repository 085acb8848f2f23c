#include "engine/casework/case.hpp"

#include <gtest/gtest.h>

#include "engine/casework/apply.hpp"
#include "engine/casework/decide.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::instant;

Case filed_case() {
  Case state;
  Decision decision =
      decide_filing(testing::complete_filing("r-1"), 7, instant("2015-07-14T10:15:00+06:00"),
                    testing::permit_framework());
  decision.entry.seq = 1;
  decision.entry.leaf = 40;
  apply(state, decision.entry, Digest{1});
  return state;
}

std::string bytes_of(const Case& state) {
  ByteWriter writer;
  encode(state, writer);
  return writer.take();
}

TEST(CaseEncoding, RoundTrips) {
  Case state = filed_case();
  state.facts.emplace_back("knb-objected");
  state.answered.push_back({1, fingerprint("a")});
  state.leaves.push_back(1000);
  EXPECT_EQ(decode_case(bytes_of(state)), state);
  state.closed_at = instant("2015-07-20T10:15:00+06:00");
  EXPECT_EQ(decode_case(bytes_of(state)), state);
}

TEST(CaseEncoding, RefusesEveryTruncationAndALongerText) {
  const std::string bytes = bytes_of(filed_case());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(static_cast<void>(decode_case(bytes.substr(0, size))), Malformed) << size;
  }
  EXPECT_THROW(static_cast<void>(decode_case(bytes + '\0')), Malformed);
}

TEST(Case, WaitsForTheEarliestOfItsAlarms) {
  const Case state = filed_case();
  // The step is due on the 15th; its office is warned one working day before, on the 14th at
  // closing.
  EXPECT_EQ(state.alarm(), instant("2015-07-14T18:00:00+06:00"));
}

TEST(Case, IsHeldByTheOfficeOfItsOpenTask) {
  Case state = filed_case();
  EXPECT_EQ(state.holder().view(), testing::kLocalUnit);
  state.tasks.front().office = Symbol(testing::kKnb);
  EXPECT_EQ(state.holder().view(), testing::kKnb);
}

TEST(Apply, RefusesAChangeOfADeadlineThatIsNotOpen) {
  Case state = filed_case();
  Entry entry;
  entry.kind = entry_kind::expired;
  DeadlineChange change;
  change.change = deadline_change::expired;
  change.scope = deadline_scope::step;
  change.step = "knb-review";
  entry.deadlines.push_back(change);
  EXPECT_THROW(apply(state, entry, Digest{}), Malformed);
}

}  // namespace
}  // namespace reglament
