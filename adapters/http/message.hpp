// HTTP/1.1 (RFC 9112) as far as the program needs it: a request with a body, a response with a
// body.
#pragma once

#include <cstddef>
#include <string>

namespace reglament::http {

// A larger body is answered with 413 and not read.
inline constexpr std::size_t body_limit = 64UL * 1024 * 1024;

struct Request {
  std::string method;  // "POST"
  std::string target;  // "/v1/filings"
  std::string body;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

}  // namespace reglament::http
