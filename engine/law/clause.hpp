// The vocabulary in which a regulation is written: one row is one paragraph of the act.
//
// A regulation is a type: its steps, its clauses and the data of its act. From these types the
// compiler makes the data view (`provisions`, here), checks it (checks.hpp) and builds the
// Boost.MSM machine that decides (machine.hpp). Every code is a frozen string; a type's name and
// its place in a list are never stored, so both may change.
//
// The example to read beside this file is processes/border_zone_permit/regulation.hpp.
#pragma once

#include <array>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/states.hpp>
#include <string>
#include <string_view>

#include "engine/base/text.hpp"
#include "engine/law/regulation.hpp"

namespace reglament::law {

namespace mp11 = boost::mp11;
namespace msm = boost::msm;

// ---- Steps -------------------------------------------------------------------------------------

// A department and the title of its lane.
template <Text Code, Text Title>
struct Role {
  static constexpr RoleLine line{Code.view(), Title.view()};
};

// In place of a term: why the act sets none for this step.
template <std::size_t N>
struct NoTerm {
  Text<N> reason;
  consteval NoTerm(const char (&literal)[N]) : reason(literal) {}
};

// A term that is counted back from the day on which the service is due.
template <class Unit>
struct Before {
  Unit term;
};

// In place of a term: the step may take as long as the service, counted from the same start; what
// extends the service extends the step.
struct TermOfService {};

namespace detail {

struct Limit {
  std::optional<Term> term;
  std::string_view no_term_reason;
  CountedFrom counted_from{};
};
constexpr Limit limit(const auto& unit) { return {Term{unit}, {}, CountedFrom::entering_step}; }
template <std::size_t N>
constexpr Limit limit(const NoTerm<N>& none) {
  return {std::nullopt, none.reason.view(), {}};
}
template <class Unit>
constexpr Limit limit(const Before<Unit>& before) {
  return {Term{before.term}, {}, CountedFrom::before_service_due};
}

constexpr Limit limit(const TermOfService&) {
  return {std::nullopt, "the term of the service governs", CountedFrom::service_start};
}

// Steps have no behaviour of their own, so they need no virtual table.
struct WithoutBehaviour {};

}  // namespace detail

// A step that waits for an answer of its owner. Limit: a term (WorkingDays{2}), Before{...},
// TermOfService{}, or NoTerm{"why"}. What a step may say beside, by a member of the same name:
// action, output, on_return, within_service, counting, ends_service, transport.
template <Text Code, Text Title, class OwnerRole, auto Limit, Text Paragraph>
struct Step : msm::front::state<detail::WithoutBehaviour> {
  using role = OwnerRole;
  static constexpr std::string_view code = Code.view();
  static constexpr std::string_view title = Title.view();
  static constexpr std::string_view paragraph = Paragraph.view();
  static constexpr std::string_view action = title;
  static constexpr std::string_view output{};
  static constexpr OnReturn on_return = OnReturn::never;
  static constexpr bool within_service = true;
  static constexpr Counting counting{};
  static constexpr bool beside = false;
  static constexpr bool ends_service = false;
  static constexpr bool transport = false;
  static constexpr auto limit = Limit;
  static constexpr std::optional<FinalKind> closes{};
};

// A step beside the others: a clause offers its task (Offer<...>), and the case stays where it is.
// Its rows end in Done, or, where its term expires, in Stays.
template <Text Code, Text Title, class OwnerRole, auto Limit, Text Paragraph>
struct SideStep : Step<Code, Title, OwnerRole, Limit, Paragraph> {
  static constexpr bool within_service = false;
  static constexpr bool beside = true;
};

// A step in which the case has ended. A plain step for the machine too: what comes late is refused
// on the record, not swallowed.
template <Text Code, Text Title, FinalKind Kind>
struct FinalStep : msm::front::state<detail::WithoutBehaviour> {
  using role = void;
  static constexpr std::string_view code = Code.view();
  static constexpr std::string_view title = Title.view();
  static constexpr std::string_view paragraph{};
  static constexpr std::string_view action{};
  static constexpr std::string_view output{};
  static constexpr OnReturn on_return = OnReturn::never;
  static constexpr bool within_service = true;
  static constexpr NoTerm limit{""};
  static constexpr Counting counting{};
  static constexpr bool beside = false;
  static constexpr bool ends_service = false;
  static constexpr bool transport = false;
  static constexpr std::optional<FinalKind> closes = Kind;
};

// Where an application stands before anybody has accepted its filing.
struct NotFiled : msm::front::state<detail::WithoutBehaviour> {
  static constexpr std::string_view code = not_filed;
};

// In the place of the next step: the case does not move.
struct Stays {};
// In the place of the next step: the side task is done.
struct Done {};

// ---- Occasions ---------------------------------------------------------------------------------

struct Filing {
  static constexpr std::string_view code = occasion_code::filing;
};
struct TermExpired {
  static constexpr std::string_view code = occasion_code::term_expired;
};

// A legal act that no office's task asks for: the applicant withdraws, a court suspends.
template <Text Code, Text Title, Text Actor>
struct ByAct {
  static constexpr std::string_view code = Code.view();
  static constexpr ActLine act_line{code, Title.view(), Actor.view()};
};

enum class Leaning { favourable, unfavourable };

template <Text Paragraph>
struct NeedsGround {
  static constexpr bool is_ground = true;
  static constexpr std::string_view paragraph = Paragraph.view();
};
template <Text Name, Text Paragraph>
struct NeedsField {
  static constexpr bool is_ground = false;
  static constexpr FieldLine line{Name.view(), Paragraph.view()};
};

namespace detail {

template <class Need>
using is_field = mp11::mp_bool<!Need::is_ground>;

template <class... Fields>
constexpr std::array<FieldLine, sizeof...(Fields)> field_lines(mp11::mp_list<Fields...>) {
  return {Fields::line...};
}
template <class... Grounds>
constexpr std::string_view first_paragraph(mp11::mp_list<Grounds...>) {
  std::string_view first{};
  ((first = first.empty() ? Grounds::paragraph : first), ...);
  return first;
}

}  // namespace detail

// What an office answers. Needs: NeedsGround<...>, NeedsField<...>.
template <Text Code, Text Title, Leaning Leans, class... Needs>
struct Outcome {
  static constexpr std::string_view code = Code.view();

