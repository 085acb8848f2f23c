// Any bytes from a queue, read as each kind of message: refused in one line, or written again as
// bytes that say the same. Codes become symbols, which stay; libFuzzer's own limits of length and
// memory are far from what the runs of deploy/test and of a night make of that.
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"
#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

template <class Decode>
void try_kind(std::string_view bytes, Decode decode) {
  decltype(decode(bytes)) value;
  try {
    value = decode(bytes);
  } catch (const BadInput& refusal) {
    must_explain(refusal.what());
    return;
  }
  const std::string written = wire::encode(value);
  must(decode(written) == value, "what is written reads the same");
  must(wire::encode(decode(written)) == written, "the same value has the same bytes");
}

}  // namespace
}  // namespace reglament::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reglament;
  const std::string_view bytes = fuzz::text_of(data, size);
  fuzz::try_kind(bytes, wire::decode_message);
  fuzz::try_kind(bytes, wire::decode_answer);
  fuzz::try_kind(bytes, wire::decode_filing);
  fuzz::try_kind(bytes, wire::decode_verdict);
  fuzz::try_kind(bytes, wire::decode_filing_verdict);
  return 0;
}
