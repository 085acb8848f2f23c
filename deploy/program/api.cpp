#include "deploy/program/api.hpp"

#include <fmt/format.h>

#include <vector>

#include "adapters/wire/filing_json.hpp"
#include "deploy/program/api_json.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

using http::Request;
using http::Response;

constexpr std::chrono::seconds kSilence{30};
constexpr std::size_t kTasksAtOnce = 10'000;

Response ok(const Json& json) { return {200, json.dump(), "application/json"}; }

Response problem_response(const Trouble& trouble, int status) {
  return {status, problem(trouble, status).dump(-1, ' ', false, Json::error_handler_t::replace),
          "application/problem+json"};
}

Response not_found(const Request& request) {
  return problem_response(
      {Exit::bad_input,
       fmt::format("expected a resource of API v1, found {} {}", request.method, request.target)},
      404);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

template <class T>
T value_of(const Json& json, const char* key) {
  try {
    return json.at(key).get<T>();
  } catch (const Json::exception&) {
    throw BadInput(fmt::format("expected a value of another type, field {}", key));
  }
}

}  // namespace

Response Api::handle(const Request& request) {
  try {
    return route(request);
  } catch (...) {
    const Trouble trouble = trouble_of(std::current_exception());
    return problem_response(trouble, http_status(trouble.kind));
  }
}

Response Api::route(const Request& request) {
  const std::string call = request.method + " " + request.target;
  if (call == "POST /v1/filings") return file(request);
  if (call == "POST /v1/acts") return act(request);
  if (call == "POST /v1/desks") return open_desk(request);
  if (call == "POST /v1/clock") return move_clock(request);
  if (call == "GET /v1/clock") {
    return ok({{"now", text_in_utc(engine_.now())}, {"virtual", engine_.has_virtual_clock()}});
  }
  if (call == "POST /v1/calendar") return publish_calendar(request);
  if (call == "POST /v1/drain") {
    engine_.drain();
    return ok(Json::object());
  }
  if (call == "GET /v1/counters") {
    const EngineCounters counters = engine_.counters();
    return ok({{"decisions", counters.decisions}, {"commits", counters.commits}});
  }
  constexpr std::string_view desks = "/v1/desks/";
  if (request.target.starts_with(desks)) {
    return route_desk(request, request.target.substr(desks.size()));
  }
  return not_found(request);
}

Response Api::route_desk(const Request& request, const std::string& rest) {
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string id = rest.substr(0, slash);
  const std::string call = request.method + " " + rest.substr(slash);
  const std::shared_ptr<Desk> desk = find_desk(id);
  if (!desk) {
    return problem_response({Exit::try_again, fmt::format("expected an open desk, found '{}'", id)},
                            404);
  }
  if (call == "DELETE ") {
    const std::lock_guard lock(mutex_);
    desks_.erase(id);
    return ok(Json::object());
  }
  const std::lock_guard lock(desk->mutex);
  if (call == "POST /take") return take(*desk, request);
  if (call == "POST /answer") return answer(*desk, request);
  if (call == "POST /settle") {
    desk->channel->settle(
        value_of<std::vector<std::uint64_t>>(parse_api_json(request.body, "an object"), "tags"));
    return ok(Json::object());
  }
  if (call == "POST /give-back") {
    desk->channel->give_back(
        value_of<std::uint64_t>(parse_api_json(request.body, "an object"), "tag"));
    return ok(Json::object());
  }
  return not_found(request);
}

std::shared_ptr<Api::Desk> Api::find_desk(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = desks_.find(id);
  if (found == desks_.end()) return nullptr;
  found->second->last_call = std::chrono::steady_clock::now();
  return found->second;
}

void Api::close_silent_desks(Moment now) {
  std::vector<std::shared_ptr<Desk>> closed;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  for (auto desk = desks_.begin(); desk != desks_.end();) {
    // A desk in the middle of a call is held by that call too.
    const bool busy = desk->second.use_count() > 1 || clock_moves_ > 0;
    if (busy) desk->second->last_call = now;
    if (now - desk->second->last_call < kSilence) {
      ++desk;
      continue;
    }
    closed.push_back(std::move(desk->second));
    desk = desks_.erase(desk);
  }
}

