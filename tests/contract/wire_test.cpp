// The border to the outside: what comes in is whole and within its limits, or it is refused in one
// line that says what was expected, what was found and where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/wire/filing_json.hpp"
#include "adapters/wire/limits.hpp"
#include "adapters/wire/messages.hpp"
#include "adapters/wire/rule_json.hpp"
#include "engine/base/fault.hpp"
#include "reglament/v1/messages.pb.h"

namespace reglament::wire {
namespace {

using ::testing::HasSubstr;

// The text of the BadInput that `refused` throws; a failure where it throws none.
std::string reason(const std::function<void()>& refused) {
  try {
    refused();
  } catch (const BadInput& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, HasSubstr("expected "));
    EXPECT_THAT(text, HasSubstr(", found "));
    EXPECT_THAT(text, HasSubstr(", field "));
    EXPECT_EQ(text.find_first_of("\n\r\x1b"), std::string::npos) << text;
    return text;
  }
  ADD_FAILURE() << "expected BadInput, found no exception";
  return {};
}

const Instant kAt{std::chrono::microseconds(1'436'847'300'123'456)};

TaskMessage task() {
  TaskMessage task;
  task.case_number = 42;
  task.talon = "BZP-AKMOLA-2015-000042-K";
  task.task = 3;
  task.attempt = 2;
  task.regulation = Symbol("border-zone-permit");
  task.edition = Symbol("2015-07-13");
  task.step = Symbol("knb-review");
  task.office = Symbol("kz.knb.akmola");
  task.offered_at = kAt;
  task.due_at = kAt + std::chrono::hours(48);
  task.reply_to = 7;
  task.outcomes = {Symbol("agreed"), Symbol("objected")};
  task.grounds = {Symbol("BZP-R1"), Symbol("BZP-KNB")};
  task.needs = {{Symbol("agreed"), {Symbol("signed_by"), Symbol("note")}, false},
                {Symbol("objected"), {}, true}};
  return task;
}

Answer answer() {
  Answer answer;
  answer.message_id = "7f9c-1";
  answer.case_number = 42;
  answer.task = 3;
  answer.attempt = 2;
  answer.office = "kz.knb.akmola";
  answer.actor = "desk:kz.knb.akmola";
  answer.outcome = "objected";
  answer.ground = "BZP-R1";
  answer.fields = {{"signed_by", "Әлімжанов Ғ. Қ."}, {"note", ""}};
  return answer;
}

Filing filing() {
  Filing filing;
  filing.request_id = "r-1";
  filing.regulation = "border-zone-permit";
  filing.office = "kz.dvd.akmola.kokshetau";
  filing.channel = "direct";
  filing.applicant = {"Ибраимов Бакыт", "KGZ", "AN 1234567"};
  filing.documents = {"application", "identity-document"};
  filing.fields = {{"destination", "Жаркент"}, {"from", "2015-08-01"}, {"to", "2015-08-20"}};
  return filing;
}

FilingVerdict acceptance() {
  FilingVerdict verdict;
  verdict.request_id = "r-1";
  verdict.reply.regulation = "border-zone-permit";
  verdict.reply.repeated = true;
  verdict.reply.talon = "BZP-AKMOLA-2015-000042-K";
  verdict.reply.case_number = 42;
  verdict.reply.edition = "2015-07-13";
  verdict.reply.office = "kz.dvd.akmola.kokshetau";
  verdict.reply.filed_at = kAt;
  verdict.reply.due_date = Date(std::chrono::days(16'639));
  verdict.reply.due_at = kAt + std::chrono::hours(48);
  return verdict;
}

// ---- Messages ----------------------------------------------------------------------------------

TEST(Wire, CarriesEveryKindOfMessage) {
  TaskMessage without_term = task();
  without_term.due_at.reset();
  without_term.outcomes.clear();
  without_term.grounds.clear();
  without_term.needs.clear();
  without_term.offered_at = Instant{};
  without_term.reply_to = 0;
  const Notice notice{42,
                      "BZP-AKMOLA-2015-000042-K",
                      Symbol("head"),
                      Symbol("kz.knb.akmola"),
                      Symbol("term-missed"),
                      Symbol("003 §11"),
                      kAt};
  const std::vector<Message> messages = {task(), without_term,
                                         Revocation{42, 3, Symbol("kz.knb.akmola")}, notice};
  for (const Message& message : messages) {
    EXPECT_EQ(decode_message(encode(message)), message);
    EXPECT_EQ(encode(decode_message(encode(message))), encode(message));
  }
  EXPECT_EQ(decode_answer(encode(answer())), answer());
  EXPECT_EQ(decode_filing(encode(filing())), filing());
  const AnswerVerdict accepted{"7f9c-1", std::nullopt};
  const AnswerVerdict rejected{"7f9c-1",
                               Rejection{"late", "003 §11", "an open case", "a closed one"}};
  EXPECT_EQ(decode_verdict(encode(accepted)), accepted);
  EXPECT_EQ(decode_verdict(encode(rejected)), rejected);
}

TEST(Wire, CarriesWhatBecameOfAFiling) {
  FilingVerdict refused;
  refused.request_id = "r-1";
  refused.reply.regulation = "border-zone-permit";
  refused.reply.refused = Rejection{"documents-missing", "003 §11", "2 documents", "1"};
  FilingVerdict unusable;
  unusable.request_id = "r-1";
  unusable.unusable = "expected a known office in field 'office', found 'x'";
  for (const FilingVerdict& one : {acceptance(), refused, unusable}) {
    EXPECT_EQ(decode_filing_verdict(encode(one)), one);
  }
}

TEST(Wire, RefusesAFilingReplyThatIsNotWhole) {
  const auto reason_of = [](const std::function<void(FilingVerdict&)>& change) {
    FilingVerdict verdict = acceptance();
    change(verdict);
    return reason([&] { static_cast<void>(decode_filing_verdict(encode(verdict))); });
  };
  EXPECT_THAT(reason_of([](auto& one) { one.request_id.clear(); }), HasSubstr("request_id"));
  EXPECT_THAT(reason_of([](auto& one) { one.reply.regulation = "B"; }), HasSubstr("regulation"));
  EXPECT_THAT(reason_of([](auto& one) { one.reply.talon.clear(); }), HasSubstr("talon"));
  EXPECT_THAT(reason_of([](auto& one) { one.reply.case_number = 0; }), HasSubstr("case_number"));
  EXPECT_THAT(reason_of([](auto& one) { one.reply.due_date = Date(std::chrono::days(9'000'000)); }),
              HasSubstr("due_date"));
  EXPECT_THAT(reason_of([](auto& one) { one.reply.filed_at = Instant::max(); }),
              HasSubstr("filed_at"));
  EXPECT_THAT(reason_of([](auto& one) { one.unusable = std::string(4097, 'x'); }),
              HasSubstr("unusable"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_filing_verdict(encode(answer()))); }),
              HasSubstr("an outcome"));
}

TEST(Wire, TellsApartWhatComesToAPartition) {
  EXPECT_EQ(std::get<Answer>(decode_occasion(encode(answer()))), answer());
  EXPECT_EQ(std::get<Filing>(decode_occasion(encode(filing()))), filing());
  EXPECT_THAT(reason([] { static_cast<void>(decode_occasion(encode(Message(task())))); }),
              HasSubstr("a task"));
  // An outcome has its own limit, though a filing may be larger.
  Answer large = answer();
  for (int i = 0; i < 17; ++i) large.fields["f" + std::to_string(i)] = std::string(4096, 'x');
  EXPECT_THAT(reason([&] { static_cast<void>(decode_occasion(encode(large))); }),
              HasSubstr("65536"));
}

TEST(Wire, TellsApartWhatComesToADesk) {
  EXPECT_EQ(std::get<Message>(decode_for_desk(encode(Message(task())))), Message(task()));
  const AnswerVerdict verdict{"7f9c-1", std::nullopt};
  EXPECT_EQ(std::get<AnswerVerdict>(decode_for_desk(encode(verdict))), verdict);
  EXPECT_THAT(reason([] { static_cast<void>(decode_for_desk(encode(answer()))); }),
              HasSubstr("an outcome"));
}

TEST(Wire, CarriesABundleOfAnswers) {
  std::vector<BundledAnswer> answers;
  for (int i = 0; i < 64; ++i) {
    const std::string id = "7f9c-" + std::to_string(i);
    answers.push_back({id, encode(AnswerVerdict{id, std::nullopt})});
  }
  EXPECT_EQ(decode_bundle(encode(answers)), answers);
  EXPECT_THAT(reason([&] { static_cast<void>(decode_verdict(encode(answers))); }),
              HasSubstr("expected a verdict, found a bundle"));
  answers.push_back(answers.front());
  EXPECT_THAT(reason([&] { static_cast<void>(decode_bundle(encode(answers))); }),
              HasSubstr("expected at most 64 answers, found 65"));
  answers.resize(1);
  answers.front().message_id.clear();
  EXPECT_THAT(reason([&] { static_cast<void>(decode_bundle(encode(answers))); }),
              HasSubstr("field bundle.message_id"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_bundle(encode(answer()))); }),
              HasSubstr("expected a bundle, found an outcome"));
}

std::string printable_text() {
  return *rc::gen::container<std::string>(rc::gen::inRange(' ', '~'));
}

RC_GTEST_PROP(Wire, CarriesEveryAnswer, ()) {
  Answer sent = answer();
  sent.message_id = "m" + printable_text().substr(0, 100);
  sent.case_number = *rc::gen::positive<CaseNumber>();
  sent.task = *rc::gen::positive<std::uint32_t>();
  sent.attempt = *rc::gen::positive<std::uint32_t>();
  sent.fields.clear();
  const int count = *rc::gen::inRange(0, 10);
  for (int i = 0; i < count; ++i) sent.fields["f" + std::to_string(i)] = printable_text();
  RC_ASSERT(decode_answer(encode(sent)) == sent);
}

// Bytes that were cut or changed are refused or decode to something; nothing else happens.
RC_GTEST_PROP(Wire, SurvivesChangedBytes, ()) {
  std::string bytes =
      *rc::gen::element(encode(task()), encode(answer()), encode(filing()), encode(acceptance()),
                        encode(std::vector<BundledAnswer>{{"a", "b"}, {"c", "d"}}));
  const auto changes = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint8_t>>>(
      *rc::gen::inRange(1, 4), rc::gen::arbitrary<std::pair<std::uint32_t, std::uint8_t>>());
  for (const auto& [at, value] : changes) bytes[at % bytes.size()] = static_cast<char>(value);
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  int outcomes = 0;
  const auto attempt = [&](auto decode) {
    try {
      const auto value = decode(bytes);
      RC_ASSERT(decode(encode(value)) == value);
    } catch (const BadInput&) {
    }
    ++outcomes;
  };
  attempt(decode_message);
  attempt(decode_answer);
  attempt(decode_filing);
  attempt(decode_verdict);
  attempt(decode_filing_verdict);
  attempt(decode_bundle);
  RC_ASSERT(outcomes == 6);
}

// An envelope that is changed before it is read.
template <class Change>
std::string changed(const std::string& bytes, Change change) {
  v1::Envelope envelope;
  EXPECT_TRUE(envelope.ParseFromString(bytes));
  change(envelope);
  return envelope.SerializeAsString();
}

TEST(Wire, RefusesWhatIsNoEnvelopeOfThisVersion) {
  EXPECT_THAT(reason([] { static_cast<void>(decode_message("no protobuf")); }),
              HasSubstr("found 11 bytes that are none, field envelope"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_message("")); }),
              HasSubstr("expected version 1, found 0, field envelope.version"));
  const auto newer = changed(encode(task()), [](auto& envelope) { envelope.set_version(2); });
  EXPECT_THAT(reason([&] { static_cast<void>(decode_message(newer)); }),
              HasSubstr("expected version 1, found 2"));
  const auto hollow = changed(encode(task()), [](auto& envelope) { envelope.clear_kind(); });
  EXPECT_THAT(reason([&] { static_cast<void>(decode_message(hollow)); }),
              HasSubstr("found none that is known, field envelope.kind"));
}

