// API v1 of a desk: its inbox over HTTP, served on the Unix socket beside the inbox's file.
//
//   GET  /v1/items        the open items, a JSON line each
//   GET  /v1/items/all    the closed ones behind them
//   POST /v1/items/show   {"id":ID} -> the item with its journal
//   POST /v1/items/act    {"id":ID,"act":"claim|release|hand-over|answer","person":P,"to":Q,
//                          "reply":{"outcome":O,"reason":R,"fields":{..}}} -> the same
//
// A reply comes when what it says is durable. Errors are problem objects (RFC 9457) with our exit
// code. Whoever may open the socket may act in anybody's name: the department decides who that is.
#pragma once

#include <filesystem>

#include "adapters/http/message.hpp"
#include "deploy/desk/office_inbox.hpp"

namespace reglament::program {

// Called from several threads at once.
class DeskApi {
 public:
  explicit DeskApi(OfficeInbox& inbox) : inbox_(inbox) {}

  [[nodiscard]] http::Response handle(const http::Request& request);

 private:
  [[nodiscard]] http::Response route(const http::Request& request);

  OfficeInbox& inbox_;
};

[[nodiscard]] std::filesystem::path desk_socket_of(const std::filesystem::path& inbox);

// Asks the desk that runs on this inbox, or, where none runs, the file itself. Throws the fault
// that the response carries; Unavailable without such a file, TryAgain where another command keeps
// it.
[[nodiscard]] std::string ask_desk(const std::filesystem::path& inbox,
                                   const http::Request& request);

}  // namespace reglament::program
