// The rejections that rest on the lines of a regulation alone, without its conditions.
#pragma once

#include <optional>
#include <string_view>

#include "engine/law/regulation.hpp"

namespace reglament::law {

// Before the machine is asked: no such step, a case that has ended, an outcome nobody knows.
[[nodiscard]] std::optional<Rejection> refuse_before(const Provisions& provisions,
                                                     std::string_view in_step,
                                                     const OccasionView& occasion);

// No clause of this step knows the occasion.
[[nodiscard]] Rejection refuse_wrong_step(const Provisions& provisions, std::string_view in_step,
                                          const OccasionView& occasion);

// The clause is found, but the answer lacks a field or a ground that its outcome needs.
[[nodiscard]] std::optional<Rejection> refuse_answer(const Provisions& provisions,
                                                     const OccasionView& occasion,
                                                     const Facts& facts);

}  // namespace reglament::law
