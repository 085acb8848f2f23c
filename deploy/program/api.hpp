// API v1: the engine port over HTTP, served on the Unix socket beside the database.
//
//   POST   /v1/filings            JSON lines as `reglament file` takes them; a line of result each
//   POST   /v1/desks              {"offices":[...]}, empty: all -> {"desk":ID}
//   POST   /v1/desks/ID/take      {"limit":N} -> {"tasks":[...],"revoked":[...],"notices":[...]}
//   POST   /v1/desks/ID/settle    {"tags":[N...]}
//   POST   /v1/desks/ID/answer    JSON lines of answers; a line {"rejection":null|{..}} each, or
//                                 {"error":..,"exit":..} where not decided
//   POST   /v1/desks/ID/give-back {"tag":N}
//   DELETE /v1/desks/ID
//   GET    /v1/clock              {"now":..,"virtual":true|false}
//   POST   /v1/clock              {"to":T}
//   POST   /v1/calendar           {"file":..,"text":..,"act":..,"known_from":DATE|null}
//                                 -> {"edition":CODE,"changed":N}, when the deadlines follow
//   POST   /v1/drain
//   GET    /v1/counters           {"decisions":N,"commits":N}
//
// A reply comes when what it says is durable. A desk that has not called for 30 seconds is closed
// and its tasks go back to their queues. Errors are problem objects (RFC 9457) with our exit code.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/http/message.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::program {

// Called from several threads at once.
class Api {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit Api(EnginePort& engine) : engine_(engine) {}

  [[nodiscard]] http::Response handle(const http::Request& request);
  // Closes the desks that have been silent for too long at that moment.
  void close_silent_desks(Moment now);

 private:
  struct Desk {
    std::mutex mutex;
    std::unique_ptr<DeskChannel> channel;  // under mutex; null when closed
    Moment last_call;                      // under Api::mutex_
  };

  [[nodiscard]] http::Response route(const http::Request& request);
  [[nodiscard]] http::Response route_desk(const http::Request& request, const std::string& rest);
  [[nodiscard]] http::Response file(const http::Request& request);
  [[nodiscard]] http::Response act(const http::Request& request);
  [[nodiscard]] http::Response open_desk(const http::Request& request);
  [[nodiscard]] http::Response take(Desk& desk, const http::Request& request);
  [[nodiscard]] http::Response answer(Desk& desk, const http::Request& request);
  [[nodiscard]] http::Response move_clock(const http::Request& request);
  [[nodiscard]] http::Response publish_calendar(const http::Request& request);
  [[nodiscard]] std::shared_ptr<Desk> find_desk(const std::string& id);

  EnginePort& engine_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Desk>> desks_;
  std::uint64_t desks_opened_ = 0;
  int clock_moves_ = 0;  // under way: desks that wait for one are not silent
};

}  // namespace reglament::program
