// How an automatic desk answers a task: by a file of rules, or the way that leads to a grant.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/casework/occasion.hpp"
#include "engine/casework/rule.hpp"
#include "engine/law/catalogue.hpp"
#include "engine/runtime/message.hpp"

namespace reglament::program {

struct PlannedAnswer {
  Answer answer;
  Instant at{};  // not before the task was offered
};

class DeskRules {
 public:
  // A JSON rule a line. Throws BadInput with file and line where one cannot be read, or names a
  // step, an outcome of that step or a ground that no regulation of the catalogue has.
  static DeskRules read(const std::string& file, const Catalogue& catalogue);
  static DeskRules favourable(const Catalogue& catalogue);

  // Nothing where no rule fits. Fields that the act requires and the rule leaves out are filled in
  // with "<office> (automatic)".
  [[nodiscard]] std::optional<PlannedAnswer> answer(const TaskMessage& task) const;

 private:
  explicit DeskRules(const Catalogue& catalogue) : catalogue_(&catalogue) {}
  [[nodiscard]] AnswerRule favourable_rule(const TaskMessage& task) const;

  const Catalogue* catalogue_;
  bool favourable_ = false;
  std::vector<AnswerRule> rules_;
};

}  // namespace reglament::program
