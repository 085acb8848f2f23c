#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deploy/program/api.hpp"
#include "deploy/program/api_json.hpp"
#include "deploy/program/clock_watch.hpp"
#include "deploy/program/desk_rules.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/text_lines.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

Instant at(const char* text) { return parse_instant(text).value(); }

// ---- Text lines --------------------------------------------------------------------------------

class TextLinesOf : public ::testing::Test {
 protected:
  TextLinesOf() {
    std::string name = (std::filesystem::temp_directory_path() / "reglament-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~TextLinesOf() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& text) {
    std::ofstream(folder_ / "f", std::ios::binary) << text;
    return (folder_ / "f").string();
  }

  std::filesystem::path folder_;
};

TEST_F(TextLinesOf, AFileKeepTheirNumbersOverBlankOnes) {
  TextLines lines(file("one\n\n \t\r\nfour\r\nfive"));
  EXPECT_EQ(lines.next()->text, "one");
  const auto four = lines.next();
  EXPECT_EQ(four->text, "four");
  EXPECT_EQ(four->number, 4U);
  EXPECT_EQ(lines.next()->number, 5U);
  EXPECT_FALSE(lines.next().has_value());
}

TEST_F(TextLinesOf, AFileMayHoldOneThatIsExactlyAsLongAsAllowed) {
  const std::string longest(TextLines::longest_line, 'x');
  TextLines lines(file(longest + "\n" + longest + "x\nafter"));
  EXPECT_EQ(lines.next()->text, longest);
  const auto too_long = lines.next();
  EXPECT_TRUE(too_long->too_long);
  EXPECT_EQ(too_long->text, "");
  EXPECT_EQ(lines.next()->text, "after");
}

TEST_F(TextLinesOf, AFileThatIsMissingIsBadInput) {
  EXPECT_THROW(TextLines((folder_ / "none").string()), BadInput);
}

// ---- API values --------------------------------------------------------------------------------

TEST(ApiJson, ATaskComesBackAsItWas) {
  TaskDelivery delivery;
  delivery.tag = 7;
  delivery.deliveries = 2;
  delivery.task = {
      42,
      "BZP-AKMOLA-2015-000042-K",
      3,
      1,
      Symbol("border-zone-permit"),
      Symbol("2015-07-13"),
      Symbol("issue"),
      Symbol("kz.dvd.akmola"),
      at("2015-07-14T04:15:00.000001Z"),
      at("2015-07-15T12:00:00Z"),
      3,
      {Symbol("issued"), Symbol("refused")},
      {Symbol("BZP-R1")},
      {{Symbol("issued"), {Symbol("signed_by")}, false}, {Symbol("refused"), {}, true}}};
  const TaskDelivery back = read_delivery(Json::parse(to_json(delivery).dump()));
  EXPECT_EQ(back.tag, delivery.tag);
  EXPECT_EQ(back.deliveries, delivery.deliveries);
  EXPECT_EQ(back.task, delivery.task);
  delivery.task.due_at.reset();
  EXPECT_EQ(read_delivery(to_json(delivery)).task, delivery.task);
}

TEST(ApiJson, AnAnswerAndItsVerdictComeBackAsTheyWere) {
  const Answer answer{"m",
                      42,
                      3,
                      1,
                      "kz.dvd.akmola",
                      "desk:kz.dvd.akmola",
                      "refused",
                      "BZP-R1",
                      {{"signed_by", "C. Head"}}};
  EXPECT_EQ(read_answer(Json::parse(to_json(answer).dump())), answer);
  EXPECT_EQ(read_verdict(to_json(Verdict{})), Verdict{});
  const Verdict rejection = Rejection{"late", "engine", "an answer \"in time\"", "none"};
  EXPECT_EQ(read_verdict(Json::parse(to_json(rejection).dump())), rejection);
}

TEST(ApiJson, ANoticeComesBackAsItWas) {
  const Notice notice{42,
                      "BZP-AKMOLA-2015-000042-K",
                      Symbol("head"),
                      Symbol("kz.dvd.akmola"),
                      Symbol("term-missed"),
                      Symbol("003 §8"),
                      at("2015-07-14T04:15:00Z")};
  EXPECT_EQ(read_notice(to_json(notice)), notice);
}

TEST(ApiJson, ARevocationComesBackAsItWas) {
  const Revocation revocation{42, 3, Symbol("kz.dvd.akmola")};
  EXPECT_EQ(read_revocation(to_json(revocation)), revocation);
  EXPECT_THROW(static_cast<void>(read_revocation(Json(7))), BadInput);
}

TEST(ApiJson, TheResultOfAFilingComesBackAsItWas) {
  FilingResult accepted;
  accepted.reply.regulation = "border-zone-permit";
  accepted.reply.repeated = true;
  accepted.reply.talon = "BZP-AKMOLA-2015-000042-K";
  accepted.reply.case_number = 42;
  accepted.reply.edition = "2015-07-13";
  accepted.reply.office = "kz.dvd.akmola.kokshetau";
  accepted.reply.filed_at = at("2015-07-14T04:15:00Z");
  accepted.reply.due_date = parse_date("2015-07-23").value();
  accepted.reply.due_at = at("2015-07-23T12:00:00Z");
  const FilingReply back = read_filing_result(Json::parse(to_json(accepted).dump())).reply;
  EXPECT_EQ(back.talon, accepted.reply.talon);
  EXPECT_EQ(back.case_number, 42U);
  EXPECT_EQ(back.due_date, accepted.reply.due_date);
  EXPECT_EQ(back.due_at, accepted.reply.due_at);
  EXPECT_TRUE(back.repeated);
  FilingResult failed;
  failed.error = "expected x";
  failed.error_kind = Exit::unavailable;
  EXPECT_EQ(read_filing_result(to_json(failed)).error, failed.error);
  EXPECT_EQ(read_filing_result(to_json(failed)).error_kind, Exit::unavailable);
}

TEST(ApiJson, WhatIsNotAValueIsBadInput) {
  EXPECT_THROW(static_cast<void>(read_answer(Json::parse(R"({"case":"x"})"))), BadInput);
  EXPECT_THROW(static_cast<void>(read_delivery(Json())), BadInput);
  EXPECT_THROW(static_cast<void>(read_verdict(Json(7))), BadInput);
  EXPECT_THROW(static_cast<void>(parse_api_json("{", "x")), BadInput);
}

TEST(Trouble, EachKindComesBackAsItself) {
  for (const Exit kind :
       {Exit::bad_input, Exit::unavailable, Exit::try_again, Exit::configuration, Exit::defect}) {
    Trouble back;
    try {
      raise({kind, "why"});
    } catch (...) {
      back = trouble_of(std::current_exception());
    }
    EXPECT_EQ(back.kind, kind);
    EXPECT_NE(back.text.find("why"), std::string::npos);
    const int status = http_status(kind);
    EXPECT_EQ(read_problem(problem({kind, "why"}, status).dump(), status).kind, kind);
  }
  EXPECT_EQ(read_problem("<html>", 502).kind, Exit::unavailable);
}

// ---- Desks of the API --------------------------------------------------------------------------

// Counts the desks that are open; does nothing else.
class CountingEngine final : public EnginePort {
 public:
  struct Desk final : DeskChannel {
    explicit Desk(int& count) : open(count) { ++open; }
    ~Desk() override { --open; }
    std::vector<TaskDelivery> take(std::size_t) override { return {}; }
    void settle(std::span<const std::uint64_t>) override {}
    void give_back(std::uint64_t) override {}
    void answer(Answer, std::function<void(const Verdict&)>) override {}
    std::vector<Revocation> take_revoked() override { return {}; }
    std::vector<Notice> take_notices() override { return {}; }
    int& open;
  };
  std::vector<FilingResult> file(std::vector<FilingRequest> requests) override {
    return std::vector<FilingResult>(requests.size());
  }
  std::unique_ptr<DeskChannel> open_desk(std::vector<std::string>) override {
    return std::make_unique<Desk>(open);
  }
  Verdict act(const LegalAct&) override { return std::nullopt; }
  Instant now() override { return {}; }
  bool has_virtual_clock() override { return true; }
  void advance_clock(Instant) override {}
  PublicationReply publish_calendar(CalendarPublication) override { return {}; }
  void drain() override {}
  EngineCounters counters() override { return {}; }

