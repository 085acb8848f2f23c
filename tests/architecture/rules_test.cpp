// Each rule on small examples, good and bad: a rule that cannot fail holds nothing.
#include "tests/architecture/rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace reglament::architecture {
namespace {

std::size_t forbidden(const std::string& path, const std::string& include) {
  return forbidden_includes(path, "#include \"" + include + "\"\n").size();
}

TEST(Includes, FollowTheArrows) {
  EXPECT_EQ(forbidden("engine/casework/decide.cpp", "engine/time/civil.hpp"), 0U);
  EXPECT_EQ(forbidden("processes/border_zone_permit/permit.cpp", "engine/law/clause.hpp"), 0U);
  EXPECT_EQ(forbidden("processes/offices/a.cpp", "processes/offices/b.hpp"), 0U);
  EXPECT_EQ(forbidden("processes/catalogue/catalogue.cpp", "processes/offices/offices.hpp"), 0U);
  EXPECT_EQ(forbidden("processes/catalogue/catalogue.cpp", "processes/calendars/a.hpp"), 0U);
  EXPECT_EQ(forbidden("adapters/sqlite/store.cpp", "adapters/sqlite/pages.hpp"), 0U);
  EXPECT_EQ(forbidden("adapters/sqlite/store.cpp", "adapters/soci/facade.hpp"), 0U);
  EXPECT_EQ(forbidden("adapters/rabbitmq/broker.cpp", "adapters/wire/message.hpp"), 0U);
  EXPECT_EQ(forbidden("adapters/wire/message.cpp", "reglament/v1/task.pb.h"), 0U);
  EXPECT_EQ(forbidden("adapters/sqlite/store.cpp", "engine/runtime/store.hpp"), 0U);
  EXPECT_EQ(forbidden("deploy/main.cpp", "adapters/sqlite/store.hpp"), 0U);
  EXPECT_EQ(forbidden("deploy/main.cpp", "processes/catalogue/catalogue.hpp"), 0U);
  EXPECT_EQ(forbidden("tests/contract/store.cpp", "tests/contract/suite.hpp"), 0U);
  EXPECT_EQ(forbidden("tests/contract/store.cpp", "deploy/command.hpp"), 0U);
}

TEST(Includes, AgainstTheArrowsAreFound) {
  for (const char* other : {"processes/offices/offices.hpp", "adapters/clock/clock.hpp",
                            "reglament/v1/task.pb.h", "deploy/command.hpp", "tests/law/act.hpp"}) {
    EXPECT_EQ(forbidden("engine/casework/decide.cpp", other), 1U) << other;
  }
  for (const char* other : {"processes/offices/offices.hpp", "adapters/clock/clock.hpp",
                            "reglament/v1/task.pb.h", "deploy/command.hpp", "tests/law/act.hpp"}) {
    EXPECT_EQ(forbidden("processes/border_zone_permit/permit.cpp", other), 1U) << other;
  }
  for (const char* other : {"processes/offices/offices.hpp", "adapters/rabbitmq/broker.hpp",
                            "deploy/command.hpp", "tests/law/act.hpp"}) {
    EXPECT_EQ(forbidden("adapters/sqlite/store.cpp", other), 1U) << other;
  }
  EXPECT_EQ(forbidden("adapters/soci/facade.cpp", "adapters/sqlite/store.hpp"), 1U);
  EXPECT_EQ(forbidden("adapters/wire/message.cpp", "adapters/soci/facade.hpp"), 1U);
  EXPECT_EQ(forbidden("deploy/main.cpp", "tests/law/act.hpp"), 1U);
}

TEST(Includes, OfProtoLeadToProtoOnly) {
  const std::string path = "proto/reglament/v1/task.proto";
  EXPECT_TRUE(forbidden_includes(path, "import \"reglament/v1/case.proto\";\n").empty());
  EXPECT_TRUE(forbidden_includes(path, "import \"google/protobuf/any.proto\";\n").empty());
  EXPECT_EQ(forbidden_includes(path, "import public \"engine/x.proto\";\n").size(), 1U);
}

TEST(Includes, StartAtTheRepositoryRoot) {
  EXPECT_EQ(forbidden("engine/time/civil.cpp", "civil.hpp"), 1U);
  EXPECT_EQ(forbidden("engine/time/civil.cpp", "time/civil.hpp"), 1U);
  EXPECT_EQ(forbidden("engine/time/civil.cpp", "../base/text.hpp"), 1U);
  EXPECT_EQ(forbidden_includes("deploy/main.cpp", "# include <engine/base/text.hpp>\n").size(), 1U);
  EXPECT_TRUE(forbidden_includes("deploy/main.cpp", "#include <fmt/format.h>\n").empty());
}

TEST(Includes, InCommentsAndRawStringsAreNone) {
  EXPECT_TRUE(forbidden_includes("engine/a.cpp", "// #include \"deploy/a.hpp\"\n").empty());
  EXPECT_TRUE(forbidden_includes("engine/a.cpp", "/*\n#include \"deploy/a.hpp\"\n*/\n").empty());
  EXPECT_TRUE(
      forbidden_includes("engine/a.cpp", "auto a = R\"x(\n#include \"deploy/a.hpp\"\n)x\";\n")
          .empty());
}

TEST(Includes, AreFoundWithTheirLine) {
  const auto findings = forbidden_includes("engine/a.cpp", "\n\n#include \"deploy/a.hpp\"\n");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(describe(findings),
            "engine/a.cpp:3: includes deploy/a.hpp: engine includes engine only\n");
}

TEST(BannedWords, AreFoundAndNameTheReplacement) {
  for (const char* line :
       {"auto t = std::chrono::system_clock::now();", "std::chrono::steady_clock::time_point t;",
        "#include <iostream>", "#include <fstream>", "#include <thread>",
        "auto e = std::getenv(\"X\");", "auto n = typeid(x).name();", "soci::session s;",
        "sqlite3_open(f);", "amqp_connection_state_t c;", "google::protobuf::Message* m;",
        "#include \"x.pb.h\""}) {
    const auto findings = banned_words("engine/casework/a.cpp", line);
    ASSERT_EQ(findings.size(), 1U) << line;
    EXPECT_NE(findings.front().message.find("instead, "), std::string::npos);
    EXPECT_EQ(banned_words("processes/offices/a.hpp", line).size(), 1U) << line;
    EXPECT_TRUE(banned_words("adapters/sqlite/a.cpp", line).empty()) << line;
  }
}

TEST(BannedWords, ArePartsOfOtherWordsOrProseWithoutHarm) {
  EXPECT_TRUE(banned_words("engine/a.cpp", "bool associated = society(type_id);").empty());
  EXPECT_TRUE(banned_words("engine/a.cpp", "int a = 1;  // as in SQLite and soci").empty());
  EXPECT_TRUE(banned_words("engine/a.cpp", "/* system_clock\n typeid */ int a = 1'000;").empty());
}

TEST(BannedWords, LeaveThreadsToTheRuntime) {
  EXPECT_TRUE(banned_words("engine/runtime/partition.cpp", "#include <thread>").empty());
  EXPECT_EQ(banned_words("engine/history/log.cpp", "#include <thread>").size(), 1U);
}

TEST(Comments, EndWhereTheCodeGoesOn) {
  EXPECT_EQ(without_comments("a /* b */ c // d\ne"), "a         c     \ne");
  EXPECT_EQ(without_comments("f(\"// no\", '\"', x); // y"), "f(\"// no\", '\"', x);     ");
  EXPECT_EQ(without_comments("\"\\\"\" // y"), "\"\\\"\"     ");
}

TEST(LongLines, AreCountedInCodePoints) {
  EXPECT_TRUE(long_lines("a.cpp", std::string(100, 'x') + "\n").empty());
  EXPECT_EQ(long_lines("a.cpp", "\n" + std::string(101, 'x')).size(), 1U);
  std::string kazakh;
  for (int i = 0; i < 100; ++i) kazakh += "қ";
  EXPECT_TRUE(long_lines("a.cpp", kazakh).empty());
  EXPECT_EQ(long_lines("a.cpp", kazakh + "қ").size(), 1U);
}

TEST(LongLines, MayHoldAnAddress) {
  EXPECT_TRUE(long_lines("a.cpp", "// https://example.org/" + std::string(100, 'x')).empty());
}

TEST(LongLines, LetsTablesThroughThatAreAlignedByHand) {
  const std::string row = std::string(120, 'x') + "\n";
  const std::string table = "// clang-format " + std::string("off\n") + row;
  EXPECT_TRUE(long_lines("a.hpp", table).empty());
  EXPECT_EQ(long_lines("a.hpp", table + "// clang-format " + "on\n" + row).size(), 1U);
}

TEST(LeftoverMarkers, AreFoundAsWholeWords) {
  for (const char* marker : {"TO"
                             "DO",
                             "FIX"
                             "ME",
                             "XX"
                             "X",
                             "HA"
                             "CK"}) {
    EXPECT_EQ(leftover_markers("engine/a.cpp", std::string("// ") + marker + ": x").size(), 1U);
    EXPECT_TRUE(leftover_markers("engine/a.cpp", std::string("a") + marker + "S").empty());
  }
}

TEST(LeftoverMarkers, IncludeTestsThatAreSwitchedOff) {
  const std::string off =
      "TEST(Law, DIS"
      "ABLED_Holds) {}";
  EXPECT_EQ(leftover_markers("tests/law/a.cpp", off).size(), 1U);
  EXPECT_EQ(leftover_markers("tests/law/a.cpp",
                             "GTEST_"
                             "SKIP();")
                .size(),
            1U);
  EXPECT_EQ(leftover_markers("tests/law/a.cpp",
                             "EXPECT_ANY_"
                             "THROW(f());")
                .size(),
            1U);
}

// A definition of `lines` lines behind a declaration that must not be counted with it.
std::string definition(std::size_t lines) {
  std::string text = "namespace a {\n\nint declared(int x,\n             int y);\n";
  text += "int defined(int x,\n            int y) {\n";
  for (std::size_t i = 3; i < lines; ++i) text += i % 2 == 0 ? "\n" : "  if (x) { y(); }\n";
  return text + "}\n\n}  // namespace a\n";
}

TEST(LongFunctions, AreFoundAtTheirFirstLine) {
  EXPECT_TRUE(long_functions("a.cpp", definition(70)).empty());
  const auto findings = long_functions("a.cpp", definition(71));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().line, 5U);
  EXPECT_NE(findings.front().message.find("found 71"), std::string::npos);
}

