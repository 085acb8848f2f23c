// Any bytes as a stored case: malformed, or exactly the bytes that the case has.
#include "engine/casework/case.hpp"
#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

// The texts of a case become symbols, and symbols stay: the store is trusted not to invent codes, a
// fuzzer is not. So the inputs are short, and after this many bytes of them the target rests, well
// before libFuzzer would take the pool of symbols for a leak (-rss_limit_mb is 2048).
constexpr std::size_t kLongest = 1'024;
constexpr std::size_t kBudget = 512UL * 1024 * 1024;

void try_case(std::string_view bytes) {
  static std::size_t used = 0;
  if (bytes.size() > kLongest || used > kBudget) return;
  used += bytes.size();
  Case state;
  try {
    state = decode_case(bytes);
  } catch (const Malformed&) {
    return;
  }
  ByteWriter writer;
  encode(state, writer);
  must(writer.bytes() == bytes, "a case has one encoding");
  must(decode_case(writer.bytes()) == state, "what is stored reads the same");
}

}  // namespace
}  // namespace reglament::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reglament::fuzz::try_case(reglament::fuzz::text_of(data, size));
  return 0;
}
