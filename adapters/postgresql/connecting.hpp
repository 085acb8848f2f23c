// Connecting anew. A server that restarts, or hands over to its standby, is away for seconds:
// whoever has been connected before waits for it.
#pragma once

#include <chrono>
#include <functional>

#include "adapters/soci/session.hpp"

namespace reglament::postgresql {

// Calls `connect` until it does not throw Unavailable or TryAgain, or the time is over: then its
// last fault leaves. Between attempts it waits, a little longer each time.
[[nodiscard]] sql::Session connect_again(const std::function<sql::Session()>& connect,
                                         std::chrono::milliseconds patience);

}  // namespace reglament::postgresql
