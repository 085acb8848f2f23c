#include "tests/support/hosted_engine.hpp"

#include <future>

namespace reglament::testing {

RandomSource counting_bytes() {
  return [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    for (std::uint8_t& byte : bytes) byte = next++;
  };
}

EngineUnderTest::EngineUnderTest(Store& store, Instant now, EngineSettings settings,
                                 const Framework& framework)
    : clock_(now), engine_(store, broker_, clock_, &clock_, framework, counting_bytes(), settings) {
  engine_.start();
}

FilingReply EngineUnderTest::file(const Filing& filing) {
  std::promise<FilingReply> promise;
  engine_.file(filing, [&](std::exception_ptr fault, const FilingReply& reply) {
    fault ? promise.set_exception(fault) : promise.set_value(reply);
  });
  return promise.get_future().get();
}

Verdict EngineUnderTest::answer(const Answer& answer) {
  std::promise<Verdict> promise;
  engine_.answer(answer, [&](std::exception_ptr fault, const Verdict& verdict) {
    fault ? promise.set_exception(fault) : promise.set_value(verdict);
  });
  return promise.get_future().get();
}

PublicationReply EngineUnderTest::publish(CalendarPublication publication) {
  std::promise<PublicationReply> promise;
  engine_.publish_calendar(std::move(publication),
                           [&](std::exception_ptr fault, const PublicationReply& reply) {
                             fault ? promise.set_exception(fault) : promise.set_value(reply);
                           });
  return promise.get_future().get();
}

}  // namespace reglament::testing
