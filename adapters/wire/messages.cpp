#include "adapters/wire/messages.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>
#include <utility>

#include "adapters/wire/limits.hpp"
#include "reglament/v1/messages.pb.h"

namespace reglament::wire {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr int kDeepest = 16;  // Protobuf's own limit is 100 and guards only its stack

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z: what RFC 3339 can write down.
constexpr std::int64_t kEarliest = -62'135'596'800'000'000;
constexpr std::int64_t kLatest = 253'402'300'799'999'999;

// ---- Reading ---------------------------------------------------------------------------------

std::string_view name_of(v1::Envelope::KindCase kind) {
  switch (kind) {
    case v1::Envelope::kFiling:
      return "a filing";
    case v1::Envelope::kTask:
      return "a task";
    case v1::Envelope::kOutcome:
      return "an outcome";
    case v1::Envelope::kRevocation:
      return "a revocation";
    case v1::Envelope::kNotice:
      return "a notice";
    case v1::Envelope::kVerdict:
      return "a verdict";
    case v1::Envelope::kFilingReply:
      return "a filing reply";
    case v1::Envelope::kBundle:
      return "a bundle";
    case v1::Envelope::KIND_NOT_SET:
      break;
  }
  return "none that is known";
}

v1::Envelope open_envelope(std::string_view bytes, std::size_t most) {
  if (bytes.size() > most) {
    refuse(fmt::format("at most {} bytes", most), fmt::format("{} bytes", bytes.size()),
           "envelope");
  }
  // Protobuf writes to standard error what it refuses; we say it in the exception.
  const google::protobuf::LogSilencer quiet;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kDeepest);
  v1::Envelope envelope;
  if (!envelope.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    refuse("an Envelope of reglament.v1 with text in UTF-8",
           fmt::format("{} bytes that are none", bytes.size()), "envelope");
  }
  if (envelope.version() != kVersion) {
    refuse(fmt::format("version {}", kVersion), fmt::format("{}", envelope.version()),
           "envelope.version");
  }
  return envelope;
}

[[noreturn]] void refuse_kind(std::string_view expected, const v1::Envelope& envelope) {
  refuse(expected, name_of(envelope.kind_case()), "envelope.kind");
}

template <class Number>
Number positive(Number number, std::string_view field) {
  if (number == 0) refuse("a number from 1", "0", field);
  return number;
}

Instant instant(std::int64_t microseconds, std::string_view field) {
  if (microseconds < kEarliest || microseconds > kLatest) {
    refuse("a time within the years 0001 to 9999", fmt::format("{}", microseconds), field);
  }
  return Instant(std::chrono::microseconds(microseconds));
}

void expect_list(int size, std::string_view field) {
  if (size > static_cast<int>(limit::list)) {
    refuse(fmt::format("at most {} of them", limit::list), fmt::format("{}", size), field);
  }
}

template <class Fields>
std::map<std::string, std::string> read_fields(Fields& from) {
  if (from.size() > static_cast<int>(limit::fields)) {
    refuse(fmt::format("at most {} of them", limit::fields), fmt::format("{}", from.size()),
           "fields");
  }
  std::map<std::string, std::string> fields;
  for (auto& field : from) {
    const auto [place, is_new] =
        fields.emplace(std::move(*field.mutable_name()), std::move(*field.mutable_value()));
    if (!is_new) refuse("each name once", quote(place->first) + " twice", "fields");
  }
  expect_fields(fields);
  return fields;
}

