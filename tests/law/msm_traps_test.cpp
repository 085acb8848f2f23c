// What Boost.MSM 1.81 does silently, and that nobody who uses the engine can meet it. Each trap is
// shown twice: the library as it is, and the engine over it.
#include <gtest/gtest.h>

#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/state_machine_def.hpp>
#include <stdexcept>

#include "engine/law/machine.hpp"
#include "tests/law/broken/sample.hpp"

namespace reglament {
namespace {

namespace msm = boost::msm;
namespace mp11 = boost::mp11;
using namespace law;          // NOLINT: the vocabulary
using namespace law::sample;  // NOLINT: the small regulation

// ---- The library as it is ----------------------------------------------------------------------

struct Go {};
struct First : msm::front::state<> {};
struct Second : msm::front::state<> {};
struct Third : msm::front::state<> {};
struct Dead : msm::front::terminate_state<> {};

struct Throws {
  template <class... Arguments>
  void operator()(Arguments&&...) const {
    throw std::runtime_error("in a row");
  }
};
struct Never {
  template <class... Arguments>
  bool operator()(Arguments&&...) const {
    return false;
  }
};

template <class... Rows>
struct BareFront : msm::front::state_machine_def<BareFront<Rows...>> {
  using initial_state = First;
  using transition_table = mp11::mp_list<Rows...>;
  int missing_rows = 0;
  int exceptions = 0;
  template <class Event, class Machine>
  void no_transition(const Event&, Machine&, int) {
    ++missing_rows;
  }
  template <class Event, class Machine>
  void exception_caught(const Event&, Machine&, std::exception&) {
    ++exceptions;
  }
};
template <class... Rows>
using Bare = msm::back::state_machine<BareFront<Rows...>>;
template <class From, class To, class Action = msm::front::none, class Guard = msm::front::none>
using Row = msm::front::Row<From, Go, To, Action, Guard>;

template <class Machine, class State>
constexpr int number = msm::back::get_state_id<typename Machine::stt, State>::value;

// ---- Regulations that would fall into the traps ------------------------------------------------

struct Explodes : Condition<"the sky holds", "9 §2"> {
  static bool holds(const Facts& facts, const OccasionView&) {
    if (facts.is_established("urgent")) {
      throw std::runtime_error("the sky fell");
    }
    return true;
  }
  static std::string actual(const Facts&, const OccasionView&) { return "it does not"; }
};
struct WithExplosion : Sample {
  using clauses = Clauses<Filed, CheckEnds, CheckExpires,
                          Clause<"9 §2", Decide, Grant, Granted, Nothing, Explodes>, DecideRefuses,
                          DecideExpires>;
};

// The decision on a condition and its opposite, in one order and in the other.
struct UrgentFirst : Sample {
  using clauses = Clauses<
      Filed, CheckEnds, CheckExpires, Clause<"9 §2", Decide, Grant, Granted, Nothing, IsUrgent>,
      Clause<"9 §2", Decide, Grant, Refused, Nothing, Not<IsUrgent>>, DecideRefuses, DecideExpires>;
};
struct UrgentLast : Sample {
  using clauses = Clauses<Filed, CheckEnds, CheckExpires,
                          Clause<"9 §2", Decide, Grant, Refused, Nothing, Not<IsUrgent>>,
                          Clause<"9 §2", Decide, Grant, Granted, Nothing, IsUrgent>, DecideRefuses,
                          DecideExpires>;
};
struct OnlyUrgent : Sample {
  using clauses = Clauses<Filed, CheckEnds, CheckExpires,
                          Clause<"9 §2", Decide, Grant, Granted, Nothing, IsUrgent>, DecideRefuses,
                          DecideExpires>;
};

// The sample again, a step and its rows inserted in front.
struct Sort : Step<"sort", "Sort", Desk, NoTerm{"the act sets none"}, "9 §1"> {};
struct Sorted : Outcome<"sorted", "sorted", favourable> {};
struct WithRowInserted : Sample {
  using steps = Steps<Sort, Check, Decide, Granted, law::sample::Refused>;
  using clauses =
      Clauses<Clause<"9 §1", NotFiled, Filing, Sort>, Clause<"9 §1", Sort, Sorted, Check>,
              CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};

const std::vector<std::string> urgent{"urgent"};
const Facts urgent_facts{{}, {}, urgent};

// ---- 1 -----------------------------------------------------------------------------------------

TEST(MsmTrap1, TheLibraryAsksTheLastOpenRowFirst) {
  Bare<Row<First, Second>, Row<First, Third>> machine;
  machine.start();
  machine.process_event(Go{});
  EXPECT_EQ(machine.current_state()[0], (number<decltype(machine), Third>));
}

TEST(MsmTrap1, TheOrderOfRowsDecidesNothingHere) {
  for (const Regulation* one : {&regulation<UrgentFirst>(), &regulation<UrgentLast>()}) {
    EXPECT_EQ(one->take("decide", {"grant"}, urgent_facts)->clause->next, "granted");
    EXPECT_EQ(one->take("decide", {"grant"}, {})->clause->next, "refused");
  }
}

// ---- 2 -----------------------------------------------------------------------------------------

TEST(MsmTrap2, TheLibrarySwallowsAnExceptionAndReportsHandled) {
  Bare<Row<First, Second, Throws>> machine;
  machine.start();
  EXPECT_EQ(machine.process_event(Go{}), msm::back::HANDLED_TRUE);
  EXPECT_EQ(machine.exceptions, 1);
  EXPECT_EQ(machine.current_state()[0], (number<decltype(machine), First>));
}

TEST(MsmTrap2, AnExceptionInAConditionEscapes) {
  try {
    const auto taken = regulation<WithExplosion>().take("decide", {"grant"}, urgent_facts);
    FAIL() << "the exception was swallowed: " << taken.has_value();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the sky fell");
  }
}

// ---- 3 -----------------------------------------------------------------------------------------

struct EscapingFront : msm::front::state_machine_def<EscapingFront> {
  using initial_state = First;
  using no_exception_thrown = int;
  using transition_table = mp11::mp_list<Row<First, Second, Throws>>;
};

TEST(MsmTrap3, TheLibraryQueuesWhatFollowsAnEscapedException) {
  msm::back::state_machine<EscapingFront> machine;
  machine.start();
  EXPECT_THROW(machine.process_event(Go{}), std::runtime_error);
  EXPECT_EQ(machine.process_event(Go{}), msm::back::HANDLED_TRUE);  // and nothing has happened
  EXPECT_EQ(machine.get_message_queue_size(), 1U);
}

TEST(MsmTrap3, TheNextDecisionAfterAnExceptionIsMadeAsIfNothingHadBeen) {
  const Regulation& one = regulation<WithExplosion>();
  EXPECT_THROW(static_cast<void>(one.take("decide", {"grant"}, urgent_facts)), std::runtime_error);
  const auto taken = one.take("decide", {"grant"}, {});
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->clause->next, "granted");
}

// ---- 4 -----------------------------------------------------------------------------------------

TEST(MsmTrap4, TheLibrarysTerminateStateCallsALateEventHandled) {
  Bare<Row<First, Dead>> machine;
  machine.start();
  machine.process_event(Go{});
  EXPECT_EQ(machine.process_event(Go{}), msm::back::HANDLED_TRUE);
  EXPECT_EQ(machine.missing_rows, 0);
}

TEST(MsmTrap4, ALateOccasionIsARejection) {
  const auto taken = regulation<Sample>().take("granted", {"checked"}, {});
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error(), (Rejection{"late", "engine", "an open case",
                                      "checked after the case ended in granted"}));
}

