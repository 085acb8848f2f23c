// The contract of leases in memory and on PostgreSQL.
#include <fmt/format.h>

#include <thread>

#include "adapters/postgresql/postgresql_leases.hpp"
#include "adapters/postgresql/postgresql_store.hpp"
#include "engine/base/fault.hpp"
#include "tests/contract/leases_contract.hpp"
#include "tests/support/local_servers.hpp"
#include "tests/support/memory_leases.hpp"

namespace reglament::contract {
namespace {

class MemoryPlace final : public LeasesPlace {
 public:
  [[nodiscard]] std::unique_ptr<Leases> open() override {
    return std::make_unique<testing::MemoryLeases>(board_);
  }
  void pass(std::chrono::milliseconds time) override {
    const std::lock_guard lock(board_->mutex);
    board_->now += time;
  }

 private:
  const std::shared_ptr<testing::LeaseBoard> board_ = std::make_shared<testing::LeaseBoard>();
};

testing::LocalPostgres& server() {
  static testing::LocalPostgres running;
  return running;
}

class PostgresqlPlace final : public LeasesPlace {
 public:
  PostgresqlPlace() {
    static int count = 0;
    url_ = server().create_database(fmt::format("leases_{}", ++count));
    static_cast<void>(create_postgresql_store({.url = url_}, {4, true, Instant{}, "2024a"}));
  }
  [[nodiscard]] std::unique_ptr<Leases> open() override { return open_postgresql_leases(url_); }
  // The time of the server, which is the machine's.
  void pass(std::chrono::milliseconds time) override {
    const auto until = std::chrono::steady_clock::now() + time + std::chrono::milliseconds(1);
    while (std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  std::string url_;
};

template <class Place>
std::unique_ptr<LeasesPlace> make() {
  return std::make_unique<Place>();
}

INSTANTIATE_TEST_SUITE_P(InMemory, LeasesContract, ::testing::Values(&make<MemoryPlace>));
INSTANTIATE_TEST_SUITE_P(Postgresql, LeasesContract, ::testing::Values(&make<PostgresqlPlace>));

TEST(PostgresqlLeases, ConnectionThatWasLostIsOpenedAnewByTheNextCall) {
  const PostgresqlPlace place;
  const auto leases = open_postgresql_leases(place.url());
  EXPECT_EQ(leases->renew({"a", "", ""}, std::chrono::minutes(1)).nodes.size(), 1U);
  server().kill();
  EXPECT_THROW(static_cast<void>(leases->membership()), Unavailable);
  server().start();
  EXPECT_EQ(leases->membership().nodes.size(), 1U);
}

TEST(PostgresqlLeases, DatabaseOfAnotherSchemaIsRefused) {
  const std::string url = server().create_database("no_store");
  EXPECT_THROW(static_cast<void>(open_postgresql_leases(url)), Unavailable);
}

}  // namespace
}  // namespace reglament::contract
