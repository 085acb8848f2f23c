#include "adapters/postgresql/connecting.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "engine/base/fault.hpp"

namespace reglament::postgresql {

sql::Session connect_again(const std::function<sql::Session()>& connect,
                           std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds longest_pause{1000};
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (std::chrono::milliseconds pause{20};; pause = std::min(2 * pause, longest_pause)) {
    try {
      return connect();
    } catch (const Unavailable&) {
      if (std::chrono::steady_clock::now() + pause > give_up) throw;
    } catch (const TryAgain&) {
      if (std::chrono::steady_clock::now() + pause > give_up) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace reglament::postgresql