  int open = 0;
};

TEST(Api, ClosesADeskThatHasBeenSilentForThirtySeconds) {
  CountingEngine engine;
  Api api(engine);
  ASSERT_EQ(api.handle({"POST", "/v1/desks", R"({"offices":[]})"}).status, 200);
  const auto now = std::chrono::steady_clock::now();
  api.close_silent_desks(now + std::chrono::seconds(29));
  EXPECT_EQ(engine.open, 1);
  EXPECT_EQ(api.handle({"POST", "/v1/desks/1/take", R"({"limit":1})"}).status, 200);
  api.close_silent_desks(now + std::chrono::seconds(31));
  EXPECT_EQ(engine.open, 0);
  EXPECT_EQ(api.handle({"POST", "/v1/desks/1/take", R"({"limit":1})"}).status, 404);
}

TEST(Api, AnAnswerWithoutVerdictIsReportedAsNotStored) {
  CountingEngine engine;
  Api api(engine);
  ASSERT_EQ(api.handle({"POST", "/v1/desks", R"({"offices":[]})"}).status, 200);
  const Answer answer{"m", 1, 1, 1, "o", "a", "accepted", "", {}};
  const http::Response response =
      api.handle({"POST", "/v1/desks/1/answer", to_json(answer).dump() + "\nnot json\n"});
  EXPECT_EQ(response.status, 200);
  const std::size_t end = response.body.find('\n');
  EXPECT_EQ(Json::parse(response.body.substr(0, end)).at("exit"), 69);
  EXPECT_EQ(Json::parse(response.body.substr(end + 1)).at("exit"), 65);
}

// ---- Rules of a desk ---------------------------------------------------------------------------

TaskMessage task_in(const char* step, std::vector<Symbol> outcomes, std::vector<Symbol> grounds) {
  TaskMessage task;
  task.case_number = 42;
  task.talon = "BZP-AKMOLA-2015-000042-K";
  task.task = 5;
  task.attempt = 2;
  task.regulation = Symbol("border-zone-permit");
  task.edition = Symbol("2015-07-13");
  task.step = Symbol(step);
  task.office = Symbol("kz.dvd.akmola.kokshetau");
  task.offered_at = at("2015-07-14T04:15:00Z");
  task.outcomes = std::move(outcomes);
  task.grounds = std::move(grounds);
  return task;
}

TEST(DeskRules, TheFavourableOutcomeIsTakenAndItsFieldsAreFilledIn) {
  const DeskRules rules = DeskRules::favourable(world().catalogue);
  const auto planned =
      rules.answer(task_in("issue", {Symbol("refused"), Symbol("issued")}, {Symbol("BZP-R1")}));
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->answer.outcome, "issued");
  EXPECT_EQ(planned->answer.ground, "");
  EXPECT_EQ(planned->answer.fields.at("signed_by"), "kz.dvd.akmola.kokshetau (automatic)");
  EXPECT_EQ(planned->answer.message_id, "kz.dvd.akmola.kokshetau/42/5/2");
  EXPECT_EQ(planned->answer.actor, "desk:kz.dvd.akmola.kokshetau");
  EXPECT_EQ(planned->at, at("2015-07-14T04:15:00Z"));
}