TEST(Wire, RefusesAKindThatIsNotExpectedThere) {
  EXPECT_THAT(reason([] { static_cast<void>(decode_message(encode(answer()))); }),
              HasSubstr("expected a task, a revocation or a notice, found an outcome"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_answer(encode(task()))); }),
              HasSubstr("expected an outcome, found a task"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_filing(encode(answer()))); }),
              HasSubstr("expected a filing, found an outcome"));
  EXPECT_THAT(reason([] { static_cast<void>(decode_verdict(encode(filing()))); }),
              HasSubstr("expected a verdict, found a filing"));
}

// Parameters of the message's parts and what is said of them.
using ChangeTask = std::function<void(v1::Task&)>;

TEST(Wire, RefusesATaskThatBreaksItsRules) {
  // clang-format off
  const std::vector<std::tuple<ChangeTask, std::string>> cases = {
      {[](auto& t) { t.clear_case_number(); },             "field task.case_number"},
      {[](auto& t) { t.clear_task(); },                    "field task.task"},
      {[](auto& t) { t.clear_attempt(); },                 "field task.attempt"},
      {[](auto& t) { t.clear_talon(); },                   "expected a value, found none, field task.talon"},
      {[](auto& t) { t.set_talon(std::string(129, 'x')); }, "expected at most 128 bytes, found 129 bytes, field task.talon"},
      {[](auto& t) { t.set_talon("a\nb"); },               "found \"a\\u000ab\", field task.talon"},
      {[](auto& t) { t.clear_regulation(); },              "field task.regulation"},
      {[](auto& t) { t.clear_edition(); },                 "field task.edition"},
      {[](auto& t) { t.clear_step(); },                    "field task.step"},
      {[](auto& t) { t.clear_office(); },                  "field task.office"},
      {[](auto& t) { t.set_office("KZ"); },                "found \"KZ\", field task.office"},
      {[](auto& t) { t.set_step(std::string(65, 'x')); },  "expected at most 64 bytes, found 65 bytes, field task.step"},
      {[](auto& t) { t.set_step("a b"); },                 "found \"a b\", field task.step"},
      {[](auto& t) { t.add_outcomes(""); },                "field task.outcomes"},
      {[](auto& t) { t.add_grounds("§"); },                "field task.grounds"},
      {[](auto& t) { t.add_needs(); },                     "field task.needs.outcome"},
      {[](auto& t) { t.mutable_needs(0)->add_fields(""); }, "field task.needs.fields"},
      {[](auto& t) { t.mutable_needs(1)->add_fields(std::string(65, 'x')); }, "found 65 bytes, field task.needs.fields"},
      {[](auto& t) { for (int i = 0; i < 65; ++i) t.mutable_needs(1)->add_fields("x"); }, "found 65, field task.needs.fields"},
      {[](auto& t) { for (int i = 0; i < 63; ++i) t.add_needs()->set_outcome("x"); }, "found 65, field task.needs"},
      {[](auto& t) { for (int i = 0; i < 64; ++i) t.add_outcomes("x"); }, "expected at most 64 of them, found 66"},
      {[](auto& t) { t.set_offered_at(INT64_MAX); },       "field task.offered_at"},
      {[](auto& t) { t.set_due_at(INT64_MIN); },           "field task.due_at"},
  };
  // clang-format on
  for (const auto& [change, expected] : cases) {
    const auto bytes =
        changed(encode(task()), [&](auto& envelope) { change(*envelope.mutable_task()); });
    EXPECT_THAT(reason([&] { static_cast<void>(decode_message(bytes)); }), HasSubstr(expected));
  }
}

