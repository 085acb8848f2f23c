#include "deploy/program/distributed_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "adapters/entropy/entropy.hpp"
#include "adapters/postgresql/postgresql_leases.hpp"
#include "adapters/postgresql/postgresql_store.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

using Monotonic = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{2};
constexpr std::chrono::milliseconds kBetweenLooksForNodes{1000};
// How long a desk waits for messages that the broker has not confirmed: some may be for offices
// without a queue, and stay.
constexpr std::chrono::milliseconds kOnTheWay{2000};
// How often a partition is visited whose node comes back before we are done.
constexpr int kVisits = 5;
// So long nothing at all may happen.
constexpr std::chrono::seconds kPatience{60};

}  // namespace

// Counts the answers of which the caller has not been told the verdict yet.
class DistributedEngine::CountedDesk final : public DeskChannel {
 public:
  CountedDesk(DistributedEngine& engine, std::unique_ptr<DeskChannel> desk)
      : engine_(engine), desk_(std::move(desk)) {
    const std::lock_guard lock(engine_.mutex_);
    engine_.unanswered_.push_back(unanswered_);
  }
  ~CountedDesk() override {
    const std::lock_guard lock(engine_.mutex_);
    engine_.unanswered_.remove(unanswered_);
  }

  // Nothing is there only when also nothing is on its way from the engines to the broker.
  [[nodiscard]] std::vector<TaskDelivery> take(std::size_t limit) override {
    std::vector<TaskDelivery> taken = desk_->take(limit);
    if (!taken.empty() || limit == 0 || !engine_.has_messages_under_way()) return taken;
    const auto give_up = Monotonic::now() + kOnTheWay;
    while (taken.empty() && engine_.has_messages_under_way() && Monotonic::now() < give_up) {
      taken = desk_->take(limit);
    }
    return taken.empty() ? desk_->take(limit) : taken;
  }
  void settle(std::span<const std::uint64_t> tags) override { desk_->settle(tags); }
  void give_back(std::uint64_t tag) override { desk_->give_back(tag); }
  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    ++*unanswered_;
    desk_->answer(std::move(answer), [count = unanswered_,
                                      on_verdict = std::move(on_verdict)](const Verdict& verdict) {
      on_verdict(verdict);
      --*count;
    });
  }
  [[nodiscard]] std::vector<Revocation> take_revoked() override { return desk_->take_revoked(); }
  [[nodiscard]] std::vector<Notice> take_notices() override { return desk_->take_notices(); }

 private:
  DistributedEngine& engine_;
  const std::unique_ptr<DeskChannel> desk_;
  // Shared with the verdicts: one may come when the desk is gone.
  const std::shared_ptr<std::atomic<std::uint64_t>> unanswered_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
};

// An engine of one partition for one call. It claims the partition: whoever ran it can commit
// nothing more, reads what was done here, and goes on (node.hpp, N1 and N2). If the other is
// quicker to come back, nothing has happened here: Fenced.
class DistributedEngine::Visit {
 public:
  Visit(const Globals& globals, std::uint32_t partitions, LogId log)
      : store_(open_postgresql_store({.url = globals.db, .ownership = Ownership::together})),
        broker_(open_rabbit_broker(globals, partitions, log)) {
    const auto reader = store_->reader();
    const StoreSettings settings = reader->settings();
    if (settings.virtual_clock) {
      virtual_clock_.emplace(reader->logs().at(log).clock_now.value_or(Instant{}));
    } else {
      system_clock_ = std::make_unique<SystemClock>(settings.clock_now);
    }
    EngineSettings of_engine;
    of_engine.share = log;
    engine_ = std::make_unique<Engine>(
        *store_, *broker_,
        virtual_clock_ ? static_cast<const Clock&>(*virtual_clock_) : *system_clock_,
        virtual_clock_ ? &*virtual_clock_ : nullptr, framework(globals.warn_before), fill_random,
        of_engine);
    engine_->start();
  }
  ~Visit() { engine_->stop(); }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  [[nodiscard]] Engine& engine() { return *engine_; }