Response Api::file(const Request& request) {
  std::vector<FilingResult> results;
  std::vector<FilingRequest> requests;
  std::vector<std::size_t> places;  // of the requests among the results
  for (const std::string_view line : lines_of(request.body)) {
    results.emplace_back();
    try {
      ParsedFiling parsed = parse_filing(line);
      requests.push_back({std::move(parsed.filing), parsed.filed_at});
      places.push_back(results.size() - 1);
    } catch (const BadInput& error) {
      results.back().error = error.what();
    }
  }
  std::vector<FilingResult> filed = engine_.file(std::move(requests));
  for (std::size_t i = 0; i < filed.size(); ++i) results[places[i]] = std::move(filed[i]);
  std::string body;
  for (const FilingResult& result : results) body += to_json(result).dump() + "\n";
  return {200, std::move(body), "application/x-ndjson"};
}

Response Api::act(const Request& request) {
  const Verdict verdict = engine_.act(read_act(parse_api_json(request.body, "a legal act")));
  return ok({{"rejection", to_json(verdict)}});
}

Response Api::open_desk(const Request& request) {
  auto offices =
      value_of<std::vector<std::string>>(parse_api_json(request.body, "an object"), "offices");
  for (const std::string& office : offices) expect_office(office, "offices");
  auto desk = std::make_shared<Desk>();
  desk->channel = engine_.open_desk(std::move(offices));
  desk->last_call = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  const std::string id = std::to_string(++desks_opened_);
  desks_.emplace(id, std::move(desk));
  return ok({{"desk", id}});
}

Response Api::take(Desk& desk, const Request& request) {
  const auto limit = value_of<std::size_t>(parse_api_json(request.body, "an object"), "limit");
  Json reply;
  reply["tasks"] = Json::array();
  if (limit > 0) {
    for (const TaskDelivery& delivery : desk.channel->take(std::min(limit, kTasksAtOnce))) {
      reply["tasks"].push_back(to_json(delivery));
    }
  }
  reply["revoked"] = Json::array();
  for (const Revocation& revocation : desk.channel->take_revoked()) {
    reply["revoked"].push_back(to_json(revocation));
  }
  reply["notices"] = Json::array();
  for (const Notice& notice : desk.channel->take_notices()) {
    reply["notices"].push_back(to_json(notice));
  }
  return ok(reply);
}

Response Api::answer(Desk& desk, const Request& request) {
  struct Outcome {
    std::optional<Verdict> verdict;
    Trouble trouble{Exit::unavailable, "expected the answer to be stored, found that it was not"};
  };
  // Shared with the callbacks: one that comes late must not meet a stack that is gone.
  auto outcomes = std::make_shared<std::vector<Outcome>>();
  auto mutex = std::make_shared<std::mutex>();
  const auto lines = lines_of(request.body);
  outcomes->resize(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Outcome& outcome = (*outcomes)[i];
    try {
      desk.channel->answer(read_answer(parse_api_json(lines[i], "an answer")),
                           [outcomes, mutex, i](const Verdict& verdict) {
                             const std::lock_guard lock(*mutex);
                             (*outcomes)[i].verdict = verdict;
                           });
    } catch (const std::runtime_error&) {
      outcome.trouble = trouble_of(std::current_exception());
    }
  }
  engine_.drain();
  const std::lock_guard lock(*mutex);
  std::string body;
  for (const Outcome& outcome : *outcomes) {
    Json line = Json::object();
    if (outcome.verdict) {
      line["rejection"] = to_json(*outcome.verdict);
    } else {
      line["error"] = outcome.trouble.text;
      line["exit"] = static_cast<int>(outcome.trouble.kind);
    }
    body += line.dump() + "\n";
  }
  return {200, std::move(body), "application/x-ndjson"};
}

Response Api::move_clock(const Request& request) {
  const Instant to = read_instant(parse_api_json(request.body, "an object"), "to");
  const auto count = [this](int change) {
    const std::lock_guard lock(mutex_);
    clock_moves_ += change;
  };
  count(1);
  try {
    engine_.advance_clock(to);
  } catch (...) {
    count(-1);
    throw;
  }
  count(-1);
  return ok({{"now", text_in_utc(engine_.now())}});
}

Response Api::publish_calendar(const Request& request) {
  CalendarPublication publication = read_publication(parse_api_json(request.body, "a decree"));
  return ok(to_json(engine_.publish_calendar(std::move(publication))));
}

}  // namespace reglament::program
