#include "deploy/program/api_json.hpp"
#include "adapters/wire/limits.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// Of any trouble with the type or the presence of a value.
template <class Read>
auto guarded(std::string_view what, Read read) {
  try {
    return read();
  } catch (const Json::exception& error) {
    throw BadInput(fmt::format("expected {}, found: {}", what, error.what()));
  }
}

Rejection read_rejection(const Json& json) {
  return {json.at("code").get<std::string>(), json.at("paragraph").get<std::string>(),
          json.at("expected").get<std::string>(), json.at("actual").get<std::string>()};
}

Json to_json(const Rejection& rejection) {
  Json json;
  put_rejection(json, rejection);
  return json;
}

std::vector<std::string> texts_of(const std::vector<Symbol>& symbols) {
  std::vector<std::string> texts;
  for (const Symbol& symbol : symbols) texts.emplace_back(symbol.view());
  return texts;
}

std::vector<Symbol> symbols_of(const Json& json) {
  std::vector<Symbol> symbols;
  for (const Json& text : json) symbols.emplace_back(text.get<std::string>());
  return symbols;
}

Symbol symbol_of(const Json& json, const char* key) {
  return Symbol(json.at(key).get<std::string>());
}

}  // namespace

Json parse_api_json(std::string_view text, std::string_view what) {
  return guarded(what, [&] { return Json::parse(text); });
}

std::string text_in_utc(Instant instant) { return format_instant(instant, {}); }

Instant read_instant(const Json& json, const char* key) {
  const auto text = guarded(key, [&] { return json.at(key).get<std::string>(); });
  const auto instant = parse_instant(text);
  if (!instant) {
    throw BadInput(
        fmt::format("expected a time as 2015-07-14T10:15:00+06:00 in '{}', found '{}'", key, text));
  }
  return *instant;
}

Json to_json(const FilingRequest& request) {
  const Filing& filing = request.filing;
  Json json;
  json["request_id"] = filing.request_id;
  json["regulation"] = filing.regulation;
  json["office"] = filing.office;
  json["channel"] = filing.channel;
  if (request.filed_at) json["filed_at"] = text_in_utc(*request.filed_at);
  json["applicant"] = {{"name", filing.applicant.name},
                       {"citizenship", filing.applicant.citizenship},
                       {"document", filing.applicant.document}};
  json["documents"] = filing.documents;
  json["fields"] = filing.fields;
  return json;
}

Json to_json(const FilingResult& result) {
  Json json;
  if (!result.error.empty()) {
    json["error"] = result.error;
    json["exit"] = static_cast<int>(result.error_kind);
    return json;
  }
  const FilingReply& reply = result.reply;
  json["regulation"] = reply.regulation;
  json["repeated"] = reply.repeated;
  if (reply.refused) {
    json["refused"] = to_json(*reply.refused);
    return json;
  }
  json["talon"] = reply.talon;
  json["case"] = reply.case_number;
  json["edition"] = reply.edition;
  json["office"] = reply.office;
  json["filed_at"] = text_in_utc(reply.filed_at);
  json["due_date"] = reply.due_date ? Json(format_date(*reply.due_date)) : Json();
  json["due_at"] = reply.due_at ? Json(text_in_utc(*reply.due_at)) : Json();
  return json;
}

FilingResult read_filing_result(const Json& json) {
  return guarded("the result of a filing", [&] {
    FilingResult result;
    if (json.contains("error")) {
      result.error = json.at("error").get<std::string>();
      result.error_kind = static_cast<Exit>(json.at("exit").get<int>());
      return result;
    }
    FilingReply& reply = result.reply;
    reply.regulation = json.at("regulation").get<std::string>();
    reply.repeated = json.at("repeated").get<bool>();
    if (json.contains("refused")) {
      reply.refused = read_rejection(json.at("refused"));
      return result;
    }
    reply.talon = json.at("talon").get<std::string>();
    reply.case_number = json.at("case").get<CaseNumber>();
    reply.edition = json.at("edition").get<std::string>();
    reply.office = json.at("office").get<std::string>();
    reply.filed_at = read_instant(json, "filed_at");
    if (json.at("due_date").is_null()) return result;
    reply.due_date = parse_date(json.at("due_date").get<std::string>());
    if (!reply.due_date) throw BadInput("expected a date in 'due_date'");
    reply.due_at = read_instant(json, "due_at");
    return result;
  });
}