// Symbols are kept for ever, so they are made last, when nothing can be refused any more.
std::vector<Symbol> symbols(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

void expect_needs(const v1::Task& from) {
  expect_list(from.needs_size(), "task.needs");
  for (const v1::OutcomeNeeds& needs : from.needs()) {
    expect_code(needs.outcome(), Presence::required, "task.needs.outcome");
    expect_list(needs.fields_size(), "task.needs.fields");
    for (const auto& name : needs.fields()) {
      expect_text(name, limit::field_name, Presence::required, "task.needs.fields");
    }
  }
}

TaskMessage read(v1::Task& from) {
  expect_text(from.talon(), limit::id, Presence::required, "task.talon");
  expect_code(from.regulation(), Presence::required, "task.regulation");
  expect_code(from.edition(), Presence::required, "task.edition");
  expect_code(from.step(), Presence::required, "task.step");
  expect_code(from.office(), Presence::required, "task.office");
  expect_list(from.outcomes_size(), "task.outcomes");
  for (const auto& code : from.outcomes()) expect_code(code, Presence::required, "task.outcomes");
  expect_list(from.grounds_size(), "task.grounds");
  for (const auto& id : from.grounds()) expect_ground(id, Presence::required, "task.grounds");
  expect_needs(from);
  TaskMessage task;
  task.case_number = positive(from.case_number(), "task.case_number");
  task.task = positive(from.task(), "task.task");
  task.attempt = positive(from.attempt(), "task.attempt");
  task.offered_at = instant(from.offered_at(), "task.offered_at");
  if (from.has_due_at()) task.due_at = instant(from.due_at(), "task.due_at");
  task.reply_to = from.reply_to();
  task.talon = std::move(*from.mutable_talon());
  task.regulation = Symbol(from.regulation());
  task.edition = Symbol(from.edition());
  task.step = Symbol(from.step());
  task.office = Symbol(from.office());
  task.outcomes = symbols(from.outcomes());
  task.grounds = symbols(from.grounds());
  for (const v1::OutcomeNeeds& needs : from.needs()) {
    task.needs.push_back({Symbol(needs.outcome()), symbols(needs.fields()), needs.ground()});
  }
  return task;
}

Revocation read(v1::Revocation& from) {
  expect_code(from.office(), Presence::required, "revocation.office");
  return {positive(from.case_number(), "revocation.case_number"),
          positive(from.task(), "revocation.task"), Symbol(from.office())};
}

Notice read(v1::Notice& from) {
  expect_text(from.talon(), limit::id, Presence::required, "notice.talon");
  expect_code(from.recipient(), Presence::required, "notice.recipient");
  expect_code(from.office(), Presence::required, "notice.office");
  expect_code(from.kind(), Presence::required, "notice.kind");
  expect_text(from.paragraph(), limit::paragraph, Presence::optional, "notice.paragraph");
  Notice notice;
  notice.case_number = positive(from.case_number(), "notice.case_number");
  notice.at = instant(from.at(), "notice.at");
  notice.talon = std::move(*from.mutable_talon());
  notice.recipient = Symbol(from.recipient());
  notice.office = Symbol(from.office());
  notice.kind = Symbol(from.kind());
  notice.paragraph = Symbol(from.paragraph());
  return notice;
}

Answer read(v1::Outcome& from) {
  Answer answer;
  answer.case_number = positive(from.case_number(), "outcome.case_number");
  answer.task = positive(from.task(), "outcome.task");
  answer.attempt = positive(from.attempt(), "outcome.attempt");
  answer.message_id = std::move(*from.mutable_message_id());
  answer.office = std::move(*from.mutable_office());
  answer.actor = std::move(*from.mutable_actor());
  answer.outcome = std::move(*from.mutable_outcome());
  answer.ground = std::move(*from.mutable_ground());
  answer.fields = read_fields(*from.mutable_fields());
  expect_answer(answer);
  return answer;
}

Filing read(v1::Filing& from) {
  expect_list(from.documents_size(), "documents");
  Filing filing;
  filing.request_id = std::move(*from.mutable_request_id());
  filing.regulation = std::move(*from.mutable_regulation());
  filing.office = std::move(*from.mutable_office());
  filing.channel = std::move(*from.mutable_channel());
  v1::Applicant& applicant = *from.mutable_applicant();
  filing.applicant.name = std::move(*applicant.mutable_name());
  filing.applicant.citizenship = std::move(*applicant.mutable_citizenship());
  filing.applicant.document = std::move(*applicant.mutable_document());
  for (std::string& code : *from.mutable_documents()) filing.documents.push_back(std::move(code));
  filing.fields = read_fields(*from.mutable_fields());
  expect_filing(filing);
  return filing;
}

Rejection read(v1::Rejection& from, const std::string& field) {
  expect_code(from.code(), Presence::required, field + ".code");
  expect_text(from.paragraph(), limit::paragraph, Presence::optional, field + ".paragraph");
  expect_text(from.expected(), limit::explanation, Presence::optional, field + ".expected");
  expect_text(from.actual(), limit::explanation, Presence::optional, field + ".actual");
  return {std::move(*from.mutable_code()), std::move(*from.mutable_paragraph()),
          std::move(*from.mutable_expected()), std::move(*from.mutable_actual())};
}

AnswerVerdict read(v1::Verdict& from) {
  expect_text(from.message_id(), limit::id, Presence::required, "verdict.message_id");
  AnswerVerdict result{std::move(*from.mutable_message_id()), std::nullopt};
  if (from.has_rejection()) {
    result.verdict = read(*from.mutable_rejection(), "verdict.rejection");
  }
  return result;
}

Date date(std::int32_t days, std::string_view field) {
  const std::int64_t microseconds = std::int64_t{days} * 86'400'000'000;
  if (microseconds < kEarliest || microseconds > kLatest) {
    refuse("a date within the years 0001 to 9999", fmt::format("{}", days), field);
  }
  return Date(std::chrono::days(days));
}

void read_acceptance(v1::FilingReply& from, FilingReply& reply) {
  expect_text(from.talon(), limit::id, Presence::required, "filing_reply.talon");
  expect_code(from.edition(), Presence::required, "filing_reply.edition");
  expect_code(from.office(), Presence::required, "filing_reply.office");
  reply.talon = std::move(*from.mutable_talon());
  reply.case_number = positive(from.case_number(), "filing_reply.case_number");
  reply.edition = std::move(*from.mutable_edition());
  reply.office = std::move(*from.mutable_office());
  reply.filed_at = instant(from.filed_at(), "filing_reply.filed_at");
  if (!from.has_due_date() && !from.has_due_at()) return;
  reply.due_date = date(from.due_date(), "filing_reply.due_date");
  reply.due_at = instant(from.due_at(), "filing_reply.due_at");
}

FilingVerdict read(v1::FilingReply& from) {
  expect_text(from.request_id(), limit::id, Presence::required, "filing_reply.request_id");
  expect_text(from.unusable(), limit::explanation, Presence::optional, "filing_reply.unusable");
  FilingVerdict result;
  result.request_id = std::move(*from.mutable_request_id());
  result.unusable = std::move(*from.mutable_unusable());
  if (!result.unusable.empty()) return result;
  FilingReply& reply = result.reply;
  expect_code(from.regulation(), Presence::required, "filing_reply.regulation");
  reply.regulation = std::move(*from.mutable_regulation());
  reply.repeated = from.repeated();
  if (from.has_refused()) {
    reply.refused = read(*from.mutable_refused(), "filing_reply.refused");
  } else {
    read_acceptance(from, reply);
  }
  return result;
}

// ---- Writing ---------------------------------------------------------------------------------

std::string text(Symbol symbol) { return std::string(symbol.view()); }

std::int64_t microseconds(Instant instant) { return instant.time_since_epoch().count(); }

std::string seal(v1::Envelope& envelope) {
  envelope.set_version(kVersion);
  return envelope.SerializeAsString();
}

template <class To>
void write_fields(const std::map<std::string, std::string>& fields, To& to) {
  for (const auto& [name, value] : fields) {
    v1::Field& field = *to.add_fields();
    field.set_name(name);
    field.set_value(value);
  }
}

void write(const TaskMessage& task, v1::Envelope& envelope) {
  v1::Task& to = *envelope.mutable_task();
  to.set_case_number(task.case_number);
  to.set_talon(task.talon);
  to.set_task(task.task);
  to.set_attempt(task.attempt);
  to.set_regulation(text(task.regulation));
  to.set_edition(text(task.edition));
  to.set_step(text(task.step));
  to.set_office(text(task.office));
  to.set_offered_at(microseconds(task.offered_at));
  if (task.due_at) to.set_due_at(microseconds(*task.due_at));
  to.set_reply_to(task.reply_to);
  for (const Symbol code : task.outcomes) to.add_outcomes(text(code));
  for (const Symbol id : task.grounds) to.add_grounds(text(id));
  for (const OutcomeNeeds& needs : task.needs) {
    v1::OutcomeNeeds& written = *to.add_needs();
    written.set_outcome(text(needs.outcome));
    for (const Symbol name : needs.fields) written.add_fields(text(name));
    written.set_ground(needs.ground);
  }
}

void write(const Revocation& revocation, v1::Envelope& envelope) {
  v1::Revocation& to = *envelope.mutable_revocation();
  to.set_case_number(revocation.case_number);
  to.set_task(revocation.task);
  to.set_office(text(revocation.office));
}

void write(const Notice& notice, v1::Envelope& envelope) {
  v1::Notice& to = *envelope.mutable_notice();
  to.set_case_number(notice.case_number);
  to.set_talon(notice.talon);
  to.set_recipient(text(notice.recipient));
  to.set_office(text(notice.office));
  to.set_kind(text(notice.kind));
  to.set_paragraph(text(notice.paragraph));
  to.set_at(microseconds(notice.at));
}

void write(const Rejection& rejection, v1::Rejection& to) {
  to.set_code(rejection.code);
  to.set_paragraph(rejection.paragraph);
  to.set_expected(rejection.expected);
  to.set_actual(rejection.actual);
}

// Null where it is none of the three.
std::optional<Message> read_message(v1::Envelope& envelope) {
  if (envelope.has_task()) return read(*envelope.mutable_task());
  if (envelope.has_revocation()) return read(*envelope.mutable_revocation());
  if (envelope.has_notice()) return read(*envelope.mutable_notice());
  return std::nullopt;
}

}  // namespace