TEST(DeskRules, WithoutAFavourableOutcomeTheFirstIsTakenWithTheFirstGround) {
  const DeskRules rules = DeskRules::favourable(world().catalogue);
  const auto planned =
      rules.answer(task_in("issue", {Symbol("refused")}, {Symbol("BZP-R1"), Symbol("BZP-KNB")}));
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->answer.outcome, "refused");
  EXPECT_EQ(planned->answer.ground, "BZP-R1");
}

TEST(DeskRules, ATaskThatAllowsNothingIsLeft) {
  EXPECT_FALSE(DeskRules::favourable(world().catalogue).answer(task_in("issue", {}, {})));
}

// ---- Output ------------------------------------------------------------------------------------

TEST(TextTable, ColumnsAreAsWideAsTheirWidestCellInCodePoints) {
  TextTable table({"office", "name"});
  table.add({"қазақ", "a"});
  table.add({"x", ""});
  EXPECT_EQ(table.text(), "office  name\nқазақ   a\nx");
}

TEST(LocalTime, CarriesTheOffsetOfTheOfficeThen) {
  EXPECT_EQ(local_time(at("2015-07-14T04:15:00Z"), "kz.dvd.akmola"), "2015-07-14T10:15:00+06:00");
  EXPECT_EQ(local_time(at("2026-07-14T04:15:00Z"), "kz.dvd.akmola"), "2026-07-14T09:15:00+05:00");
  EXPECT_EQ(local_time(at("2015-07-14T04:15:00Z"), "nowhere"), "2015-07-14T04:15:00Z");
}

// ---- The machine's clock -----------------------------------------------------------------------

TEST(ClockWatchOf, AJumpIsToldOnceUntilItHasEnded) {
  ClockWatch watch;
  EXPECT_EQ(watch.look(std::nullopt), std::nullopt);
  const auto told = watch.look(std::chrono::seconds(-90));
  ASSERT_TRUE(told.has_value());
  EXPECT_NE(told->find("jumped by -90 s"), std::string::npos) << *told;
  EXPECT_EQ(watch.look(std::chrono::seconds(-91)), std::nullopt);
  EXPECT_EQ(watch.look(std::nullopt), std::nullopt);
  EXPECT_TRUE(watch.look(std::chrono::seconds(90)).has_value());
}

}  // namespace
}  // namespace reglament::program
