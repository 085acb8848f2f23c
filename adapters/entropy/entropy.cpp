#include "adapters/entropy/entropy.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

// A call of the generator costs about as much for 4 KiB as for 32 bytes.
constexpr std::size_t kStock = 4096;

// Counts the forks that this process is a child of: what the parent had in stock is not used.
std::atomic<unsigned> forks{0};

void count_forks() {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  if (registered != 0) throw Unavailable("expected to be told of forks, found no memory for it");
}

void generate(std::span<std::uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1) return;
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  throw Unavailable(std::string("expected random bytes from the system, found: ") + reason.data());
}

class Stock {
 public:
  Stock() { count_forks(); }
  ~Stock() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
  Stock(const Stock&) = delete;
  Stock& operator=(const Stock&) = delete;

  void take(std::span<std::uint8_t> into) {
    const unsigned now = forks.load(std::memory_order_relaxed);
    if (now != forks_ || left_ < into.size()) {
      left_ = 0;  // stays so when the generator fails
      generate(bytes_);
      left_ = kStock;
      forks_ = now;
    }
    // Handed out once, and forgotten.
    const auto begin = bytes_.end() - static_cast<std::ptrdiff_t>(left_);
    std::copy_n(begin, into.size(), into.begin());
    OPENSSL_cleanse(&*begin, into.size());
    left_ -= into.size();
  }

 private:
  std::array<std::uint8_t, kStock> bytes_{};
  std::size_t left_ = 0;
  unsigned forks_ = 0;
};

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  thread_local Stock stock;
  // What is larger would only pass through.
  for (; bytes.size() > kStock; bytes = bytes.subspan(kStock)) generate(bytes.first(kStock));
  if (!bytes.empty()) stock.take(bytes);
}

}  // namespace reglament
