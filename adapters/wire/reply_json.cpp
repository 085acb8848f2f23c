#include "adapters/wire/reply_json.hpp"

#include "adapters/wire/limits.hpp"
#include "adapters/wire/strict_json.hpp"

namespace reglament {

desk::Reply parse_reply(std::string_view text) {
  using namespace wire;
  const nlohmann::json whole = parse_strict_json(text);
  const StrictObject object(whole, "", {"outcome", "reason", "fields"});
  desk::Reply reply{object.text("outcome"), object.text("reason"), object.text_fields("fields")};
  expect_code(reply.outcome, Presence::required, "outcome");
  expect_ground(reply.ground, Presence::optional, "reason");
  expect_fields(reply.fields);
  return reply;
}

}  // namespace reglament
