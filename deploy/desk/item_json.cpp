#include "deploy/desk/item_json.hpp"

#include "deploy/program/api_json.hpp"
#include "deploy/program/world.hpp"

namespace reglament::program {
namespace {

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json texts(const std::vector<Symbol>& codes) {
  Json list = Json::array();
  for (const Symbol& code : codes) list.push_back(code.view());
  return list;
}

Json answer_json(const std::optional<Answer>& answer) {
  if (!answer) return {};
  return {{"outcome", answer->outcome},
          {"reason", text_or_null(answer->ground)},
          {"actor", answer->actor},
          {"fields", answer->fields},
          {"message_id", answer->message_id}};
}

Json rejection_json(const std::optional<Rejection>& reason) {
  if (!reason) return {};
  Json json;
  put_rejection(json, *reason);
  return json;
}

}  // namespace

Json to_json(const desk::Item& item) {
  const desk::Item::State& state = item.state();
  const TaskMessage& task = state.task;
  const auto at = [&](Instant instant) { return local_time(instant, task.office.view()); };
  const bool is_known = task.attempt != 0;
  Json json;
  json["id"] = id_of(item);
  json["talon"] = text_or_null(task.talon);
  json["case"] = task.case_number;
  json["task"] = task.task;
  json["attempt"] = is_known ? Json(task.attempt) : Json();
  json["regulation"] = text_or_null(task.regulation.view());
  json["edition"] = text_or_null(task.edition.view());
  json["step"] = text_or_null(task.step.view());
  json["office"] = task.office.view();
  json["stage"] = code(state.stage);
  json["holder"] = text_or_null(state.holder);
  json["offered_at"] = is_known ? Json(at(task.offered_at)) : Json();
  json["due_at"] = task.due_at ? Json(at(*task.due_at)) : Json();
  json["received_at"] = at(state.received_at);
  json["changed_at"] = at(state.changed_at);
  json["outcomes"] = texts(task.outcomes);
  json["grounds"] = texts(task.grounds);
  json["needs"] = to_json(task.needs);
  json["answer"] = answer_json(state.answer);
  json["rejected"] = rejection_json(state.reason);
  return json;
}

Json to_json(const ItemDetails& details) {
  Json json = to_json(details.item);
  const std::string_view office = details.item.state().task.office.view();
  json["journal"] = Json::array();
  for (const desk::JournalLine& line : details.journal) {
    json["journal"].push_back({{"at", local_time(line.at, office)},
                               {"act", line.act},
                               {"person", text_or_null(line.person)},
                               {"detail", text_or_null(line.detail)}});
  }
  return json;
}

}  // namespace reglament::program
