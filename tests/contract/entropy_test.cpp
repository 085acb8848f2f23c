// Random bytes: filled to the end, never twice the same, a fault when there are none.
#include "adapters/entropy/entropy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/rand.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using Salt = std::array<std::uint8_t, 32>;

Salt make_salt() {
  Salt salt{};
  fill_random(salt);
  return salt;
}

TEST(Entropy, FillsAnyLengthToTheEnd) {
  for (const std::size_t size : {0U, 1U, 31U, 4095U, 4096U, 4097U, 8192U, 100'000U}) {
    std::vector<std::uint8_t> bytes(size + 1, 0);
    // A byte stays 0 in 64 draws with a probability of 2^-512.
    std::vector<std::uint8_t> seen(size + 1, 0);
    for (int draw = 0; draw < 64; ++draw) {
      fill_random({bytes.data(), size});
      for (std::size_t i = 0; i < size; ++i) seen[i] |= bytes[i];
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 1) << size;
    EXPECT_EQ(bytes.back(), 0) << size;
  }
}

TEST(Entropy, NoSaltIsGivenTwiceInAnyThread) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 2000;
  std::mutex mutex;
  std::set<Salt> salts;
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      std::vector<Salt> own(each);
      for (Salt& salt : own) salt = make_salt();
      const std::lock_guard lock(mutex);
      salts.insert(own.begin(), own.end());
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(salts.size(), threads * each);
}

TEST(Entropy, ChildDoesNotRepeatItsParent) {
  static_cast<void>(make_salt());  // so that there is a stock to inherit
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const Salt salt = make_salt();
    std::_Exit(write(ends[1], salt.data(), salt.size()) == ssize_t{sizeof salt} ? 0 : 1);
  }
  const Salt own = make_salt();
  Salt other{};
  ASSERT_EQ(read(ends[0], other.data(), other.size()), ssize_t{sizeof other});
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  close(ends[0]);
  close(ends[1]);
  EXPECT_NE(own, other);
}

// OpenSSL 3 marks this way of replacing its generator as old; it is still the shortest one.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
TEST(Entropy, GeneratorThatFailsIsAFault) {
  const RAND_METHOD* const real = RAND_get_rand_method();
  const RAND_METHOD broken{
      nullptr, [](unsigned char*, int) { return 0; }, nullptr, nullptr, nullptr, nullptr};
  std::array<std::uint8_t, 5000> bytes{};  // more than any stock
  ASSERT_EQ(RAND_set_rand_method(&broken), 1);
  EXPECT_THROW(fill_random(bytes), Unavailable);
  ASSERT_EQ(RAND_set_rand_method(real), 1);
  EXPECT_NO_THROW(fill_random(bytes));
}
#pragma GCC diagnostic pop

}  // namespace
}  // namespace reglament
