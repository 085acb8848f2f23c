// The wire form of what passes between the engine and the desks: Protobuf, as
// proto/reglament/v1/messages.proto lays it down for strangers. Pure translation.
//
// Decoding is strict: whatever that file says is refused throws BadInput, with what was expected,
// what was found and in which field; unknown fields are dropped. So everything that comes out has
// its required parts and texts within their limits. Encoding writes what it is given, the same
// bytes for the same value; these bytes are for transport only and are never hashed.
//
// In a namespace of its own: `encode` of an engine type alone means its canonical bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/casework/occasion.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/message.hpp"

namespace reglament::wire {

// What became of the answer with that message id.
struct AnswerVerdict {
  std::string message_id;
  Verdict verdict;
  bool operator==(const AnswerVerdict&) const = default;
};

// What became of the filing with that request id.
struct FilingVerdict {
  std::string request_id;
  FilingReply reply;
  std::string unusable;  // why it could not be decided at all; empty where there is a reply
  bool operator==(const FilingVerdict&) const = default;
};

// An answer that travels with others: the message id that it would bear alone, and its bytes.
struct BundledAnswer {
  std::string message_id;
  std::string envelope;
  bool operator==(const BundledAnswer&) const = default;
};

[[nodiscard]] std::string encode(const Message& message);
[[nodiscard]] std::string encode(const Answer& answer);
[[nodiscard]] std::string encode(const Filing& filing);
[[nodiscard]] std::string encode(const AnswerVerdict& verdict);
[[nodiscard]] std::string encode(const FilingVerdict& verdict);
[[nodiscard]] std::string encode(std::span<const BundledAnswer> answers);

// A Task, a Revocation or a Notice.
[[nodiscard]] Message decode_message(std::string_view bytes);
[[nodiscard]] Answer decode_answer(std::string_view bytes);
[[nodiscard]] Filing decode_filing(std::string_view bytes);
[[nodiscard]] AnswerVerdict decode_verdict(std::string_view bytes);
[[nodiscard]] FilingVerdict decode_filing_verdict(std::string_view bytes);
// The answers are not opened.
[[nodiscard]] std::vector<BundledAnswer> decode_bundle(std::string_view bytes);
// What comes to a partition.
[[nodiscard]] std::variant<Answer, Filing> decode_occasion(std::string_view bytes);
// What comes to a desk.
[[nodiscard]] std::variant<Message, AnswerVerdict> decode_for_desk(std::string_view bytes);

}  // namespace reglament::wire