 private:
  using fields = mp11::mp_copy_if<mp11::mp_list<Needs...>, detail::is_field>;
  using grounds = mp11::mp_remove_if<mp11::mp_list<Needs...>, detail::is_field>;
  static constexpr auto field_lines = detail::field_lines(fields{});

 public:
  static constexpr OutcomeLine line{code,
                                    Title.view(),
                                    Leans == Leaning::favourable,
                                    !mp11::mp_empty<grounds>::value,
                                    detail::first_paragraph(grounds{}),
                                    field_lines};
};

// ---- Conditions --------------------------------------------------------------------------------

// What must hold for a clause to be taken. A condition derives from this and says
//   static bool holds(const Facts&, const OccasionView&);
//   static std::string actual(const Facts&, const OccasionView&);   what was found where it does
//   not
// Where no clause can be taken because it does not hold, the rejection carries `Code`.
template <Text Title, Text Paragraph, Text Code = "condition">
struct Condition {
  static_assert(Code.view() == rejection_code::condition ||
                    Code.view() == rejection_code::documents_missing ||
                    Code.view() == rejection_code::not_entitled,
                "a condition rejects with a code that the history does not know");
  static constexpr std::string_view title = Title.view();
  static constexpr std::string_view paragraph = Paragraph.view();
  static constexpr std::string_view rejection = Code.view();
  static constexpr bool negated = false;
  static std::string expected() { return std::string(title); }
};

// The opposite of a condition; with it, two rows for one step and occasion exclude each other by
// construction.
template <class C>
struct Not {
  static constexpr std::string_view title = C::title;
  static constexpr std::string_view paragraph = C::paragraph;
  static constexpr std::string_view rejection = C::rejection;
  static constexpr bool negated = true;
  static bool holds(const Facts& facts, const OccasionView& occasion) {
    return !C::holds(facts, occasion);
  }
  static std::string expected() { return std::string("not: ").append(title); }
  static std::string actual(const Facts&, const OccasionView&) { return std::string(title); }
};

namespace detail {

template <class C>
Rejection unmet(const Facts& facts, const OccasionView& occasion) {
  return {std::string(C::rejection), std::string(C::paragraph), C::expected(),
          C::actual(facts, occasion)};
}

template <class C>
inline constexpr ConditionLine condition_line{C::title,     C::negated, C::rejection,
                                              C::paragraph, &C::holds,  &unmet<C>};

}  // namespace detail

// ---- Duties ------------------------------------------------------------------------------------

// Effects of a duty. A notice without a paragraph of its own rests on that of the clause.
template <Recipient To, Text Kind, Text Paragraph = "">
struct Notify {
  static constexpr NoticeLine line{To, Kind.view(), Paragraph.view()};
};
template <Text Fact>
struct Establish {
  static constexpr std::string_view fact = Fact.view();
};
// From now on the service term of this variant holds, counted from the same start.
template <Text Variant>
struct Govern {
  static constexpr std::string_view variant = Variant.view();
  static constexpr bool extends = false;
};
// The same as an extension: the variant is a longer total than the one that runs.
template <Text Variant>
struct Extend {
  static constexpr std::string_view variant = Variant.view();
  static constexpr bool extends = true;
};
// The task of a side step is offered; where it is open already, it stays as it is.
template <class S>
struct Offer {
  static constexpr std::string_view side = S::code;
};
struct Suspend {
  static constexpr TermAct term_act = TermAct::suspend;
};
struct Resume {
  static constexpr TermAct term_act = TermAct::resume;
};
struct Restart {
  static constexpr TermAct term_act = TermAct::restart;
};

template <Text Title, class... Effects>
struct Duty {
  static constexpr std::string_view title = Title.view();
  using effects = mp11::mp_list<Effects...>;
};
struct Nothing : Duty<""> {};

namespace detail {

template <class Effect>
using is_notice = mp11::mp_bool < requires {
  Effect::line;
}
> ;
template <class Effect>
using is_fact = mp11::mp_bool < requires {
  Effect::fact;
}
> ;
template <class Effect>
using is_variant = mp11::mp_bool < requires {
  Effect::variant;
}
> ;

template <class Effect>
using is_offer = mp11::mp_bool < requires {
  Effect::side;
}
> ;
template <class Effect>
using is_term_act = mp11::mp_bool < requires {
  Effect::term_act;
}
> ;

constexpr NoticeLine cite(NoticeLine notice, std::string_view paragraph) {
  if (notice.paragraph.empty()) {
    notice.paragraph = paragraph;
  }
  return notice;
}
template <class... Notices>
constexpr std::array<NoticeLine, sizeof...(Notices)> notice_lines(
    [[maybe_unused]] std::string_view paragraph, mp11::mp_list<Notices...>) {
  return {cite(Notices::line, paragraph)...};
}
template <class... Facts>
constexpr std::array<std::string_view, sizeof...(Facts)> fact_codes(mp11::mp_list<Facts...>) {
  return {Facts::fact...};
}
template <class... Offers>
constexpr std::array<std::string_view, sizeof...(Offers)> side_steps(mp11::mp_list<Offers...>) {
  return {Offers::side...};
}
// A clause names one variant and does one thing to the terms, at most.
template <class... Variants>
constexpr std::string_view variant_of(mp11::mp_list<Variants...>) {
  static_assert(sizeof...(Variants) <= 1, "a clause names two variants of the service term");
  std::string_view variant{};
  ((variant = Variants::variant), ...);
  return variant;
}
template <class... Variants>
constexpr bool extends(mp11::mp_list<Variants...>) {
  return (Variants::extends || ...);
}
template <class... Acts>
constexpr TermAct term_act_of(mp11::mp_list<Acts...>) {
  static_assert(sizeof...(Acts) <= 1, "a clause does two things to the terms");
  TermAct act = TermAct::none;
  ((act = Acts::term_act), ...);
  return act;
}

// The two functors of a row: the only code of ours that knows how MSM calls them.
template <class ClauseT>
struct Enact {
  template <class Occasion, class Machine, class Source, class Target>
  void operator()(const Occasion&, Machine& machine, Source&, Target&) const {
    machine.template enact<ClauseT>();
  }
};
template <class... Conditions>
struct Check {
  template <class Occasion, class Machine, class Source, class Target>
  bool operator()(const Occasion&, Machine& machine, Source&, Target&) const {
    std::size_t held = 0;
    return (machine.template check<Conditions>(held++) && ...);
  }
};

template <class Next>
using target = mp11::mp_if_c<std::is_same_v<Next, Stays> || std::is_same_v<Next, Done>,
                             msm::front::none, Next>;
template <class... Conditions>
using guard = mp11::mp_if_c<sizeof...(Conditions) == 0, msm::front::none, Check<Conditions...>>;

}  // namespace detail

// ---- Clauses -----------------------------------------------------------------------------------

// In this step, on this occasion, the case goes to the next step and these duties arise, provided
// that all the conditions hold.
template <Text Paragraph, class In, class On, class Next, class DutyT = Nothing, class... Provided>
struct Clause : msm::front::Row<In, On, detail::target<Next>,
                                detail::Enact<Clause<Paragraph, In, On, Next, DutyT, Provided...>>,
                                detail::guard<Provided...>> {
  using in = In;
  using on = On;
  static constexpr bool done = std::is_same_v<Next, Done>;
  static constexpr bool stays = done || std::is_same_v<Next, Stays>;
  using next = mp11::mp_if_c<stays, In, Next>;

 private:
  using effects = typename DutyT::effects;
  static constexpr auto notices =
      detail::notice_lines(Paragraph.view(), mp11::mp_copy_if<effects, detail::is_notice>{});
  static constexpr auto facts = detail::fact_codes(mp11::mp_copy_if<effects, detail::is_fact>{});
  static constexpr auto offers = detail::side_steps(mp11::mp_copy_if<effects, detail::is_offer>{});
  using variants = mp11::mp_copy_if<effects, detail::is_variant>;
  static constexpr std::array<ConditionLine, sizeof...(Provided)> provided{
      detail::condition_line<Provided>...};

 public:
  static constexpr ClauseLine line{
      Paragraph.view(),
      In::code,
      On::code,
      next::code,
      stays,
      done,
      DutyT::title,
      notices,
      facts,
      detail::variant_of(variants{}),
      detail::extends(variants{}),
      detail::term_act_of(mp11::mp_copy_if<effects, detail::is_term_act>{}),
      offers,
      provided};
};

template <class... S>
using Steps = mp11::mp_list<S...>;
template <class... C>
using Clauses = mp11::mp_list<C...>;

// ---- The data view of a regulation type --------------------------------------------------------

namespace detail {

template <class List>
struct ActLines;
template <class... T>
struct ActLines<mp11::mp_list<T...>> {
  static constexpr std::array<ActLine, sizeof...(T)> array{T::act_line...};
};

template <class List>
struct Lines;
template <class... T>
struct Lines<mp11::mp_list<T...>> {
  static constexpr auto make() {
    if constexpr (sizeof...(T) == 0) {
      return std::array<std::string_view, 0>{};
    } else {
      return std::array{T::line...};
    }
  }
  static constexpr auto array = make();
};

template <class C>
using on_of = typename C::on;
template <class S>
using role_of = typename S::role;
template <class On>
using is_outcome = mp11::mp_bool < requires {
  On::line;
}
> ;

template <class On>
using is_act = mp11::mp_bool < requires {
  On::act_line;
}
> ;

template <class R>
using occasions = mp11::mp_unique<mp11::mp_transform<on_of, typename R::clauses>>;
template <class R>
using outcomes = mp11::mp_copy_if<occasions<R>, is_outcome>;
template <class R>
using acts = mp11::mp_copy_if<occasions<R>, is_act>;
template <class R>
using roles =
    mp11::mp_remove<mp11::mp_unique<mp11::mp_transform<role_of, typename R::steps>>, void>;

template <class S, class... C>
constexpr bool is_initial(mp11::mp_list<C...>) {
  return ((C::line.in == not_filed && C::line.next == S::code) || ...);
}

template <class R, class S>
constexpr StepLine step_line() {
  constexpr Limit limit = detail::limit(S::limit);
  std::string_view role{};
  if constexpr (!std::is_void_v<typename S::role>) {
    role = S::role::line.code;
  }
  return {S::code,
          S::title,
          role,
          S::paragraph,
          S::action,
          S::output,
          limit.term,
          limit.no_term_reason,
          S::closes,
          limit.counted_from,
          S::on_return,
          S::within_service,
          is_initial<S>(typename R::clauses{}),
          S::counting,
          S::beside,
          S::ends_service,
          S::transport};
}

template <class R, class List>
struct StepLines;
template <class R, class... S>
struct StepLines<R, mp11::mp_list<S...>> {
  static constexpr std::array<StepLine, sizeof...(S)> array{step_line<R, S>()...};
};

}  // namespace detail

namespace detail {

// What a regulation may leave out.
template <class R>
constexpr Week week_of() {
  if constexpr (requires { R::week; }) return R::week;
  return Week::five_day;
}
template <class R>
constexpr std::optional<Norm> norm_of() {
  if constexpr (requires { R::norm; }) return R::norm;
  return std::nullopt;
}
template <class R>
constexpr std::span<const IndicatorLine> indicators_of() {
  if constexpr (requires { R::indicators; }) return R::indicators;
  return {};
}
template <class R>
constexpr std::span<const RungLine> ladder_of() {
  if constexpr (requires { R::ladder; }) return R::ladder;
  return {};
}

}  // namespace detail

// The lines of a regulation type R, which says: id, title, title_kk, act, edition, service_terms,
// warn_before, grounds, documents, automated, left_to_people, talon_code, channels (all static
// constexpr), and the lists `steps` and `clauses`; where the act has them, week, norm, indicators
// and ladder. Lanes stand in the order in which the steps name their departments first.
template <class R>
inline constexpr Provisions provisions{
    .id = R::id,
    .title = R::title,
    .title_kk = R::title_kk,
    .act = R::act,
    .edition = R::edition,
    .service_terms = R::service_terms,
    .warn_before = R::warn_before,
    .roles = detail::Lines<detail::roles<R>>::array,
    .steps = detail::StepLines<R, typename R::steps>::array,
    .outcomes = detail::Lines<detail::outcomes<R>>::array,
    .clauses = detail::Lines<typename R::clauses>::array,
    .grounds = R::grounds,
    .documents = R::documents,
    .automated = R::automated,
    .left_to_people = R::left_to_people,
    .talon_code = R::talon_code,
    .channels = R::channels,
    .week = detail::week_of<R>(),
    .norm = detail::norm_of<R>(),
    .indicators = detail::indicators_of<R>(),
    .ladder = detail::ladder_of<R>(),
    .acts = detail::ActLines<detail::acts<R>>::array,
};

}  // namespace reglament::law
