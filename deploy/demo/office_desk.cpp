#include "deploy/demo/office_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "deploy/demo/chance.hpp"
#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

constexpr std::size_t kTasksAtOnce = 10'000;

constexpr unsigned kIncompletePerMille = 20;
constexpr unsigned kObjectedPerMille = 60;
constexpr unsigned kRefusedPerMille = 20;

constexpr std::string_view kSignatories[] = {
    "Zh. Abenov",   "K. Baimukhanov", "S. Dzhaksybekov", "G. Yesenova", "M. Zholdasov",
    "A. Kairbekov", "R. Mukanova",    "T. Nurgaliyev",   "B. Seitkali", "D. Tulegenova",
};

Chance chance_of(const TaskMessage& task, std::uint64_t seed, std::string_view purpose) {
  return Chance(seed, fmt::format("{}/{}/{}", task.talon, task.step.view(), purpose));
}

bool may_answer(const TaskMessage& task, std::string_view outcome) {
  return std::ranges::find(task.outcomes, outcome, &Symbol::view) != task.outcomes.end();
}

// The permit, or a refusal with its ground.
void issue_or_refuse(Answer& answer, const TaskMessage& task, Chance& chance) {
  const bool must_refuse = !may_answer(task, "issued");
  if (must_refuse || chance.happens(kRefusedPerMille)) {
    answer.outcome = "refused";
    answer.ground = must_refuse ? "BZP-KNB" : "BZP-R1";
    return;
  }
  answer.outcome = "issued";
  answer.fields["signed_by"] = chance.pick(kSignatories);
}

}  // namespace

Answer answer_to(const TaskMessage& task, std::uint64_t seed) {
  Answer answer;
  answer.case_number = task.case_number;
  answer.task = task.task;
  answer.attempt = task.attempt;
  answer.office = task.office.view();
  answer.reply_to = task.reply_to;
  Chance chance = chance_of(task, seed, "answer");
  if (task.step == "accept") {
    answer.outcome = chance.happens(kIncompletePerMille) ? "incomplete" : "accepted";
    if (answer.outcome == "incomplete") answer.fields["missing"] = "a copy that can be read";
  } else if (task.step == "knb-review") {
    answer.outcome = chance.happens(kObjectedPerMille) ? "objected" : "agreed";
  } else if (task.step == "issue") {
    issue_or_refuse(answer, task, chance);
  } else {
    answer.outcome = "forwarded";
  }
  return answer;
}

std::chrono::minutes work_of(const TaskMessage& task, std::chrono::minutes usual,
                             std::uint64_t seed) {
  return usual * chance_of(task, seed, "work").between(50, 200) / 100;
}

OfficeDesk::OfficeDesk(program::EnginePort& engine, std::string name, std::string office,
                       OfficeHours hours, Pace pace, std::uint64_t seed)
    : name_(std::move(name)),
      office_(std::move(office)),
      hours_(std::move(hours)),
      pace_(pace),
      seed_(seed),
      free_at_(pace.officers, Instant::min()),
      channel_(engine.open_desk({office_})) {}

void OfficeDesk::take(Instant now) {
  collect();
  plan(now);
}

void OfficeDesk::collect() {
  for (TaskDelivery& delivery : channel_->take(kTasksAtOnce)) {
    const OfferedTask task = offered_task(delivery.task);
    if (answered_.contains(task)) {
      channel_->settle({&delivery.tag, 1});
    } else if (held_.insert(task).second) {
      arrived_.push_back(std::move(delivery));
    }
  }
}

void OfficeDesk::plan(Instant now) {
  // What arrives at one moment arrives in another order with every broker.
  std::ranges::sort(arrived_, {}, [](const TaskDelivery& one) {
    return std::tuple(one.task.offered_at, one.task.case_number, one.task.task);
  });
  for (TaskDelivery& delivery : std::exchange(arrived_, {})) {
    Instant& free_at = *std::ranges::min_element(free_at_);
    free_at = hours_.after(std::max(free_at, now), work_of(delivery.task, pace_.usual, seed_));
    plan_.emplace(free_at, std::move(delivery));
  }
}

std::optional<Instant> OfficeDesk::next_answer() const {
  if (hangs_ || plan_.empty()) return std::nullopt;
  return plan_.begin()->first;
}

void OfficeDesk::answer_due(Instant now) {
  while (!hangs_ && !plan_.empty() && plan_.begin()->first <= now) {
    const TaskDelivery& delivery = plan_.begin()->second;
    Answer answer = answer_to(delivery.task, seed_);
    answer.actor = fmt::format("desk:{}", name_);
    answer.message_id =
        fmt::format("{}/{}/{}/{}", name_, answer.case_number, answer.task, answer.attempt);
    if (delivery.deliveries > 1) {
      answer.fields[std::string(delivery_field)] = std::to_string(delivery.deliveries);
    }
    {
      const std::lock_guard lock(sent_->mutex);
      ++sent_->undecided;
    }
    channel_->answer(std::move(answer), [sent = sent_](const Verdict& verdict) {
      const std::lock_guard lock(sent->mutex);
      --sent->undecided;
      if (verdict) sent->rejected = verdict;
    });
    held_.erase(offered_task(delivery.task));
    answered_.insert(offered_task(delivery.task));
    plan_.erase(plan_.begin());
  }
}

void OfficeDesk::expect_answers_accepted() {
  const std::lock_guard lock(sent_->mutex);
  if (sent_->undecided > 0) {
    throw Unavailable(fmt::format("expected the answers of {} to be stored, found {} that were not",
                                  office_, sent_->undecided));
  }
  ENSURE(!sent_->rejected, "the offices of the demo answer as the act allows");
}

}  // namespace reglament::demo
