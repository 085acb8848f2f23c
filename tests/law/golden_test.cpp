// A released edition never changes: what is printed of it is compared with the files of tests/law/
// golden byte by byte. A change of drawing changes svg and mermaid files in the same commit; the
// step table changes with a new edition only, which gets files of its own.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "engine/law/diagram.hpp"
#include "engine/law/step_table.hpp"
#include "processes/address_certificate/address_certificate.hpp"
#include "processes/benefit_certificate/benefit_certificate.hpp"
#include "processes/border_zone_permit/border_zone_permit.hpp"

namespace reglament {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(REGLAMENT_SOURCE_DIR) + "/tests/law/golden/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Released {
  const Regulation& (*regulation)();
  const char* name;
};

class Golden : public ::testing::TestWithParam<Released> {
 protected:
  [[nodiscard]] const Regulation& regulation() const { return GetParam().regulation(); }
  [[nodiscard]] std::string expected(const std::string& suffix) const {
    return golden(GetParam().name + suffix);
  }
};

TEST_P(Golden, StepTable) { EXPECT_EQ(step_table_markdown(regulation()), expected(".steps.md")); }

TEST_P(Golden, Mermaid) { EXPECT_EQ(mermaid(regulation()), expected(".mmd")); }

TEST_P(Golden, Svg) { EXPECT_EQ(svg(regulation()), expected(".svg")); }

std::string_view name_of(TermAct act) {
  switch (act) {
    case TermAct::none:
      return "";
    case TermAct::suspend:
      return " | suspends";
    case TermAct::resume:
      return " | resumes";
    case TermAct::restart:
      return " | restarts";
  }
  return "";
}

// Not the printing, the law: every line of the clauses as a decision sees it.
std::string clause_text(const ClauseLine& clause) {
  std::ostringstream text;
  text << clause.paragraph << " | " << clause.in << " | " << clause.on << " | "
       << (clause.done    ? "done"
           : clause.stays ? "stays"
                          : clause.next)
       << " | " << clause.duty;
  for (const NoticeLine& notice : clause.notices) {
    text << " | notice " << notice.kind << " to " << code(notice.recipient) << ", "
         << notice.paragraph;
  }
  for (const std::string_view fact : clause.establishes) text << " | establishes " << fact;
  if (!clause.variant.empty()) {
    text << (clause.extends ? " | extends to " : " | governs ") << clause.variant;
  }
  text << name_of(clause.term_act);
  for (const std::string_view side : clause.offers) text << " | offers " << side;
  for (const ConditionLine& condition : clause.provided) {
    text << " | provided " << (condition.negated ? "not: " : "") << condition.title << ", "
         << condition.paragraph << ", " << condition.rejection;
  }
  return text.str() + "\n";
}

TEST_P(Golden, Clauses) {
  std::string text;
  for (const ClauseLine& clause : regulation().clauses) text += clause_text(clause);
  EXPECT_EQ(text, expected(".clauses.txt"));
}

std::string released_name(const ::testing::TestParamInfo<Released>& instance) {
  constexpr std::array names{"BorderZonePermit", "BenefitCertificate", "AddressCertificate"};
  return names.at(instance.index);
}

INSTANTIATE_TEST_SUITE_P(
    Released, Golden,
    ::testing::Values(Released{border_zone_permit, "border-zone-permit@2015-07-13"},
                      Released{benefit_certificate, "benefit-certificate@2013-01-09"},
                      Released{address_certificate, "address-certificate@2010-11-01"}),
    released_name);

TEST(Diagram, TextsAreEscaped) {
  StepLine step = border_zone_permit().steps.front();
  step.title = "a<b & \"c\" d; #1: e'f";
  Provisions says = border_zone_permit();
  const std::vector<StepLine> steps{step};
  says.steps = steps;
  says.clauses = {};
  const std::string picture = svg(says);
  EXPECT_NE(picture.find("a&lt;b &amp; &quot;c&quot; d; #1: e&apos;f"), std::string::npos);
  EXPECT_NE(mermaid(says).find("a#60;b & #34;c#34; d#59; #35;1#58; e'f"), std::string::npos);
}

TEST(Diagram, EveryDepartmentHasItsLaneAndEveryWayItsLabel) {
  const std::string picture = svg(border_zone_permit());
  for (const char* text :
       {">Migration police<", ">unit, city or<", ">Department of the<", ">Result<", ">accepted<",
        ">incomplete<", ">forwarded<", ">agreed<", ">objected<", ">issued<", ">refused<"}) {
    EXPECT_NE(picture.find(text), std::string::npos) << text;
  }
}

TEST(StepTable, HasARowForEachWaitingStepInTheOrderOfTheAct) {
  const std::vector<StepRow> rows = step_table(border_zone_permit());
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].number, i + 1);
    EXPECT_FALSE(rows[i].output.empty());
  }
  EXPECT_EQ(rows[3].code, "knb-review");
  EXPECT_EQ(rows[3].actor, "Department of the КНБ");
  EXPECT_EQ(rows[3].term, "2 working days");
  EXPECT_EQ(rows[3].reference, "003 §11");
}

TEST(StepTable, SaysWhyThereIsNoTerm) {
  StepLine step = border_zone_permit().steps.front();
  step.term.reset();
  step.no_term_reason = "the act sets none | ever";
  Provisions says = border_zone_permit();
  const std::vector<StepLine> steps{step};
  says.steps = steps;
  EXPECT_EQ(step_table(says)[0].term, "none: the act sets none | ever");
  EXPECT_NE(step_table_markdown(says).find("the act sets none \\| ever"), std::string::npos);
}

}  // namespace
}  // namespace reglament