 private:
  const std::unique_ptr<Store> store_;
  const std::unique_ptr<Broker> broker_;
  std::optional<VirtualClock> virtual_clock_;
  std::unique_ptr<SystemClock> system_clock_;
  std::unique_ptr<Engine> engine_;
};

DistributedEngine::Database::Database(const Globals& globals)
    : leases(open_postgresql_leases(globals.db)),
      reader(open_reader(globals)),
      settings(reader->settings()) {}

DistributedEngine::DistributedEngine(const Globals& globals, DeskHabits habits)
    : globals_(globals),
      habits_(habits),
      database_(is_postgresql(globals.db) ? std::make_optional<Database>(globals) : std::nullopt),
      clock_(database_ ? database_->settings.clock_now : std::nullopt) {}

DistributedEngine::~DistributedEngine() = default;

DistributedEngine::Database& DistributedEngine::database() {
  if (database_) return *database_;
  throw BadConfiguration(fmt::format(
      "expected a postgresql:// address for --db beside an AMQP broker, found '{}'", globals_.db));
}

void DistributedEngine::expect_node() {
  const std::lock_guard lock(mutex_);
  if (!host_ && database().leases->membership().nodes.empty()) {
    host_ = std::make_unique<NodeHost>(globals_, "");
  }
}

void DistributedEngine::wait_for(const std::function<std::uint64_t()>& left,
                                 std::string_view what) {
  std::uint64_t least = left();
  auto give_up = Monotonic::now() + kPatience;
  auto next_look = Monotonic::now() + kBetweenLooksForNodes;
  while (least > 0) {
    std::this_thread::sleep_for(kLook);
    const std::uint64_t now_left = left();
    const auto now = Monotonic::now();
    if (now_left < least) {
      least = now_left;
      give_up = now + kPatience;
    } else if (now >= give_up) {
      throw Unavailable(
          fmt::format("expected {} within {} s, found none", what, kPatience.count()));
    }
    if (now < next_look) continue;
    if (database_) expect_node();
    next_look = now + kBetweenLooksForNodes;
  }
}

// What is wrong with the stated time of a filing; empty where nothing is. The repeat of a filing
// that was answered before is answered again, whatever the clock shows now.
std::string DistributedEngine::objection(const FilingRequest& request) {
  if (!request.filed_at) return {};
  if (!has_virtual_clock()) {
    return "expected no filed_at on the system clock, found one, field filed_at";
  }
  const Instant at = now();
  if (*request.filed_at == at) return {};
  {
    const std::lock_guard lock(mutex_);
    if (database().reader->request(request.filing.request_id)) return {};
  }
  return fmt::format("expected the time of the clock, {}, found {}, which is {}, field filed_at",
                     format_instant(at, {}), format_instant(*request.filed_at, {}),
                     *request.filed_at > at ? "in the future" : "before the clock");
}

std::vector<FilingResult> DistributedEngine::file(std::vector<FilingRequest> requests) {
  expect_node();
  {
    const std::lock_guard lock(mutex_);
    if (!filings_) filings_ = open_filing_channel(globals_, database().settings.partitions);
  }
  // Shared with the callbacks: one that comes after we have given up must not meet a stack that is
  // gone.
  struct Round {
    std::mutex mutex;
    std::vector<FilingResult> results;
    std::uint64_t left = 0;
  };
  const auto round = std::make_shared<Round>();
  round->results.resize(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    round->results[i].error = objection(requests[i]);
    if (!round->results[i].error.empty()) continue;
    {
      const std::lock_guard lock(round->mutex);
      ++round->left;
    }
    filings_->file(requests[i].filing,
                   [round, i](const std::exception_ptr& fault, const FilingReply& reply) {
                     const std::lock_guard lock(round->mutex);
                     FilingResult& result = round->results[i];
                     if (fault) {
                       const Trouble trouble = trouble_of(fault);
                       result.error = trouble.text;
                       result.error_kind = trouble.kind;
                     } else {
                       result.reply = reply;
                     }
                     --round->left;
                   });
  }
  wait_for(
      [&] {
        const std::lock_guard lock(round->mutex);
        return round->left;
      },
      "replies to filings");
  const std::lock_guard lock(round->mutex);
  return std::move(round->results);
}