Json to_json(const std::vector<OutcomeNeeds>& needs) {
  Json list = Json::array();
  for (const OutcomeNeeds& one : needs) {
    list.push_back({{"outcome", one.outcome.view()},
                    {"fields", texts_of(one.fields)},
                    {"ground", one.ground}});
  }
  return list;
}

Json to_json(const TaskDelivery& delivery) {
  const TaskMessage& task = delivery.task;
  Json json;
  json["tag"] = delivery.tag;
  json["deliveries"] = delivery.deliveries;
  json["case"] = task.case_number;
  json["talon"] = task.talon;
  json["task"] = task.task;
  json["attempt"] = task.attempt;
  json["regulation"] = task.regulation.view();
  json["edition"] = task.edition.view();
  json["step"] = task.step.view();
  json["office"] = task.office.view();
  json["offered_at"] = text_in_utc(task.offered_at);
  json["due_at"] = task.due_at ? Json(text_in_utc(*task.due_at)) : Json();
  json["reply_to"] = task.reply_to;
  json["outcomes"] = texts_of(task.outcomes);
  json["grounds"] = texts_of(task.grounds);
  json["needs"] = to_json(task.needs);
  return json;
}

TaskDelivery read_delivery(const Json& json) {
  return guarded("a task", [&] {
    TaskDelivery delivery;
    delivery.tag = json.at("tag").get<std::uint64_t>();
    delivery.deliveries = json.at("deliveries").get<std::uint32_t>();
    TaskMessage& task = delivery.task;
    task.case_number = json.at("case").get<CaseNumber>();
    task.talon = json.at("talon").get<std::string>();
    task.task = json.at("task").get<std::uint32_t>();
    task.attempt = json.at("attempt").get<std::uint32_t>();
    task.regulation = symbol_of(json, "regulation");
    task.edition = symbol_of(json, "edition");
    task.step = symbol_of(json, "step");
    task.office = symbol_of(json, "office");
    task.offered_at = read_instant(json, "offered_at");
    if (!json.at("due_at").is_null()) task.due_at = read_instant(json, "due_at");
    task.reply_to = json.at("reply_to").get<LogId>();
    task.outcomes = symbols_of(json.at("outcomes"));
    task.grounds = symbols_of(json.at("grounds"));
    if (!json.contains("needs")) return delivery;  // of an engine of before
    for (const Json& one : json.at("needs")) {
      task.needs.push_back(
          {symbol_of(one, "outcome"), symbols_of(one.at("fields")), one.at("ground").get<bool>()});
    }
    return delivery;
  });
}

Json to_json(const Notice& notice) {
  Json json;
  json["case"] = notice.case_number;
  json["talon"] = notice.talon;
  json["recipient"] = notice.recipient.view();
  json["office"] = notice.office.view();
  json["kind"] = notice.kind.view();
  json["paragraph"] = notice.paragraph.view();
  json["at"] = text_in_utc(notice.at);
  return json;
}

Notice read_notice(const Json& json) {
  return guarded("a notice", [&] {
    return Notice{json.at("case").get<CaseNumber>(), json.at("talon").get<std::string>(),
                  symbol_of(json, "recipient"),      symbol_of(json, "office"),
                  symbol_of(json, "kind"),           symbol_of(json, "paragraph"),
                  read_instant(json, "at")};
  });
}

Json to_json(const Revocation& revocation) {
  return {{"case", revocation.case_number},
          {"task", revocation.task},
          {"office", revocation.office.view()}};
}

Revocation read_revocation(const Json& json) {
  return guarded("a revocation", [&] {
    return Revocation{json.at("case").get<CaseNumber>(), json.at("task").get<std::uint32_t>(),
                      symbol_of(json, "office")};
  });
}