using ChangeOutcome = std::function<void(v1::Outcome&)>;

TEST(Wire, RefusesAnOutcomeThatBreaksItsRules) {
  // clang-format off
  const std::vector<std::tuple<ChangeOutcome, std::string>> cases = {
      {[](auto& o) { o.clear_message_id(); },    "field outcome.message_id"},
      {[](auto& o) { o.clear_case_number(); },   "field outcome.case_number"},
      {[](auto& o) { o.clear_task(); },          "field outcome.task"},
      {[](auto& o) { o.clear_attempt(); },       "field outcome.attempt"},
      {[](auto& o) { o.clear_office(); },        "field outcome.office"},
      {[](auto& o) { o.clear_actor(); },         "field outcome.actor"},
      {[](auto& o) { o.clear_outcome(); },       "field outcome.outcome"},
      {[](auto& o) { o.set_outcome("Agreed"); }, "field outcome.outcome"},
      {[](auto& o) { o.set_ground("a/b"); },     "field outcome.ground"},
      {[](auto& o) { *o.add_fields() = o.fields(0); }, "expected each name once, found \"note\" twice, field fields"},
      {[](auto& o) { o.add_fields(); },          "field fields (a name)"},
      {[](auto& o) { auto& f = *o.add_fields(); f.set_name("x"); f.set_value(std::string(4097, 'x')); }, "found 4097 bytes, field fields.x"},
      {[](auto& o) { for (int i = 0; i < 63; ++i) o.add_fields()->set_name(std::to_string(i)); }, "expected at most 64 of them, found 65, field fields"},
  };
  // clang-format on
  for (const auto& [change, expected] : cases) {
    const auto bytes =
        changed(encode(answer()), [&](auto& envelope) { change(*envelope.mutable_outcome()); });
    EXPECT_THAT(reason([&] { static_cast<void>(decode_answer(bytes)); }), HasSubstr(expected));
  }
}

