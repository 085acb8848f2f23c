#include "tests/fault/caller.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"

namespace reglament::testing {
namespace {

http::Client connected(const std::filesystem::path& socket) {
  auto client = http::Client::connect(socket);
  if (!client) throw Unavailable("expected an engine, found nobody at " + socket.string());
  return std::move(*client);
}

std::string lines_of(const std::vector<Json>& values) {
  std::string text;
  for (const Json& value : values) text += value.dump() + "\n";
  return text;
}

}  // namespace

Caller::Caller(const std::filesystem::path& socket) : client_(connected(socket)) {}

std::string Caller::call(std::string method, std::string target, std::string body) {
  const std::string what = method + " " + target;
  http::Response response = client_.send({std::move(method), std::move(target), std::move(body)});
  if (response.status < 300) return std::move(response.body);
  throw Refused(fmt::format("{}: HTTP {}: {}", what, response.status, response.body));
}

std::vector<Json> Caller::file(const std::vector<Json>& applications) {
  return json_lines(call("POST", "/v1/filings", lines_of(applications)));
}

void Caller::open_desk() {
  const std::string body = call("POST", "/v1/desks", R"({"offices":[]})");
  desk_ = "/v1/desks/" + Json::parse(body).at("desk").get<std::string>();
}

std::vector<Json> Caller::take(std::size_t limit) {
  const Json request = {{"limit", limit}};
  return Json::parse(call("POST", desk_ + "/take", request.dump()))
      .at("tasks")
      .get<std::vector<Json>>();
}

std::vector<Json> Caller::answer(const std::vector<Json>& answers) {
  return json_lines(call("POST", desk_ + "/answer", lines_of(answers)));
}

std::string Caller::now() {
  return Json::parse(call("GET", "/v1/clock")).at("now").get<std::string>();
}

void Caller::advance_clock(const std::string& to) {
  static_cast<void>(call("POST", "/v1/clock", Json{{"to", to}}.dump()));
}

}  // namespace reglament::testing