// ---- 5 -----------------------------------------------------------------------------------------

TEST(MsmTrap5, TheLibraryDoesNotReportAFailedGuardAsAMissingRow) {
  Bare<Row<First, Second, msm::front::none, Never>> machine;
  machine.start();
  EXPECT_EQ(machine.process_event(Go{}), msm::back::HANDLED_GUARD_REJECT);
  EXPECT_EQ(machine.missing_rows, 0);
}

TEST(MsmTrap5, AFailedConditionAndAMissingRowAreBothRejections) {
  const auto condition = regulation<OnlyUrgent>().take("decide", {"grant"}, {});
  ASSERT_FALSE(condition.has_value());
  EXPECT_EQ(condition.error(), (Rejection{"condition", "9 §2", "the case is urgent", "it is not"}));
  const auto row = regulation<OnlyUrgent>().take("check", {"grant"}, {});
  ASSERT_FALSE(row.has_value());
  EXPECT_EQ(row.error(), (Rejection{"wrong-step", "9 §1",
                                    "one of checked, term-expired in step check", "grant"}));
}

// ---- 6 -----------------------------------------------------------------------------------------

TEST(MsmTrap6, TheLibrarysStepNumbersShiftWhenARowIsInserted) {
  using Before = msm::back::state_machine<DecisionFront<Sample>>;
  using After = msm::back::state_machine<DecisionFront<WithRowInserted>>;
  EXPECT_NE((number<Before, Check>), (number<After, Check>));
}

TEST(MsmTrap6, AStepIsRestoredByItsCodeWhateverItsNumber) {
  for (const Regulation* one : {&regulation<Sample>(), &regulation<WithRowInserted>()}) {
    const auto taken = one->take("check", {"checked"}, {});
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->clause->next, "decide");
  }
}

}  // namespace
}  // namespace reglament