TEST(Wire, RefusesWhatIsTooLong) {
  const std::string long_message = encode(task()) + std::string(limit::message_bytes, '\0');
  EXPECT_THAT(reason([&] { static_cast<void>(decode_message(long_message)); }),
              HasSubstr("expected at most 65536 bytes"));
  EXPECT_THAT(reason([&] { static_cast<void>(decode_answer(long_message)); }),
              HasSubstr("expected at most 65536 bytes"));
  const std::string long_filing = encode(filing()) + std::string(limit::filing_bytes, '\0');
  EXPECT_THAT(reason([&] { static_cast<void>(decode_filing(long_filing)); }),
              HasSubstr("expected at most 1048576 bytes"));
  Filing wide = filing();
  for (int i = 0; i < 40; ++i) wide.fields["f" + std::to_string(i)] = std::string(4096, 'x');
  EXPECT_GT(encode(wide).size(), limit::message_bytes);
  EXPECT_EQ(decode_filing(encode(wide)), wide);
}

TEST(Wire, DropsUnknownFieldsButNotDeepOnes) {
  // Field 100, a length and its bytes; then groups of field 100 within one another.
  const std::string unknown = encode(task()) + std::string(
                                                   "\xa2\x06\x03"
                                                   "new");
  EXPECT_EQ(decode_message(unknown), Message(task()));
  const auto nested = [](int depth) {
    std::string bytes = encode(task());
    for (int i = 0; i < depth; ++i) bytes += "\xa3\x06";
    for (int i = 0; i < depth; ++i) bytes += "\xa4\x06";
    return bytes;
  };
  EXPECT_EQ(decode_message(nested(10)), Message(task()));
  EXPECT_THAT(reason([&] { static_cast<void>(decode_message(nested(17))); }),
              HasSubstr("field envelope"));
}

