#include "deploy/program/signals.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace reglament::program {
namespace {

// 128 + SIGINT, as a shell would report it.
constexpr int kInterrupted = 130;

volatile std::sig_atomic_t stop_noted = 0;
// A byte arrives in it with the signal, whatever thread the signal has met.
int wake_reading = -1;
int wake_writing = -1;

extern "C" void note_stop(int) {
  stop_noted = 1;
  const char byte = 0;
  // A full pipe has woken the waiter already.
  [[maybe_unused]] const auto written = ::write(wake_writing, &byte, 1);
}

extern "C" void end_at_once(int) { ::_exit(kInterrupted); }

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

}  // namespace

void note_stop_signals() {
  int ends[2];
  if (::pipe(ends) != 0) return;
  wake_reading = ends[0];
  wake_writing = ends[1];
  handle(note_stop);
}

bool stop_requested() { return stop_noted != 0; }

void wait_for_stop(std::chrono::milliseconds longest) {
  if (stop_requested()) return;
  pollfd wake{wake_reading, POLLIN, 0};
  static_cast<void>(::poll(&wake, 1, static_cast<int>(longest.count())));
}

void end_at_next_signal() { handle(end_at_once); }

}  // namespace reglament::program