TEST(LongFunctions, AreNeitherTablesNorClasses) {
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += "  int a;\n";
  EXPECT_TRUE(long_functions("a.cpp", "struct A {\n" + rows + "};\n\nint f() {\n}\n").empty());
  EXPECT_TRUE(long_functions("a.cpp", "constexpr A a = {\n" + rows + "};\nvoid f() {}\n").empty());
}

TEST(LongFunctions, AreNotCutByARawString) {
  std::string text = "void f() {\n  g(R\"({\n}\n)\");\n";
  for (int i = 0; i < 70; ++i) text += "  g();\n";
  EXPECT_EQ(long_functions("a.cpp", text + "}\n").size(), 1U);
}

TEST(RootEntries, AreThoseOfTheLayoutOrIgnored) {
  const std::string_view gitignore = "# made here\n/build/\n/*.db\n.cache/\n";
  EXPECT_TRUE(unknown_entries({"engine", "tests", ".ci", "LICENSE"}, gitignore).empty());
  EXPECT_TRUE(unknown_entries({"build", "reglament.db", ".cache", ".git"}, gitignore).empty());
  EXPECT_EQ(unknown_entries({"src", "cmake", "notes.txt", "building"}, gitignore).size(), 4U);
}

}  // namespace
}  // namespace reglament::architecture
