#include "deploy/demo/findings.hpp"

#include "deploy/demo/case_findings.hpp"
#include "deploy/demo/entry_findings.hpp"

namespace reglament::demo {

Findings read_findings(StoreReader& reader, const Country& country) {
  Findings findings;
  CaseFindings cases(country, reader.settings().clock_now.value_or(Instant{}));
  reader.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    cases.add(decode_case(row.state));
    return true;
  });
  cases.put_into(findings);
  EntryFindings entries(reader, country);
  for (const StoredLog& log : reader.logs()) {
    reader.for_each_entry(log.log, 0, [&](const StoredEntry& row) {
      entries.add(row);
      return true;
    });
  }
  entries.put_into(findings);
  return findings;
}

}  // namespace reglament::demo