TEST(Wire, RefusesTextThatIsNotUtf8) {
  std::string bytes = encode(answer());
  bytes[bytes.find("7f9c")] = '\xff';
  EXPECT_THAT(reason([&] { static_cast<void>(decode_answer(bytes)); }), HasSubstr("UTF-8"));
}

TEST(Wire, MakesNoSymbolFromTextThatIsNoCode) {
  // A notice's paragraph is free text, "003 §8", and still bounded.
  Notice notice{1, "T", Symbol("head"), Symbol("kz.a"), Symbol("term-missed"), Symbol("p"), kAt};
  notice.paragraph = Symbol(std::string(65, 'p'));
  EXPECT_THAT(reason([&] { static_cast<void>(decode_message(encode(notice))); }),
              HasSubstr("field notice.paragraph"));
}

// ---- Applications in JSON ----------------------------------------------------------------------

constexpr std::string_view kFiling =
    R"({"request_id":"r-1","regulation":"border-zone-permit","office":"kz.dvd.akmola.kokshetau",)"
    R"("channel":"direct","filed_at":"2015-07-14T10:15:00+06:00",)"
    R"("applicant":{"name":"Ибраимов Бакыт","citizenship":"KGZ","document":"AN 1234567"},)"
    R"("documents":["application","identity-document"],)"
    R"("fields":{"destination":"Жаркент","from":"2015-08-01","to":"2015-08-20"}})";