std::string encode(const Message& message) {
  v1::Envelope envelope;
  std::visit([&](const auto& kind) { write(kind, envelope); }, message);
  return seal(envelope);
}

std::string encode(const Answer& answer) {
  v1::Envelope envelope;
  v1::Outcome& to = *envelope.mutable_outcome();
  to.set_message_id(answer.message_id);
  to.set_case_number(answer.case_number);
  to.set_task(answer.task);
  to.set_attempt(answer.attempt);
  to.set_office(answer.office);
  to.set_actor(answer.actor);
  to.set_outcome(answer.outcome);
  to.set_ground(answer.ground);
  write_fields(answer.fields, to);
  return seal(envelope);
}

std::string encode(const Filing& filing) {
  v1::Envelope envelope;
  v1::Filing& to = *envelope.mutable_filing();
  to.set_request_id(filing.request_id);
  to.set_regulation(filing.regulation);
  to.set_office(filing.office);
  to.set_channel(filing.channel);
  to.mutable_applicant()->set_name(filing.applicant.name);
  to.mutable_applicant()->set_citizenship(filing.applicant.citizenship);
  to.mutable_applicant()->set_document(filing.applicant.document);
  for (const std::string& document : filing.documents) to.add_documents(document);
  write_fields(filing.fields, to);
  return seal(envelope);
}

