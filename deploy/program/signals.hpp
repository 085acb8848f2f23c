// SIGTERM and SIGINT: asked to stop.
#pragma once

#include <chrono>

namespace reglament::program {

// From now on both are only noted (`stop_requested`); called once, before threads are started.
void note_stop_signals();
[[nodiscard]] bool stop_requested();
// Returns after that time, or as soon as a stop is requested.
void wait_for_stop(std::chrono::milliseconds longest);
// From now on either ends the process at once, with the exit code 130.
void end_at_next_signal();

}  // namespace reglament::program