// The filing above with one piece of its text replaced.
std::string filing_with(std::string_view old, std::string_view replacement) {
  std::string text(kFiling);
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), replacement);
}

TEST(FilingJson, ReadsAWholeApplication) {
  const ParsedFiling parsed = parse_filing(kFiling);
  EXPECT_EQ(parsed.filing, filing());
  EXPECT_EQ(parsed.filed_at, parse_instant("2015-07-14T10:15:00+06:00"));
}

TEST(FilingJson, ReadsTheLeastThatIsAllowed) {
  const ParsedFiling parsed = parse_filing(
      R"( {"request_id":"r","regulation":"a","office":"b","applicant":{"name":"\u049a"}} )");
  EXPECT_EQ(parsed.filing.channel, "direct");
  EXPECT_EQ(parsed.filing.applicant, (Applicant{"Қ", "", ""}));
  EXPECT_TRUE(parsed.filing.documents.empty());
  EXPECT_TRUE(parsed.filing.fields.empty());
  EXPECT_FALSE(parsed.filed_at);
}

TEST(FilingJson, TakesAnEmptyCitizenshipForAStatelessPerson) {
  EXPECT_EQ(parse_filing(filing_with("KGZ", "")).filing.applicant.citizenship, "");
}

TEST(FilingJson, RefusesWhatBreaksItsRules) {
  const std::string long_id = "\"" + std::string(129, 'r') + "\"";
  // clang-format off
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {R"("r-1")",           R"("")",             "expected a value, found none, field request_id"},
      {R"("r-1")",           R"(1)",              "expected a text, found 1, field request_id"},
      {R"("r-1")",           R"(null)",           "expected a text, found null, field request_id"},
      {R"("r-1")",           R"("a\u0000b")",     "found \"a\\u0000b\", field request_id"},
      {R"("r-1")",           R"("a\u009bb")",     "found \"a\\u009bb\", field request_id"},
      {R"("r-1")",           R"("a\u2028b")",     "found \"a\\u2028b\", field request_id"},
      {R"("r-1")",           R"("\ud800")",       "expected a JSON object in UTF-8, found an error at byte"},
      {R"("r-1")",           "\"\xff\"",          "expected a JSON object in UTF-8, found an error at byte 16"},
      {R"("r-1")",           long_id,             "expected at most 128 bytes, found 129 bytes, field request_id"},
      {R"("request_id")",    R"("requestId")",    "expected one of request_id, regulation, office, channel, filed_at, applicant, documents, fields, found another key, field \"requestId\""},
      {R"("channel":)",      R"("office":)",      "expected each key once, found it twice, field \"office\""},
      {R"("document":)",     R"("name":)",        "expected each key once, found it twice, field \"name\""},
      {R"("document":)",     R"("passport":)",    "found another key, field applicant.\"passport\""},
      {R"("to":)",           R"("from":)",        "expected each key once, found it twice, field \"from\""},
      {R"("border-zone-permit")", R"("")",        "field regulation"},
      {R"("border-zone-permit")", R"(["a"])",     "expected a text, found a list, field regulation"},
      {R"("direct")",        R"("")",             "field channel"},
      {R"("direct")",        R"({})",             "expected a text, found an object, field channel"},
      {"2015-07-14T",        "2015-02-29T",       "found \"2015-02-29T10:15:00+06:00\", field filed_at"},
      {"+06:00",             "",                  "field filed_at"},
      {R"("name":"Ибраимов Бакыт",)", "",         "expected a value, found none, field applicant.name"},
      {"Ибраимов Бакыт",     "",                  "expected a value, found none, field applicant.name"},
      {"KGZ",                "kgz",               "found \"kgz\", field applicant.citizenship"},
      {"KGZ",                "KG",                "field applicant.citizenship"},
      {R"("KGZ")",           "null",              "expected a text, found null, field applicant.citizenship"},
      {R"("identity-document")", R"("application")", "expected each document once, found \"application\" twice, field documents"},
      {R"("identity-document")", "7",             "expected a text, found 7, field documents"},
      {R"(["application","identity-document"])", R"("application")", "expected a list of texts, found \"application\", field documents"},
      {R"("Жаркент")",       "12",                "expected a text, found 12, field fields.destination"},
      {R"("Жаркент")",       "true",              "expected a text, found true, field fields.destination"},
      {R"("destination")",   R"("")",             "field fields (a name)"},
      {"2015-08-01",         "2015-02-30",        "expected a date that exists, as 2015-08-01, found \"2015-02-30\", field fields.from"},
      {"2015-08-20",         "20.08.2015",        "field fields.to"},
      {"2015-08-20",         "2015-07-31",        "expected 2015-08-01 or a later date, found 2015-07-31, field fields.to"},
      {R"("r-1")",           "1e999",             "expected a JSON object in UTF-8, found a number out of range"},
      {R"("r-1")",           "[[[[[[[[1]]]]]]]]", "expected a depth of at most 8"},
  };
  // clang-format on
  for (const auto& [old, replacement, expected] : cases) {
    const std::string line = filing_with(old, replacement);
    EXPECT_THAT(reason([&] { static_cast<void>(parse_filing(line)); }), HasSubstr(expected))
        << line;
  }
}

