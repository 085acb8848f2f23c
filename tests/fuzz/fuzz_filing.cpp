// Any line as an application: it is refused in one line, or it is within all limits.
#include "adapters/wire/filing_json.hpp"
#include "adapters/wire/limits.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"
#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

void try_filing(std::string_view line) {
  ParsedFiling parsed;
  try {
    parsed = parse_filing(line);
  } catch (const BadInput& refusal) {
    must_explain(refusal.what());
    return;
  }
  wire::expect_filing(parsed.filing);
  must(wire::decode_filing(wire::encode(parsed.filing)) == parsed.filing,
       "the wire carries what was filed");
  must(parse_filing(line) == parsed, "a line is read the same twice");
}

}  // namespace
}  // namespace reglament::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reglament::fuzz::try_filing(reglament::fuzz::text_of(data, size));
  return 0;
}
