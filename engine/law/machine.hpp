// The Boost.MSM machine of a regulation, and the decision that is made with it.
//
// The machine is instantiated in exactly one source file of a regulation (it is slow to compile):
//     const Regulation& border_zone_permit() { return law::regulation<BorderZonePermit>(); }
//
// What MSM 1.81 does silently is kept from everybody else here and in checks.hpp:
//   1  Among open rows for the same step and occasion the last is asked first: `unambiguous` lets
//      no regulation compile where that could matter.
//   2  An exception in a row is swallowed: `no_exception_thrown` lets it escape.
//   3  After an escaped exception the object queues what follows and calls it handled: one object
//      serves one decision, and there is no queue.
//   4  A terminate state swallows late occasions: final steps are plain steps.
//   5  A failed guard and a missing row are different codes: both become rejections.
//   6  State numbers shift when a row is inserted: steps come in and go out as frozen codes.
#pragma once

#include <array>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/state_machine_def.hpp>
#include <optional>

#include "engine/base/ensure.hpp"
#include "engine/law/checks.hpp"
#include "engine/law/clause.hpp"
#include "engine/law/refusal.hpp"

namespace reglament::law {

// One decision: what it may look at, and what came of it.
template <class R>
struct DecisionFront : msm::front::state_machine_def<DecisionFront<R>, detail::WithoutBehaviour> {
  using initial_state = NotFiled;
  using transition_table = typename R::clauses;
  using no_exception_thrown = int;
  using no_message_queue = int;

  DecisionFront(const Facts& facts, const OccasionView& occasion)
      : facts_(&facts), occasion_(&occasion) {}

  // `held`: how many conditions of the same clause hold before this one. The clause that came
  // nearest says what is unmet: a filing through a centre is not refused for not being a letter.
  template <class C>
  bool check(std::size_t held) {
    if (C::holds(*facts_, *occasion_)) {
      return true;
    }
    if (unmet_ == nullptr || held >= held_) {
      unmet_ = &detail::unmet<C>;
      held_ = held;
    }
    return false;
  }
  template <class C>
  void enact() {
    taken_ = mp11::mp_find<transition_table, C>::value;
  }
  // A missing row; the caller sees it in what process_event returns.
  template <class Occasion, class Machine>
  void no_transition(const Occasion&, Machine&, int) {}

  const Facts* facts_;
  const OccasionView* occasion_;
  std::optional<std::size_t> taken_;
  Rejection (*unmet_)(const Facts&, const OccasionView&) = nullptr;
  std::size_t held_ = 0;
};

namespace detail {

// An archive as MSM's serialize wants it. It puts the machine into one step and leaves the rest of
// its attributes as the constructor made them.
class StepArchive {
 public:
  explicit StepArchive(int state) : state_(state) {}
  StepArchive& operator&(int (&states)[1]) {
    states[0] = state_;
    return *this;
  }
  template <class Attribute>
  StepArchive& operator&(Attribute&) {
    return *this;
  }

 private:
  int state_;
};

struct StepNumber {
  std::string_view code;
  int state;
};

// MSM's numbers of the steps, as this build happens to give them.
template <class Machine, class... S>
constexpr auto step_numbers(mp11::mp_list<S...>) {
  using table = typename Machine::stt;
  return std::array{StepNumber{S::code, msm::back::get_state_id<table, S>::value}...};
}

template <class Machine, class... On>
msm::back::HandledEnum process(Machine& machine, std::string_view code, mp11::mp_list<On...>) {
  msm::back::HandledEnum handled = msm::back::HANDLED_FALSE;
  static_cast<void>(
      ((code == On::code ? (handled = machine.process_event(On{}), true) : false) || ...));
  return handled;
}

template <class R>
Result<Taken> take(std::string_view in_step, const OccasionView& occasion, const Facts& facts) {
  using Machine = msm::back::state_machine<DecisionFront<R>>;
  static constexpr auto numbers =
      step_numbers<Machine>(mp11::mp_push_front<typename R::steps, NotFiled>{});
  constexpr const Provisions& says = provisions<R>;

  if (std::optional<Rejection> refusal = refuse_before(says, in_step, occasion)) {
    return *std::move(refusal);
  }
  const auto* in = std::ranges::find(numbers, in_step, &StepNumber::code);
  ENSURE(in != numbers.end(), "a step that was found among the lines is known to the machine");

  Machine machine(std::cref(facts), std::cref(occasion));
  StepArchive archive(in->state);
  machine.serialize(archive, 0);
  const msm::back::HandledEnum handled = process(machine, occasion.code, occasions<R>{});
  if (handled != msm::back::HANDLED_TRUE) {
    return machine.unmet_ != nullptr ? machine.unmet_(facts, occasion)
                                     : refuse_wrong_step(says, in_step, occasion);
  }
  ENSURE(machine.taken_.has_value(), "a machine that handled an occasion took a clause");
  const ClauseLine& clause = says.clauses[*machine.taken_];
  const auto* next = std::ranges::find(numbers, machine.current_state()[0], &StepNumber::state);
  ENSURE(next != numbers.end() && next->code == clause.next,
         "the machine stands in the step that the clause names");
  if (std::optional<Rejection> refusal = refuse_answer(says, occasion, facts)) {
    return *std::move(refusal);
  }
  return Taken{*machine.taken_, &clause};
}

}  // namespace detail

template <class R>
const Regulation& regulation() {
  static_assert(lawful<R>());
  static constexpr Regulation whole{provisions<R>, &detail::take<R>};
  return whole;
}

}  // namespace reglament::law
