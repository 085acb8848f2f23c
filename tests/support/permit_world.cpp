#include "tests/support/permit_world.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "processes/address_certificate/address_certificate.hpp"
#include "processes/benefit_certificate/benefit_certificate.hpp"
#include "processes/border_zone_permit/border_zone_permit.hpp"
#include "processes/calendars/kazakhstan.hpp"
#include "processes/offices/kazakhstan.hpp"

namespace reglament::testing {
namespace {

using std::chrono::hours;

// Resolution No. 20 of 19.01.2024: the whole country on UTC+5 since 1 March 2024; Qyzylorda since
// 21 December 2018.
Zone zone(std::string_view name) {
  const Instant country = instant("2024-02-29T18:00:00Z");
  const Instant qyzylorda = instant("2018-12-20T18:00:00Z");
  if (name == "Asia/Almaty" || name == "Asia/Qostanay") {
    return Zone(std::string(name), hours(6), {{country, hours(5)}});
  }
  if (name == "Asia/Qyzylorda") return Zone(std::string(name), hours(6), {{qyzylorda, hours(5)}});
  return Zone(std::string(name), hours(5), {});
}

}  // namespace

const Framework& permit_framework() {
  static const Catalogue catalogue(
      {&border_zone_permit(), &benefit_certificate(), &address_certificate()});
  static const Directory directory = kazakhstan_directory(zone);
  static const Framework framework{catalogue, directory, kazakhstan_editions(), WorkingDays{1}};
  return framework;
}

Instant instant(std::string_view text) {
  const auto parsed = parse_instant(text);
  if (!parsed) throw std::invalid_argument(fmt::format("not an instant: {}", text));
  return *parsed;
}

Date date(std::string_view text) {
  const auto parsed = parse_date(text);
  if (!parsed) throw std::invalid_argument(fmt::format("not a date: {}", text));
  return *parsed;
}

Filing complete_filing(std::string request_id) {
  Filing filing;
  filing.request_id = std::move(request_id);
  filing.regulation = "border-zone-permit";
  filing.office = kLocalUnit;
  filing.channel = "direct";
  filing.applicant = {"Aida Bekova", "KGZ", "AC1234567"};
  filing.documents = {"application", "identity-document"};
  filing.fields = {{"destination", "Zerendi district"}, {"purpose", "visit"}};
  return filing;
}

Filing benefit_filing(std::string request_id) {
  Filing filing = complete_filing(std::move(request_id));
  filing.regulation = "benefit-certificate";
  filing.office = kMilitary;
  filing.applicant.citizenship = "KAZ";
  filing.fields = {{"confirm", "service at the Semipalatinsk nuclear test site"}};
  return filing;
}

Filing address_filing(std::string channel, std::string_view office,
                      std::vector<std::string> documents) {
  Filing filing = complete_filing("r-1");
  filing.regulation = "address-certificate";
  filing.channel = std::move(channel);
  filing.office = office;
  filing.applicant.citizenship = "KAZ";
  filing.documents = std::move(documents);
  filing.fields = {};
  return filing;
}

Answer answer_of(CaseNumber number, std::uint32_t task, std::string_view office,
                 std::string outcome, std::string ground) {
  Answer answer;
  answer.message_id = fmt::format("{}/{}/{}/1", office, number, task);
  answer.case_number = number;
  answer.task = task;
  answer.attempt = 1;
  answer.office = office;
  answer.actor = fmt::format("desk:{}", office);
  answer.outcome = std::move(outcome);
  answer.ground = std::move(ground);
  if (answer.outcome == "incomplete") answer.fields["missing"] = "identity-document";
  if (answer.outcome == "sent-back") answer.fields["reasons"] = "the copy cannot be read";
  if (answer.outcome == "issued") answer.fields["signed_by"] = "Head of the directorate";
  return answer;
}

}  // namespace reglament::testing