TEST(FilingJson, RefusesWhatIsNoObject) {
  for (const char* line : {"", " ", "{", "[]", "1", "\"text\"", "null", "{} {}", "{'a':1}",
                           "{\"a\":1,}", "{\"request_id\":\"r\"} // note"}) {
    EXPECT_THAT(reason([&] { static_cast<void>(parse_filing(line)); }), HasSubstr("(the line)"))
        << line;
  }
  EXPECT_THAT(reason([] { static_cast<void>(parse_filing("{\"request_id\":\"r\"}")); }),
              HasSubstr("expected an object, found none, field applicant"));
}

TEST(FilingJson, RefusesALineOverOneMebibyte) {
  const std::string line = std::string(kFiling) + std::string(limit::filing_bytes, ' ');
  EXPECT_THAT(reason([&] { static_cast<void>(parse_filing(line)); }),
              HasSubstr("expected at most 1048576 bytes"));
}

TEST(FilingJson, TakesAStayOfOneDay) {
  EXPECT_EQ(parse_filing(filing_with("2015-08-20", "2015-08-01")).filing.fields.at("to"),
            "2015-08-01");
}

TEST(FilingJson, CarriesTheSameFilingAsTheWire) {
  EXPECT_EQ(decode_filing(encode(parse_filing(kFiling).filing)), filing());
}

// ---- Quotes ------------------------------------------------------------------------------------

