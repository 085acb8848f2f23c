// Any bytes as an entry of the history: malformed, or exactly the bytes that the entry has. A
// second encoding of one entry would let two histories with different hashes say the same.
#include "engine/history/entry.hpp"
#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

void try_entry(std::string_view bytes) {
  Entry entry;
  try {
    entry = decode_entry(bytes);
  } catch (const Malformed&) {
    return;
  }
  ByteWriter writer;
  encode(entry, writer);
  must(writer.bytes() == bytes, "an entry has one encoding");
}

}  // namespace
}  // namespace reglament::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reglament::fuzz::try_entry(reglament::fuzz::text_of(data, size));
  return 0;
}
