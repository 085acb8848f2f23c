#include "tests/support/node_under_test.hpp"

#include <future>

#include "engine/base/fault.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament::testing {
namespace {

// Durable, and confirms at once.
class LineBroker final : public Broker {
 public:
  explicit LineBroker(std::shared_ptr<PartitionLine> line) : line_(std::move(line)) {}

  [[nodiscard]] bool is_durable() const override { return true; }
  void publish(std::span<const OutboxMessage> messages) override {
    for (const OutboxMessage& message : messages) {
      if (message.id > confirmed_) confirmed_ = message.id;
    }
  }
  [[nodiscard]] std::uint64_t confirmed_through() const override { return confirmed_; }
  void set_answer_sink(AnswerSink sink) override { line_->set_answers(std::move(sink)); }
  void set_filing_sink(FilingSink sink) override { line_->set_filings(std::move(sink)); }
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string>) override {
    throw Unavailable("no desks here");
  }

 private:
  const std::shared_ptr<PartitionLine> line_;
  std::atomic<std::uint64_t> confirmed_ = 0;
};

}  // namespace

void PartitionLine::set_answers(Broker::AnswerSink sink) {
  const std::lock_guard lock(mutex_);
  answers_ = std::move(sink);
}

void PartitionLine::set_filings(Broker::FilingSink sink) {
  const std::lock_guard lock(mutex_);
  filings_ = std::move(sink);
}

FilingReply PartitionLine::file(const Filing& filing) {
  std::promise<FilingReply> promise;
  {
    const std::lock_guard lock(mutex_);
    if (!filings_) throw Unavailable("no engine");
    filings_(filing, [&promise](const std::exception_ptr& fault, const FilingReply& reply) {
      fault ? promise.set_exception(fault) : promise.set_value(reply);
    });
  }
  return promise.get_future().get();
}

std::optional<Verdict> PartitionLine::answer(const Answer& answer) {
  auto promise = std::make_shared<std::promise<Verdict>>();
  auto verdict = promise->get_future();
  {
    const std::lock_guard lock(mutex_);
    if (!answers_) return std::nullopt;
    answers_(answer, [promise](const Verdict& given) { promise->set_value(given); });
  }
  promise.reset();
  try {
    return verdict.get();
  } catch (const std::future_error&) {
    return std::nullopt;  // dropped uncalled
  }
}

NodeUnderTest::NodeUnderTest(const MemoryStore& database, std::uint32_t partitions,
                             std::shared_ptr<LeaseBoard> board, std::string id)
    : board_(std::move(board)), leases_(board_) {
  NodeSettings settings;
  settings.self = {std::move(id), "a node", ""};
  settings.partitions = partitions;
  settings.lease = lease;
  settings.engine = {.batch_limit = 4, .cache_limit = 5};
  NodeParts parts;
  parts.open_store = [this, &database] { return open_store(database); };
  parts.open_broker = [this](LogId log) { return open_broker(log); };
  parts.random = counting_bytes();
  node_ =
      std::make_unique<Node>(std::move(settings), std::move(parts), leases_, permit_framework());
}

NodeUnderTest::~NodeUnderTest() = default;

void NodeUnderTest::turn() {
  std::chrono::milliseconds now{};
  {
    const std::lock_guard lock(board_->mutex);
    now = board_->now;
  }
  node_->turn(Node::Moment(now));
}

std::set<LogId> NodeUnderTest::running() const {
  std::set<LogId> logs;
  for (const PartitionStatus& partition : node_->status().partitions) {
    if (!partition.trouble) logs.insert(partition.log);
  }
  return logs;
}

std::shared_ptr<PartitionLine> NodeUnderTest::line(LogId log) { return lines_[log].lock(); }

std::unique_ptr<Store> NodeUnderTest::open_store(const MemoryStore& database) {
  auto store = database.another();
  store->before_commit = [this](const Batch&) {
    auto expected = CommitFault::nothing_happened;
    if (next_commit_.compare_exchange_strong(expected, CommitFault::none)) {
      throw Unavailable("the server refuses");
    }
  };
  store->after_commit = [this](const Batch&) {
    auto expected = CommitFault::unknown;
    if (next_commit_.compare_exchange_strong(expected, CommitFault::none)) {
      throw CommitUnknown("the connection was lost");
    }
  };
  return store;
}

std::unique_ptr<Broker> NodeUnderTest::open_broker(LogId log) {
  if (without_broker.contains(log)) throw Unavailable("the broker cannot be reached");
  auto line = std::make_shared<PartitionLine>();
  lines_[log] = line;
  return std::make_unique<LineBroker>(std::move(line));
}

}  // namespace reglament::testing