std::string encode(const AnswerVerdict& verdict) {
  v1::Envelope envelope;
  v1::Verdict& to = *envelope.mutable_verdict();
  to.set_message_id(verdict.message_id);
  if (verdict.verdict) write(*verdict.verdict, *to.mutable_rejection());
  return seal(envelope);
}

std::string encode(const FilingVerdict& verdict) {
  v1::Envelope envelope;
  v1::FilingReply& to = *envelope.mutable_filing_reply();
  to.set_request_id(verdict.request_id);
  to.set_unusable(verdict.unusable);
  if (!verdict.unusable.empty()) return seal(envelope);
  const FilingReply& reply = verdict.reply;
  to.set_regulation(reply.regulation);
  to.set_repeated(reply.repeated);
  if (reply.refused) {
    write(*reply.refused, *to.mutable_refused());
    return seal(envelope);
  }
  to.set_talon(reply.talon);
  to.set_case_number(reply.case_number);
  to.set_edition(reply.edition);
  to.set_office(reply.office);
  to.set_filed_at(microseconds(reply.filed_at));
  if (reply.due_date && reply.due_at) {
    to.set_due_date(static_cast<std::int32_t>(reply.due_date->time_since_epoch().count()));
    to.set_due_at(microseconds(*reply.due_at));
  }
  return seal(envelope);
}

