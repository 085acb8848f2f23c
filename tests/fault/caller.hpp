// A program that speaks API v1 to a running `serve`, as strangers may: one connection, one thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/http/client.hpp"
#include "tests/fault/permit_office.hpp"

namespace reglament::testing {

// Every call throws Unavailable where the engine goes away before it has answered: what was asked
// may then have happened. A problem that the engine reports is Refused.
class Caller {
 public:
  struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  // Throws Unavailable where nobody listens.
  explicit Caller(const std::filesystem::path& socket);

  // A result for each application, in their order.
  [[nodiscard]] std::vector<Json> file(const std::vector<Json>& applications);
  void open_desk();  // for every office
  [[nodiscard]] std::vector<Json> take(std::size_t limit);
  // A line for each answer, in their order.
  [[nodiscard]] std::vector<Json> answer(const std::vector<Json>& answers);
  [[nodiscard]] std::string now();
  void advance_clock(const std::string& to);

 private:
  [[nodiscard]] std::string call(std::string method, std::string target, std::string body = {});

  http::Client client_;
  std::string desk_;
};

}  // namespace reglament::testing
