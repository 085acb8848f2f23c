#include "deploy/program/remote_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "deploy/program/api_json.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// Well below what the server takes in one body, whatever one application measures.
constexpr std::size_t kBodyBytes = 16UL * 1024 * 1024;
constexpr std::size_t kAnswersAtOnce = 512;

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

// Answers are collected and travel together: each request to the server waits for a commit.
class RemoteDesk final : public DeskChannel {
 public:
  RemoteDesk(RemoteEngine& engine, std::string id) : engine_(engine), path_("/v1/desks/" + id) {
    engine_.desks_.push_back(this);
  }

  ~RemoteDesk() override {
    engine_.desks_.remove(this);
    try {
      static_cast<void>(engine_.call("DELETE", path_));
    } catch (const std::exception&) {
      // The server gives the tasks back by itself when it hears no more of this desk.
    }
  }

  std::vector<TaskDelivery> take(std::size_t limit) override {
    send_answers();
    const Json request = {{"limit", limit}};
    const Json reply =
        parse_api_json(engine_.call("POST", path_ + "/take", request.dump()), "tasks");
    for (const Json& one : reply.at("revoked")) revoked_.push_back(read_revocation(one));
    for (const Json& notice : reply.at("notices")) notices_.push_back(read_notice(notice));
    std::vector<TaskDelivery> deliveries;
    for (const Json& task : reply.at("tasks")) deliveries.push_back(read_delivery(task));
    return deliveries;
  }

  void settle(std::span<const std::uint64_t> tags) override {
    send_answers();
    static_cast<void>(engine_.call("POST", path_ + "/settle", Json{{"tags", tags}}.dump()));
  }

  void give_back(std::uint64_t tag) override {
    send_answers();
    static_cast<void>(engine_.call("POST", path_ + "/give-back", Json{{"tag", tag}}.dump()));
  }

  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    answers_.push_back({std::move(answer), std::move(on_verdict)});
    if (answers_.size() >= kAnswersAtOnce) send_answers();
  }

  std::vector<Revocation> take_revoked() override {
    fetch_news();
    return std::exchange(revoked_, {});
  }

  std::vector<Notice> take_notices() override {
    fetch_news();
    return std::exchange(notices_, {});
  }

  void send_answers() {
    if (answers_.empty()) return;
    const auto sent = std::exchange(answers_, {});
    std::string body;
    for (const Waiting& waiting : sent) body += to_json(waiting.answer).dump() + "\n";
    std::size_t i = 0;
    for_each_line(engine_.call("POST", path_ + "/answer", std::move(body)),
                  [&](std::string_view line) {
                    if (i == sent.size()) return;
                    const Json verdict = parse_api_json(line, "a verdict");
                    const Waiting& waiting = sent[i++];
                    if (verdict.contains("error")) return;  // no verdict: it was not decided
                    waiting.on_verdict(read_verdict(verdict.at("rejection")));
                  });
  }

 private:
  struct Waiting {
    Answer answer;
    std::function<void(const Verdict&)> on_verdict;
  };

  void fetch_news() {
    // A take of nothing brings what was revoked and noticed.
    static_cast<void>(take(0));
  }

  RemoteEngine& engine_;
  const std::string path_;
  std::vector<Waiting> answers_;
  std::vector<Revocation> revoked_;
  std::vector<Notice> notices_;
};

std::string RemoteEngine::call(std::string method, std::string target, std::string body) {
  http::Response response = client_.send({std::move(method), std::move(target), std::move(body)});
  if (response.status >= 300) raise(read_problem(response.body, response.status));
  return std::move(response.body);
}

std::vector<FilingResult> RemoteEngine::file(std::vector<FilingRequest> requests) {
  std::vector<FilingResult> results;
  std::string body;
  const auto send = [&] {
    if (body.empty()) return;
    for_each_line(call("POST", "/v1/filings", std::exchange(body, {})), [&](std::string_view line) {
      results.push_back(read_filing_result(parse_api_json(line, "the result of a filing")));
    });
  };
  for (const FilingRequest& request : requests) {
    body += to_json(request).dump() + "\n";
    if (body.size() >= kBodyBytes) send();
  }
  send();
  if (results.size() != requests.size()) {
    throw Unavailable(fmt::format("expected {} results of the engine, found {}", requests.size(),
                                  results.size()));
  }
  return results;
}

std::unique_ptr<DeskChannel> RemoteEngine::open_desk(std::vector<std::string> offices) {
  const Json request = {{"offices", offices}};
  const Json reply = parse_api_json(call("POST", "/v1/desks", request.dump()), "a desk");
  return std::make_unique<RemoteDesk>(*this, reply.at("desk").get<std::string>());
}

Verdict RemoteEngine::act(const LegalAct& act) {
  const Json reply = parse_api_json(call("POST", "/v1/acts", to_json(act).dump()), "a verdict");
  return read_verdict(reply.at("rejection"));
}

Instant RemoteEngine::now() {
  return read_instant(parse_api_json(call("GET", "/v1/clock"), "the clock"), "now");
}

bool RemoteEngine::has_virtual_clock() {
  return parse_api_json(call("GET", "/v1/clock"), "the clock").at("virtual").get<bool>();
}

void RemoteEngine::advance_clock(Instant to) {
  static_cast<void>(call("POST", "/v1/clock", Json{{"to", text_in_utc(to)}}.dump()));
}

PublicationReply RemoteEngine::publish_calendar(CalendarPublication publication) {
  // The name of a file may be any bytes.
  const std::string body =
      to_json(publication).dump(-1, ' ', false, Json::error_handler_t::replace);
  return read_publication_reply(
      parse_api_json(call("POST", "/v1/calendar", body), "a calendar edition"));
}

void RemoteEngine::drain() {
  for (RemoteDesk* desk : desks_) desk->send_answers();
  static_cast<void>(call("POST", "/v1/drain"));
}

EngineCounters RemoteEngine::counters() {
  const Json reply = parse_api_json(call("GET", "/v1/counters"), "the counters");
  return {reply.at("decisions").get<std::uint64_t>(), reply.at("commits").get<std::uint64_t>()};
}

}  // namespace reglament::program
