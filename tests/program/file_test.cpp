#include <functional>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class File : public Program {
 protected:
  void SetUp() override { init_virtual("2015-07-14T10:15:00+06:00"); }

  // Files the one application, changed.
  Ended file_changed(const std::function<void(Json&)>& change) {
    Json changed = application("changed");
    change(changed);
    return run_json({"file", "-"}, changed.dump());
  }
};

TEST_F(File, AcceptsAnApplicationAndAnswersWithEveryKeyOfTheContract) {
  const Ended ended = run_json({"file", "-"}, application("r").dump());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const Json reply = ended.json();
  expect_keys(reply, {"talon", "case", "regulation", "edition", "office", "filed_at", "due_date",
                      "due_at"});
  EXPECT_EQ(reply.at("filed_at"), "2015-07-14T10:15:00+06:00");
  EXPECT_EQ(reply.at("due_date"), "2015-07-23");
  EXPECT_TRUE(reply.at("talon").get<std::string>().starts_with("BZP-AKMOLA-2015-"));
}

TEST_F(File, ReadsAFileAndAnObjectOverSeveralLines) {
  const std::string path = write("one.json", application("r").dump(4));
  const Ended ended = run_json({"file", path});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  expect_keys(ended.json(), {"talon"});
}

TEST_F(File, TakesBlankLinesAndCarriageReturns) {
  std::string input = "\r\n";
  input.append(application("a").dump()).append("\r\n\n").append(application("b").dump());
  const Ended ended = run_json({"file", "-"}, input);
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.lines().size(), 2U);
}

TEST_F(File, ARepeatIsAnsweredAsTheFirstTime) {
  const Ended first = run_json({"file", "-"}, application("r").dump());
  ASSERT_EQ(run({"clock", "advance", "--by", "P1D"}).exit, 0);
  const Ended again = run_json({"file", "-"}, application("r").dump());
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.out, first.out);
  EXPECT_EQ(run_json({"case", "list"}).lines().size(), 1U);
}

TEST_F(File, ARefusalIsAnsweredWithItsParagraphAndAgainTheSame) {
  const auto file = [&] {
    return file_changed([](Json& json) { json["documents"] = {"application"}; });
  };
  const Ended refused = file();
  EXPECT_EQ(refused.exit, 1);
  const Json reply = refused.json();
  expect_keys(reply, {"rejected", "regulation", "paragraph", "expected", "actual"});
  EXPECT_EQ(reply.at("rejected"), true);
  EXPECT_EQ(reply.at("paragraph"), "003 §8");
  EXPECT_EQ(reply.at("actual"), "missing: identity-document");
  EXPECT_EQ(file().out, refused.out);
  EXPECT_EQ(run_json({"case", "list"}).out, "");
}

TEST_F(File, ADayOutsideTheEditionIsRefused) {
  ASSERT_EQ(run({"clock", "advance", "--to", "2021-01-11T10:00:00+06:00"}).exit, 0);
  const Ended refused = run_json({"file", "-"}, application("r").dump());
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.json().at("code"), "not-in-force");
}

TEST_F(File, WhatCannotBeReadIsBadInputWithItsField) {
  file_good(1);
  const std::string before = snapshot();
  for (const auto& [change, found] :
       std::vector<std::pair<std::function<void(Json&)>, std::string>>{
           {[](Json& json) { json["request_id"] = 7; }, "request_id"},
           {[](Json& json) { json.erase("request_id"); }, "request_id"},
           {[](Json& json) { json["documents"] = "application"; }, "documents"},
           {[](Json& json) { json["applicant"] = "A."; }, "applicant"},
           {[](Json& json) { json.erase("applicant"); }, "applicant"},
           {[](Json& json) { json["applicant"]["age"] = 3; }, "age"},
           {[](Json& json) { json["colour"] = "blue"; }, "colour"},
           {[](Json& json) { json["fields"]["from"] = "2015-02-29"; }, "from"},
           {[](Json& json) { json["fields"]["to"] = "2015-07-01"; }, "to"},
           {[](Json& json) { json["filed_at"] = "2015-07-14"; }, "filed_at"},
           {[](Json& json) { json["filed_at"] = "2015-02-29T10:15:00+06:00"; }, "filed_at"},
           {[](Json& json) { json["filed_at"] = "2015-07-14T10:15:01+06:00"; }, "in the future"},
           {[](Json& json) { json["filed_at"] = "2015-07-14T10:14:59+06:00"; }, "before the clock"},
           {[](Json& json) { json["regulation"] = "fishing-permit"; }, "fishing-permit"},
           {[](Json& json) { json["office"] = "kz.nowhere"; }, "kz.nowhere"},
           {[](Json& json) { json["office"] = "kz.dvd.akmola"; }, "office"},
           {[](Json& json) { json["channel"] = "pigeon"; }, "channel"}}) {
    const Ended ended = file_changed(change);
    EXPECT_EQ(ended.exit, 65) << found << ended.out;
    const Json line = ended.json();
    EXPECT_NE(line.at("error").get<std::string>().find(found), std::string::npos) << line.dump();
    EXPECT_EQ(line.at("line"), 1);
    EXPECT_NE(ended.err.find("(standard input):1"), std::string::npos) << ended.err;
  }
  EXPECT_EQ(snapshot(), before);
}

