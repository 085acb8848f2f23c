#include <map>

#include "deploy/desk/answering.hpp"

namespace reglament::program {
namespace {

class RuleAnswering final : public Answering {
 public:
  explicit RuleAnswering(DeskRules rules) : rules_(std::move(rules)) {}

  void offer(const TaskMessage& task) override {
    auto planned = rules_.answer(task);
    if (!planned) return;
    Answer& answer = planned->answer;
    plan_.emplace(planned->at, ReadyReply{{task.case_number, task.task},
                                          task.attempt,
                                          {std::move(answer.outcome), std::move(answer.ground),
                                           std::move(answer.fields)}});
  }

  // Left in the plan: an answer to what waits no more is refused when it is due.
  void withdraw(desk::TaskKey /*key*/) override {}

  [[nodiscard]] std::vector<ReadyReply> take_ready(Instant now, std::size_t most) override {
    std::vector<ReadyReply> ready;
    while (!plan_.empty() && plan_.begin()->first <= now && ready.size() < most) {
      ready.push_back(std::move(plan_.begin()->second));
      plan_.erase(plan_.begin());
    }
    return ready;
  }

  [[nodiscard]] bool has_more() const override { return !plan_.empty(); }

 private:
  const DeskRules rules_;
  // By the instant at which the answer is due; of one instant in the order of arrival.
  std::multimap<Instant, ReadyReply> plan_;
};

class PeopleAnswering final : public Answering {
 public:
  void offer(const TaskMessage& /*task*/) override {}
  void withdraw(desk::TaskKey /*key*/) override {}
  [[nodiscard]] std::vector<ReadyReply> take_ready(Instant /*now*/, std::size_t /*most*/) override {
    return {};
  }
  [[nodiscard]] bool has_more() const override { return false; }
};

}  // namespace

std::unique_ptr<Answering> answer_by_rules(DeskRules rules) {
  return std::make_unique<RuleAnswering>(std::move(rules));
}

std::unique_ptr<Answering> answer_by_people() { return std::make_unique<PeopleAnswering>(); }

}  // namespace reglament::program
