// The reference scenario: a few applications, one of them refused, and everything that follows
// until each case is closed. Said by commands of the program, or to a running `serve`.
#pragma once

#include "tests/fault/ledger.hpp"

namespace reglament::testing {

inline constexpr int kScriptPartitions = 2;
inline constexpr std::size_t kScriptFilings = 5;

[[nodiscard]] std::vector<Json> script_filings();
[[nodiscard]] std::vector<std::string> script_file(const PermitOffice& office);  // writes the file
[[nodiscard]] std::vector<std::string> script_desk();

// Notes what `file` has printed, whether or not it came to its end.
void note_filed(const std::string& output, Ledger& ledger);
// What `desk` has printed of answers that the history does not have.
[[nodiscard]] Findings missing_answers(const PermitOffice& office, const std::string& output,
                                       const Ledger& ledger);

// Says everything to the engine, as far as it answers; notes what it answers. True where it
// answered all of it.
bool say_everything(const PermitOffice& office, Ledger& ledger);

// How many filings got no reply and are in the database all the same.
[[nodiscard]] std::size_t script_kept(const PermitOffice& office, const Ledger& ledger);

// Says everything once more, by commands, then judges: each filing was decided once, every case has
// come to its end, by one answer to each of its steps.
[[nodiscard]] Findings finish_and_judge(const PermitOffice& office, Ledger& ledger);

}  // namespace reglament::testing