std::string encode(std::span<const BundledAnswer> answers) {
  v1::Envelope envelope;
  v1::Bundle& to = *envelope.mutable_bundle();
  for (const BundledAnswer& answer : answers) {
    v1::BundledAnswer& one = *to.add_answers();
    one.set_message_id(answer.message_id);
    one.set_envelope(answer.envelope);
  }
  return seal(envelope);
}

Message decode_message(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::message_bytes);
  if (auto message = read_message(envelope)) return std::move(*message);
  refuse_kind("a task, a revocation or a notice", envelope);
}

Answer decode_answer(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::message_bytes);
  if (!envelope.has_outcome()) refuse_kind("an outcome", envelope);
  return read(*envelope.mutable_outcome());
}

Filing decode_filing(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::filing_bytes);
  if (!envelope.has_filing()) refuse_kind("a filing", envelope);
  return read(*envelope.mutable_filing());
}

AnswerVerdict decode_verdict(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::message_bytes);
  if (!envelope.has_verdict()) refuse_kind("a verdict", envelope);
  return read(*envelope.mutable_verdict());
}

FilingVerdict decode_filing_verdict(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::message_bytes);
  if (!envelope.has_filing_reply()) refuse_kind("a filing reply", envelope);
  return read(*envelope.mutable_filing_reply());
}

std::vector<BundledAnswer> decode_bundle(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::bundle_bytes);
  if (!envelope.has_bundle()) refuse_kind("a bundle", envelope);
  auto& from = *envelope.mutable_bundle()->mutable_answers();
  if (static_cast<std::size_t>(from.size()) > limit::list) {
    refuse(fmt::format("at most {} answers", limit::list), fmt::format("{}", from.size()),
           "bundle.answers");
  }
  std::vector<BundledAnswer> answers;
  for (v1::BundledAnswer& one : from) {
    expect_text(one.message_id(), limit::id, Presence::required, "bundle.message_id");
    answers.push_back({std::move(*one.mutable_message_id()), std::move(*one.mutable_envelope())});
  }
  return answers;
}

std::variant<Answer, Filing> decode_occasion(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::filing_bytes);
  if (envelope.has_filing()) return read(*envelope.mutable_filing());
  if (!envelope.has_outcome()) refuse_kind("an outcome or a filing", envelope);
  if (bytes.size() > limit::message_bytes) {
    refuse(fmt::format("an outcome of at most {} bytes", limit::message_bytes),
           fmt::format("{} bytes", bytes.size()), "envelope");
  }
  return read(*envelope.mutable_outcome());
}

std::variant<Message, AnswerVerdict> decode_for_desk(std::string_view bytes) {
  v1::Envelope envelope = open_envelope(bytes, limit::message_bytes);
  if (envelope.has_verdict()) return read(*envelope.mutable_verdict());
  if (auto message = read_message(envelope)) return std::move(*message);
  refuse_kind("a task, a revocation, a notice or a verdict", envelope);
}

}  // namespace reglament::wire
