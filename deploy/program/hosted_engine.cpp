#include "deploy/program/hosted_engine.hpp"

#include <fmt/format.h>

#include <future>

#include "adapters/entropy/entropy.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {

HostedEngine::HostedEngine(const Globals& globals, OwnedStore owned)
    : owned_(std::move(owned)), reader_(owned_.store->reader()) {
  const StoreSettings settings = reader_->settings();
  if (settings.virtual_clock) {
    if (!settings.clock_now) {
      throw Unavailable(fmt::format("expected the time of the virtual clock, found none, in {}",
                                    place_of(globals)));
    }
    virtual_clock_ = std::make_unique<VirtualClock>(*settings.clock_now);
  } else {
    system_clock_ = std::make_unique<SystemClock>(settings.clock_now);
  }
  const Clock& clock = virtual_clock_ ? static_cast<const Clock&>(*virtual_clock_) : *system_clock_;
  engine_ = std::make_unique<Engine>(*owned_.store, broker_, clock, virtual_clock_.get(),
                                     framework(globals.warn_before), fill_random);
  engine_->start();
}

HostedEngine::~HostedEngine() { engine_->stop(); }

bool HostedEngine::is_known(const std::string& request_id) {
  const std::lock_guard lock(reader_mutex_);
  return reader_->request(request_id).has_value();
}

// What is wrong with the stated time of a filing; empty where nothing is. The repeat of a filing
// that was answered before is answered again, whatever the clock shows now.
std::string HostedEngine::objection(const FilingRequest& request) {
  if (!request.filed_at) return {};
  if (!has_virtual_clock()) {
    return "expected no filed_at on the system clock, found one, field filed_at";
  }
  const Instant now = engine_->now();
  if (*request.filed_at == now || is_known(request.filing.request_id)) return {};
  return fmt::format("expected the time of the clock, {}, found {}, which is {}, field filed_at",
                     format_instant(now, {}), format_instant(*request.filed_at, {}),
                     *request.filed_at > now ? "in the future" : "before the clock");
}

std::vector<FilingResult> HostedEngine::file(std::vector<FilingRequest> requests) {
  std::vector<FilingResult> results(requests.size());
  std::shared_lock clock_stands_still(clock_mutex_, std::defer_lock);
  {
    const std::lock_guard turn(clock_turn_);
    clock_stands_still.lock();
  }
  // First all of this, which may throw: from then on the engine holds references into `results`.
  for (std::size_t i = 0; i < requests.size(); ++i) results[i].error = objection(requests[i]);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    FilingResult& result = results[i];
    if (!result.error.empty()) continue;
    engine_->file(std::move(requests[i].filing),
                  [&result](const std::exception_ptr& fault, const FilingReply& reply) {
                    if (fault) {
                      const Trouble trouble = trouble_of(fault);
                      result.error = trouble.text;
                      result.error_kind = trouble.kind;
                    } else {
                      result.reply = reply;
                    }
                  });
  }
  engine_->drain();
  return results;
}

Verdict HostedEngine::act(const LegalAct& act) {
  std::promise<Verdict> decided;
  engine_->act(act, [&decided](const std::exception_ptr& fault, const Verdict& verdict) {
    fault ? decided.set_exception(fault) : decided.set_value(verdict);
  });
  return decided.get_future().get();
}

std::unique_ptr<DeskChannel> HostedEngine::open_desk(std::vector<std::string> offices) {
  return broker_.open_desk(std::move(offices));
}

void HostedEngine::advance_clock(Instant to) {
  const std::lock_guard turn(clock_turn_);
  const std::unique_lock nobody_files(clock_mutex_);
  engine_->advance_clock(to);
}

PublicationReply HostedEngine::publish_calendar(CalendarPublication publication) {
  std::promise<PublicationReply> published;
  engine_->publish_calendar(std::move(publication), [&published](const std::exception_ptr& fault,
                                                                 const PublicationReply& reply) {
    fault ? published.set_exception(fault) : published.set_value(reply);
  });
  return published.get_future().get();
}

}  // namespace reglament::program
