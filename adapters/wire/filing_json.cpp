#include "adapters/wire/filing_json.hpp"

#include "adapters/wire/limits.hpp"
#include "adapters/wire/strict_json.hpp"

namespace reglament {
namespace {

using namespace wire;

Applicant read_applicant(const StrictObject& filing) {
  const nlohmann::json* found = filing.find_object("applicant");
  if (found == nullptr) refuse("an object", "none", "applicant");
  const StrictObject applicant(*found, "applicant.", {"name", "citizenship", "document"});
  return {applicant.text("name"), applicant.text("citizenship"), applicant.text("document")};
}

std::optional<Instant> read_filed_at(const StrictObject& filing) {
  if (!filing.has("filed_at")) return std::nullopt;
  const std::string text = filing.text("filed_at");
  const auto instant = parse_instant(text);
  if (!instant) refuse("a time as 2015-07-14T10:15:00+06:00", quote(text), "filed_at");
  return instant;
}

}  // namespace

ParsedFiling parse_filing(std::string_view line) {
  const nlohmann::json whole = parse_strict_json(line);
  const StrictObject object(whole, "",
                            {"request_id", "regulation", "office", "channel", "filed_at",
                             "applicant", "documents", "fields"});
  ParsedFiling parsed;
  parsed.filing.request_id = object.text("request_id");
  parsed.filing.regulation = object.text("regulation");
  parsed.filing.office = object.text("office");
  parsed.filing.channel = object.text("channel", "direct");
  parsed.filing.applicant = read_applicant(object);
  parsed.filing.documents = object.texts("documents");
  parsed.filing.fields = object.text_fields("fields");
  parsed.filed_at = read_filed_at(object);
  expect_filing(parsed.filing);
  return parsed;
}

}  // namespace reglament