TEST(Quote, IsOneShortLineWhateverTheValue) {
  EXPECT_EQ(quote("plain \"and\" \\"), R"("plain \"and\" \\")");
  EXPECT_EQ(quote("a\r\n\x1b[31m"), R"("a\u000d\u000a\u001b[31m")");
  EXPECT_EQ(quote("\xff\xc0\x80"), R"("\xff\xc0\x80")");
  EXPECT_EQ(quote("a\u202eb"), R"("a\u202eb")");
  EXPECT_EQ(quote("Қазақ"), "\"Қазақ\"");
  EXPECT_EQ(quote(std::string(50, 'x')), "\"" + std::string(48, 'x') + "\"... (50 bytes)");
  // 47 bytes and then a letter of two: it is shown whole, not broken.
  EXPECT_EQ(quote(std::string(47, 'x') + "Қ" + "yy"),
            "\"" + std::string(47, 'x') + "Қ\"... (51 bytes)");
}

TEST(Text, IsUtf8InItsShortestForm) {
  const auto accepts = [](std::string_view text) {
    try {
      expect_text(text, 100, Presence::required, "x");
      return true;
    } catch (const BadInput&) {
      return false;
    }
  };
  for (const char* good : {"a", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(accepts(good)) << quote(good);
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\x7f",
        "\x1f", "\xc2\x80", "\xc2\x9f", "\xe2\x80\xa8", "\xe2\x80\xa9", "a\tb"}) {
    EXPECT_FALSE(accepts(bad)) << quote(bad);
  }
}

// ---- Rules of a desk ---------------------------------------------------------------------------

TEST(RuleJson, ReadsAWholeRule) {
  const AnswerRule rule =
      parse_rule(R"({"step":"knb-review","talon":"bzp-akmola-2015-000042-k","outcome":"refused",)"
                 R"("reason":"BZP-R1","after":"PT2H","fields":{"signed_by":"А. Ахметов"}})");
  EXPECT_EQ(rule, (AnswerRule{"knb-review",
                              "BZP-AKMOLA-2015-000042-K",
                              "refused",
                              "BZP-R1",
                              std::chrono::hours(2),
                              {{"signed_by", "А. Ахметов"}}}));
}

TEST(RuleJson, NeedsAStepAndAnOutcomeOnly) {
  const AnswerRule rule = parse_rule(R"({"step":"accept","outcome":"accepted"})");
  EXPECT_EQ(rule, (AnswerRule{"accept", "", "accepted", "", {}, {}}));
}

TEST(RuleJson, RefusesWhatBreaksItsRules) {
  // clang-format off
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"outcome":"x"})",                                "expected a value, found none, field step"},
      {R"({"step":"x"})",                                   "expected a value, found none, field outcome"},
      {R"({"step":"a b","outcome":"x"})",                   "field step"},
      {R"({"step":"x","outcome":"X"})",                     "field outcome"},
      {R"({"step":"x","outcome":"x","reason":"a/b"})",      "field reason"},
      {R"({"step":"x","outcome":"x","reason":7})",          "expected a text, found 7, field reason"},
      {R"({"step":"x","outcome":"x","after":"P1M"})",       "found \"P1M\", field after"},
      {R"({"step":"x","outcome":"x","after":"-PT1H"})",     "field after"},
      {R"({"step":"x","outcome":"x","after":3600})",        "expected a text, found 3600, field after"},
      {R"({"step":"x","outcome":"x","ground":"BZP-R1"})",   "found another key, field \"ground\""},
      {R"({"step":"x","step":"x","outcome":"x"})",          "expected each key once"},
      {R"({"step":"x","outcome":"x","fields":{"a":1}})",    "expected a text, found 1, field fields.a"},
      {R"({"step":"x","outcome":"x","fields":[]})",         "expected an object, found a list, field fields"},
      {"[1]",                                               "expected an object, found a list"},
  };
  // clang-format on
  for (const auto& [line, expected] : cases) {
    EXPECT_THAT(reason([&] { static_cast<void>(parse_rule(line)); }), HasSubstr(expected)) << line;
  }
}

TEST(AnswerRule, TheFirstThatFitsIsTaken) {
  const std::vector<AnswerRule> rules = {
      {"accept", "T-1", "incomplete", "", {}, {}},
      {"accept", "", "accepted", "", {}, {}},
      {"accept", "T-2", "incomplete", "", {}, {}},
  };
  EXPECT_EQ(first_match(rules, "accept", "T-1"), rules.data());
  EXPECT_EQ(first_match(rules, "accept", "T-2"), rules.data() + 1);
  EXPECT_EQ(first_match(rules, "issue", "T-1"), nullptr);
  EXPECT_EQ(first_match({}, "accept", "T-1"), nullptr);
}

}  // namespace
}  // namespace reglament::wire
