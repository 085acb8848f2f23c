#include "deploy/desk/desk_api.hpp"

#include <fmt/format.h>

#include <thread>

#include "adapters/clock/system_clock.hpp"
#include "adapters/http/client.hpp"
#include "adapters/wire/reply_json.hpp"
#include "adapters/wire/strict_json.hpp"
#include "deploy/desk/item_json.hpp"
#include "deploy/program/api_json.hpp"
#include "deploy/program/trouble.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

using http::Request;
using http::Response;

// A command that owns the file ends soon, or it is a desk about to open its socket.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kBetweenAttempts{50};

Response problem_response(const Trouble& trouble, int status) {
  return {status, problem(trouble, status).dump(-1, ' ', false, Json::error_handler_t::replace),
          "application/problem+json"};
}

Response lines_of(const std::vector<desk::Item>& items) {
  std::string body;
  for (const desk::Item& item : items) body += to_json(item).dump() + "\n";
  return {200, std::move(body), "application/x-ndjson"};
}

ClerkAct read_act(const std::string& body) {
  const nlohmann::json whole = wire::parse_strict_json(body);
  const wire::StrictObject object(whole, "", {"id", "act", "person", "to", "reply"});
  ClerkAct act{object.text("id"), object.text("act"), object.text("person"), object.text("to"), {}};
  if (const nlohmann::json* reply = object.find_object("reply"))
    act.reply = parse_reply(reply->dump());
  return act;
}

std::string read_id(const std::string& body) {
  const nlohmann::json whole = wire::parse_strict_json(body);
  return wire::StrictObject(whole, "", {"id"}).text("id");
}

}  // namespace

Response DeskApi::handle(const Request& request) {
  try {
    return route(request);
  } catch (...) {
    const Trouble trouble = trouble_of(std::current_exception());
    return problem_response(trouble, http_status(trouble.kind));
  }
}

Response DeskApi::route(const Request& request) {
  const std::string call = request.method + " " + request.target;
  if (call == "GET /v1/items") return lines_of(inbox_.list(false));
  if (call == "GET /v1/items/all") return lines_of(inbox_.list(true));
  if (call == "POST /v1/items/show") {
    return {200, to_json(inbox_.show(read_id(request.body))).dump()};
  }
  if (call == "POST /v1/items/act") {
    return {200, to_json(inbox_.act(read_act(request.body))).dump()};
  }
  return problem_response(
      {Exit::bad_input, fmt::format("expected a resource of API v1 of a desk, found {}", call)},
      404);
}

std::filesystem::path desk_socket_of(const std::filesystem::path& inbox) {
  return inbox.string() + ".sock";
}

namespace {

Response ask(const std::filesystem::path& file, const Request& request) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    std::unique_ptr<OwnerLock> lock;
    std::exception_ptr busy;
    try {
      lock = std::make_unique<OwnerLock>(file);
    } catch (const TryAgain&) {
      busy = std::current_exception();
    }
    if (lock) {
      const SystemClock clock;
      DeskClock desk_clock([&clock] { return clock.now(); });
      OfficeInbox inbox(std::move(lock), file, {}, desk_clock);
      return DeskApi(inbox).handle(request);
    }
    if (auto client = http::Client::connect(desk_socket_of(file))) return client->send(request);
    if (std::chrono::steady_clock::now() >= give_up) std::rethrow_exception(busy);
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

}  // namespace

std::string ask_desk(const std::filesystem::path& inbox, const Request& request) {
  Response response = ask(inbox, request);
  if (response.status >= 300) raise(read_problem(response.body, response.status));
  return std::move(response.body);
}

}  // namespace reglament::program
