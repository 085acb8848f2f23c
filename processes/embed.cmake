# Writes a data file as a C++ source: -DINPUT=file -DOUTPUT=file.cpp -DSYMBOL=name.
# Byte by byte, as character constants: whatever the file holds (UTF-8, quotes, carriage returns, a
# zero byte) arrives unchanged, no limit on the length of a string literal applies, and
# the view is a constant, usable before main.
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include <string_view>

namespace reglament::data {

extern const std::string_view ${SYMBOL};

namespace {
// The last zero is not part of the file; it lets the file be empty.
constexpr char bytes[] = {
${bytes}
'\\x00'};
}  // namespace

constexpr std::string_view ${SYMBOL}{bytes, sizeof(bytes) - 1};

}  // namespace reglament::data
")