TEST_F(File, TextThatIsNotJsonIsBadInput) {
  for (const std::string text :
       {"{", "not json", "[]", "7", "{\"request_id\":", "{\"request_id\":\"\xff\xfe\"}",
        "{\"a\":1,\"a\":2}", "\"\"", "null"}) {
    const Ended ended = run_json({"file", "-"}, text);
    EXPECT_EQ(ended.exit, 65) << text;
    expect_keys(ended.json(), {"error", "line"});
  }
  EXPECT_EQ(run_json({"case", "list"}).out, "");
}

TEST_F(File, AnEmptyFileIsBadInput) {
  EXPECT_EQ(run({"file", "-"}, "").exit, 65);
  EXPECT_EQ(run({"file", "-"}, "\n \r\n\n").exit, 65);
}

TEST_F(File, AFileThatCannotBeReadIsBadInput) {
  EXPECT_EQ(run({"file", "none.jsonl"}).exit, 65);
  EXPECT_EQ(run({"file", folder_.string()}).exit, 65);
}

TEST_F(File, AMalformedLineDoesNotStopTheOthers) {
  const Ended ended = run_json({"file", "-"}, application("a").dump() + "\nnot json\n" +
                                                  application("b").dump() + "\n{\"x\":1}\n");
  EXPECT_EQ(ended.exit, 65);
  const auto lines = ended.lines();
  ASSERT_EQ(lines.size(), 4U) << ended.out;
  expect_keys(lines[0], {"talon"});
  EXPECT_EQ(lines[1].at("line"), 2);
  expect_keys(lines[2], {"talon"});
  EXPECT_EQ(lines[3].at("line"), 4);
  EXPECT_EQ(run_json({"case", "list"}).lines().size(), 2U);
}

TEST_F(File, ALineOfTenMegabytesIsPassedOver) {
  Json long_one = application("long");
  long_one["fields"]["purpose"] = std::string(10UL * 1024 * 1024, 'x');
  const Ended ended = run_json({"file", "-"}, application("a").dump() + "\n" + long_one.dump() +
                                                  "\n" + application("b").dump() + "\n");
  EXPECT_EQ(ended.exit, 65);
  const auto lines = ended.lines();
  ASSERT_EQ(lines.size(), 3U);
  expect_keys(lines[0], {"talon"});
  EXPECT_EQ(lines[1].at("line"), 2);
  expect_keys(lines[2], {"talon"});
}

TEST_F(File, TheTimeOfTheClockMayBeStated) {
  const Ended ended = file_changed([](Json& json) { json["filed_at"] = "2015-07-14T04:15:00Z"; });
  EXPECT_EQ(ended.exit, 0) << ended.out;
  ASSERT_EQ(run({"clock", "advance", "--by", "PT1H"}).exit, 0);
  const Ended again = file_changed([](Json& json) { json["filed_at"] = "2015-07-14T04:15:00Z"; });
  EXPECT_EQ(again.out, ended.out);
}

TEST_F(File, AnswersManyInTheirOrder) {
  std::string input;
  for (int i = 0; i < 2500; ++i) {
    Json json = application(std::to_string(i));
    if (i % 100 == 7) json["documents"] = Json::array();
    input += (i % 100 == 8 ? std::string("{") : json.dump()) + "\n";
  }
  const Ended ended = run_json({"file", "-"}, input);
  EXPECT_EQ(ended.exit, 65);
  const auto lines = ended.lines();
  ASSERT_EQ(lines.size(), 2500U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string key = i % 100 == 7 ? "rejected" : i % 100 == 8 ? "error" : "talon";
    EXPECT_TRUE(lines[i].contains(key)) << i << lines[i].dump();
  }
  EXPECT_EQ(run_json({"case", "list"}).lines().size(), 2450U);
}

class FileOnTheSystemClock : public Program {};

TEST_F(FileOnTheSystemClock, TakesNoStatedTime) {
  ASSERT_EQ(run({"init"}).exit, 0);
  Json json = application("r");
  json["filed_at"] = "2015-07-14T10:15:00+06:00";
  const Ended ended = run_json({"file", "-"}, json.dump());
  EXPECT_EQ(ended.exit, 65);
  EXPECT_NE(ended.json().at("error").get<std::string>().find("system clock"), std::string::npos);
}

}  // namespace
}  // namespace reglament::testing