Json to_json(const Answer& answer) {
  Json json;
  json["message_id"] = answer.message_id;
  json["case"] = answer.case_number;
  json["task"] = answer.task;
  json["attempt"] = answer.attempt;
  json["office"] = answer.office;
  json["actor"] = answer.actor;
  json["outcome"] = answer.outcome;
  json["ground"] = answer.ground;
  json["fields"] = answer.fields;
  return json;
}

Answer read_answer(const Json& json) {
  return guarded("an answer", [&] {
    Answer answer;
    answer.message_id = json.at("message_id").get<std::string>();
    answer.case_number = json.at("case").get<CaseNumber>();
    answer.task = json.at("task").get<std::uint32_t>();
    answer.attempt = json.at("attempt").get<std::uint32_t>();
    answer.office = json.at("office").get<std::string>();
    answer.actor = json.at("actor").get<std::string>();
    answer.outcome = json.at("outcome").get<std::string>();
    answer.ground = json.at("ground").get<std::string>();
    answer.fields = json.at("fields").get<std::map<std::string, std::string>>();
    wire::expect_answer(answer);
    return answer;
  });
}

Json to_json(const LegalAct& act) {
  return {{"message_id", act.message_id},
          {"case", act.case_number},
          {"act", act.act},
          {"actor", act.actor},
          {"reason", act.reason}};
}

LegalAct read_act(const Json& json) {
  return guarded("a legal act", [&] {
    LegalAct act;
    act.message_id = json.at("message_id").get<std::string>();
    act.case_number = json.at("case").get<CaseNumber>();
    act.act = json.at("act").get<std::string>();
    act.actor = json.at("actor").get<std::string>();
    act.reason = json.at("reason").get<std::string>();
    if (act.message_id.empty()) throw BadInput("expected an id of the message, found none");
    return act;
  });
}

Json to_json(const Verdict& verdict) { return verdict ? to_json(*verdict) : Json(); }

Verdict read_verdict(const Json& json) {
  return guarded("a verdict", [&]() -> Verdict {
    if (json.is_null()) return std::nullopt;
    return read_rejection(json);
  });
}

int http_status(Exit kind) {
  switch (kind) {
    case Exit::bad_input:
    case Exit::usage:
      return 400;
    case Exit::unavailable:
    case Exit::try_again:
      return 503;
    default:
      return 500;
  }
}

Json to_json(const CalendarPublication& publication) {
  return {
      {"file", publication.file},
      {"text", publication.text},
      {"act", publication.act},
      {"known_from", publication.known_from ? Json(format_date(*publication.known_from)) : Json()}};
}

CalendarPublication read_publication(const Json& json) {
  return guarded("a decree", [&] {
    CalendarPublication publication{json.at("file").get<std::string>(),
                                    json.at("text").get<std::string>(),
                                    json.at("act").get<std::string>(),
                                    {}};
    if (json.at("known_from").is_null()) return publication;
    publication.known_from = parse_date(json.at("known_from").get<std::string>());
    if (!publication.known_from) throw BadInput("expected a date in 'known_from'");
    return publication;
  });
}

Json to_json(const PublicationReply& reply) {
  return {{"edition", reply.edition}, {"changed", reply.changed}};
}

PublicationReply read_publication_reply(const Json& json) {
  return guarded("a calendar edition", [&] {
    return PublicationReply{json.at("edition").get<std::string>(),
                            json.at("changed").get<std::uint64_t>()};
  });
}

Json problem(const Trouble& trouble, int status) {
  Json json;
  json["type"] = "about:blank";
  json["title"] = trouble.text;
  json["status"] = status;
  json["exit"] = static_cast<int>(trouble.kind);
  return json;
}

Trouble read_problem(std::string_view body, int status) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_object() && json.contains("title") && json.at("title").is_string() &&
      json.contains("exit") && json.at("exit").is_number_integer()) {
    return {static_cast<Exit>(json.at("exit").get<int>()), json.at("title").get<std::string>()};
  }
  return {Exit::unavailable,
          fmt::format("expected an answer of the engine, found HTTP {}", status)};
}

}  // namespace reglament::program
