#include "deploy/demo/evidence.hpp"

#include <fmt/format.h>

#include "engine/history/checkpoint.hpp"
#include "engine/runtime/evidence.hpp"
#include "engine/runtime/standing_checks.hpp"

namespace reglament::demo {
namespace {

void verify_history(StoreReader& reader, Evidence& evidence) {
  const std::vector<StoredLog> rows = reader.logs();
  std::vector<LogVerification> logs;
  for (const StoredLog& row : rows) {
    logs.push_back(verify_log(reader, row, static_cast<std::uint32_t>(rows.size()), {}));
  }
  conclude_verification(reader, logs);
  std::vector<Digest> roots;
  for (const LogVerification& log : logs) {
    evidence.entries += log.entries();
    roots.push_back(log.root());
    if (log.flaw() && evidence.flaw.empty()) {
      evidence.flaw =
          fmt::format("log {}, entry {}: {}", log.flaw()->log, log.flaw()->leaf, log.flaw()->text);
    }
  }
  for (const std::uint8_t byte : root_of_roots(roots)) {
    evidence.root += fmt::format("{:02x}", byte);
  }
}

}  // namespace

Evidence gather_evidence(StoreReader& reader, const Country& country) {
  Evidence evidence;
  const Instant now = reader.settings().clock_now.value_or(Instant{});
  const StandingReport report = run_standing_checks(reader, now, country.framework);
  evidence.cases = report.cases;
  for (const StandingFinding& finding : report.findings) {
    evidence.findings.push_back(
        fmt::format("{}, log {}: {}", finding.check, finding.log, finding.text));
  }
  verify_history(reader, evidence);
  return evidence;
}

}  // namespace reglament::demo