std::unique_ptr<DeskChannel> DistributedEngine::open_desk(std::vector<std::string> offices) {
  if (database_) expect_node();
  return std::make_unique<CountedDesk>(*this,
                                       open_rabbit_desk(globals_, std::move(offices), habits_));
}

bool DistributedEngine::has_messages_under_way() {
  const std::lock_guard lock(mutex_);
  bool found = false;
  if (!database_) return found;
  database_->reader->for_each_message(std::nullopt, [&found](const OutboxMessage&) {
    found = true;
    return false;
  });
  return found;
}

template <class Reply, class Call>
Reply DistributedEngine::on_visit(LogId log, Call call) {
  for (int attempt = 1;; ++attempt) {
    try {
      Visit visit(globals_, database().settings.partitions, log);
      std::promise<Reply> promise;
      call(visit.engine(), [&promise](const std::exception_ptr& fault, const Reply& reply) {
        fault ? promise.set_exception(fault) : promise.set_value(reply);
      });
      return promise.get_future().get();
    } catch (const Fenced&) {
      if (attempt == kVisits) throw;
    }
  }
}

Verdict DistributedEngine::act(const LegalAct& act) {
  const std::uint32_t partitions = database().settings.partitions;
  const LogId log = act.case_number == 0 ? 0 : partition_of(act.case_number, partitions);
  return on_visit<Verdict>(log, [&act](Engine& engine, auto tell) { engine.act(act, tell); });
}

PublicationReply DistributedEngine::publish_calendar(CalendarPublication publication) {
  const std::uint32_t partitions = database().settings.partitions;
  PublicationReply all;
  for (LogId log = 0; log < partitions; ++log) {
    const auto reply = on_visit<PublicationReply>(log, [&publication](Engine& engine, auto tell) {
      engine.publish_calendar(publication, tell);
    });
    all.edition = reply.edition;
    all.changed += reply.changed;
  }
  return all;
}

bool DistributedEngine::has_virtual_clock() {
  const std::lock_guard lock(mutex_);
  return database_ && database_->settings.virtual_clock;
}

Instant DistributedEngine::now() {
  if (!has_virtual_clock()) return clock_.now();
  const std::lock_guard lock(mutex_);
  const auto at = database().reader->settings().clock_now;
  if (!at) throw Unavailable("expected the time of the virtual clock, found none");
  return *at;
}

void DistributedEngine::advance_clock(Instant to) {
  if (!has_virtual_clock()) {
    throw BadInput("expected a database on a virtual clock, found one on the system clock");
  }
  if (const Instant from = now(); to < from) {
    throw BadInput(fmt::format("expected an instant from {} on, found {}", format_instant(from, {}),
                               format_instant(to, {})));
  }
  expect_node();
  {
    const std::lock_guard lock(mutex_);
    database().leases->set_clock_target(to);
    if (host_) host_->look_at_clock();
  }
  wait_for(
      [&] {
        const std::lock_guard lock(mutex_);
        std::uint64_t left = 0;
        for (const StoredLog& log : database().reader->logs()) {
          const Instant at = log.clock_now.value_or(Instant{});
          if (at < to) left += static_cast<std::uint64_t>((to - at).count());
        }
        return left;
      },
      "every partition to move its clock");
}

void DistributedEngine::drain() {
  wait_for(
      [&] {
        const std::lock_guard lock(mutex_);
        std::uint64_t left = 0;
        for (const auto& unanswered : unanswered_) left += *unanswered;
        return left;
      },
      "verdicts of the engine");
}

EngineCounters DistributedEngine::counters() {
  const std::lock_guard lock(mutex_);
  EngineCounters counters;
  for (const StoredLog& log : database().reader->logs()) counters.decisions += log.size;
  if (host_) counters.commits = host_->status().counters.commits;
  return counters;
}

}  // namespace reglament::program
