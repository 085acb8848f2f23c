// The values of API v1 as JSON, for both of its ends (api.hpp, remote_engine.hpp). Instants are
// RFC 3339 in UTC, to the microsecond.
//
// Reading throws BadInput where a value is missing or of the wrong type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/trouble.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament::program {

// The JSON document; BadInput that names `what` where it is none.
[[nodiscard]] Json parse_api_json(std::string_view text, std::string_view what);

// An application in the form of `reglament file`, which parse_filing reads.
[[nodiscard]] Json to_json(const FilingRequest& request);

[[nodiscard]] Json to_json(const FilingResult& result);
[[nodiscard]] FilingResult read_filing_result(const Json& json);

[[nodiscard]] Json to_json(const TaskDelivery& delivery);
[[nodiscard]] Json to_json(const std::vector<OutcomeNeeds>& needs);
[[nodiscard]] TaskDelivery read_delivery(const Json& json);

[[nodiscard]] Json to_json(const Notice& notice);
[[nodiscard]] Notice read_notice(const Json& json);

[[nodiscard]] Json to_json(const Revocation& revocation);
[[nodiscard]] Revocation read_revocation(const Json& json);

[[nodiscard]] Json to_json(const Answer& answer);
[[nodiscard]] Answer read_answer(const Json& json);

[[nodiscard]] Json to_json(const LegalAct& act);
[[nodiscard]] LegalAct read_act(const Json& json);

// null, or the rejection.
[[nodiscard]] Json to_json(const Verdict& verdict);
[[nodiscard]] Verdict read_verdict(const Json& json);

[[nodiscard]] Json to_json(const CalendarPublication& publication);
[[nodiscard]] CalendarPublication read_publication(const Json& json);
[[nodiscard]] Json to_json(const PublicationReply& reply);
[[nodiscard]] PublicationReply read_publication_reply(const Json& json);

// RFC 9457, with the member `exit`: the exit code of the fault's kind.
[[nodiscard]] Json problem(const Trouble& trouble, int status);
[[nodiscard]] int http_status(Exit kind);
[[nodiscard]] Trouble read_problem(std::string_view body, int status);

[[nodiscard]] Instant read_instant(const Json& json, const char* key);
[[nodiscard]] std::string text_in_utc(Instant instant);

}  // namespace reglament::program
