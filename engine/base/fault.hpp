// A fault: the world failed, not the law and not our code. Adapters translate the exceptions and
// codes of their libraries into these; they are caught once per message or command, where it is
// decided to retry, to dead-letter, or to end with the exit code that belongs to the kind.
#pragma once

#include <stdexcept>
#include <string>

namespace reglament {

// What was given to us cannot be used: a wrong value in a file, a message, a flag.
// The text says what was expected, what was found, and where. Exit code 65.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The store or the broker is not to be had: missing, locked by another owner, full, broken.
// Nothing of what was asked has happened. Exit code 69.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Busy now; the same call may go through later. Nothing of what was asked has happened. Exit
// code 75.
struct TryAgain : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A commit whose outcome is not known: it may be durable although it reported failure. Resolved by
// reading the idempotency key after a reconnect, never by a blind retry. Exit code 69.
struct CommitUnknown : Unavailable {
  using Unavailable::Unavailable;
};

// The configuration cannot be used. Exit code 78.
struct BadConfiguration : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace reglament
