// What the demo and the process of a department say to each other: a JSON object a line, an order
// and its report, one at a time. Instants are microseconds since 1970.
//
//   {"do":"take","now":T,"tasks":[[case,task,attempt,"office"]...]}   they have been offered
//   {"do":"answer","now":T}                                           what is ready by then
//   {"do":"hang"}
//   {"do":"close","notices":[[case,"kind",T,"office"]...]}            they have been given
//
//   {"holds":N,"next":T|null,"notices":[...]}                         read since the last report
//   {"trouble":"...","exit":N}                                        and the process ends
//
// The first report comes without an order: the desks are open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/demo/office_post.hpp"
#include "deploy/program/trouble.hpp"
#include "engine/time/civil.hpp"

namespace reglament::demo {

enum class Do : std::uint8_t { take, answer, hang, close };

struct Order {
  Do what{};
  Instant now{};
  std::vector<OfferedTask> tasks{};
  std::vector<GivenNotice> notices{};
};

struct Report {
  std::size_t holds{};
  std::optional<Instant> next;
  std::vector<GivenNotice> notices;
};

[[nodiscard]] std::string line_of(const Order& order);
[[nodiscard]] std::string line_of(const Report& report);
[[nodiscard]] std::string line_of(const program::Trouble& trouble);

// Throws BadInput where it is none.
[[nodiscard]] Order parse_order(std::string_view line);
// Throws the trouble that was reported, BadInput where it is neither.
[[nodiscard]] Report parse_report(std::string_view line);

}  // namespace reglament::demo
