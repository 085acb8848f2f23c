// What the act of the benefit certificate says beside its rows: titles, dates, terms, documents.
// Source: Government resolution of the Republic of Kazakhstan No. 2223 of 29 December 2009, item 4
// of its list (standard 004.4), in the edition of No. 1741 of 29 December 2012; Kazakh text.
// Readings: README.md.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "engine/law/regulation.hpp"

namespace reglament::benefit {

constexpr Date date(int year, unsigned month, unsigned day) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
}

// Frozen: stored in cases.
inline constexpr std::string_view information_requested = "information-requested";
inline constexpr std::string_view archive_asked = "archive-asked";

inline constexpr std::array complete_set{
    DocumentLine{"application", "application, form of annex 4", "004.4 §11.1"},
    DocumentLine{"identity-document", "identity card, shown in the original", "004.4 §11.2"},
};

struct ActOfBenefitCertificate {
  static constexpr std::string_view id = "benefit-certificate";
  static constexpr std::string_view title =
      "Certificates for persons with benefits: participants of the Great Patriotic War, "
      "liquidators of the Chernobyl accident, internationalist soldiers";
  static constexpr std::string_view talon_code = "BEN";
  static constexpr std::array<std::string_view, 1> channels{"direct"};  // 004.4 §1
  static constexpr std::string_view title_kk =
      "Жеңілдіктері бар адамдарға (Ұлы Отан соғысының қатысушыларына, Чернобыль АЭС-індегі "
      "аварияны жоюшыларға, интернационалист-жауынгерлерге) анықтамалар беру";

  static constexpr std::array amended_by{
      ActReference{"resolution of the Government", "848", date(2011, 7, 22),
                   "title, preamble and §1 of the resolution"},
      ActReference{"resolution of the Government", "1741", date(2012, 12, 29),
                   "a new edition of the standard: this one"},
      ActReference{"resolution of the Government", "473", date(2013, 5, 8),
                   "removed three other services"},
  };
  static constexpr Act act{
      .citation = "004.4",
      .kind = "resolution",
      .issued_by = "Government of the Republic of Kazakhstan",
      .number = "2223",
      .date = date(2009, 12, 29),
      .registration_number = {},
      .registered = {},
      .title_kk = title_kk,
      .title_en = title,
      .amended_by = amended_by,
      .repealed_by = ActReference{"resolution of the Government", "219", date(2014, 3, 11),
                                  "in force ten days after its publication"},
  };

  static constexpr Edition edition{
      .code = "2013-01-09",
      .from = date(2013, 1, 9),
      .to = date(2014, 3, 21),
      .assumed = true,
      .reason =
          "Resolutions No. 1741 and No. 219 take effect ten calendar days after their first "
          "official publication, and neither day is known. Assumed: published on the day of "
          "adoption, 29 December 2012 and 11 March 2014, plus ten full days.",
      .from_paragraph = "004.4, note to the standard",
      .to_paragraph = "004 act, note to the heading",
  };

  // Open question 1: the direct channel does not say where the term starts; read as the day on
  // which the documents are submitted. Acceptance and issue are not excluded there (question 2).
  static constexpr std::array service_terms{
      ServiceTerm{"", WorkingDays{1}, "004.4 §7 direct 1"},
      ServiceTerm{"information-missing", WorkingDays{30}, "004.4 §7 direct 1"},
      ServiceTerm{"foreign-archive", WorkingDays{90}, "004.4 §7 direct 1"},
  };
  static constexpr WorkingDays warn_before{1};

  static constexpr std::array grounds{
      Ground{"BEN-R1", "not all documents required by §11 are submitted", "004.4 §16"},
  };
  static constexpr auto documents = complete_set;

  static constexpr Norm norm{95, "004.4 annex 3, 1.1"};
  static constexpr std::array indicators{
      IndicatorLine{"1.1", "services rendered in the set term", 95, true, "004.4 annex 3"},
      IndicatorLine{"2.1", "satisfied with the quality of the process", 90, false, "004.4 annex 3"},
      IndicatorLine{"3.1", "satisfied with the quality of the information on the procedure", 80,
                    false, "004.4 annex 3"},
      IndicatorLine{"3.2", "services with information available electronically", 50, false,
                    "004.4 annex 3"},
      IndicatorLine{"4.1", "satisfied with the complaint procedure", 95, false, "004.4 annex 3"},
      IndicatorLine{"5.1", "satisfied with the courtesy of the staff", 90, false, "004.4 annex 3"},
  };
  // The bodies are those to which an applicant complains; the act sets no days for reporting.
  static constexpr std::array ladder{
      RungLine{"head of the authorised body", WorkingDays{1}, 0, "setting (004.4 §22)"},
      RungLine{"Ministry of Defence", WorkingDays{3}, 1, "setting (004.4 §21)"},
  };

  static constexpr std::array<std::string_view, 6> automated{
      "004.4 §7", "004.4 §11", "004.4 §11.1", "004.4 §14", "004.4 §15.1", "004.4 §16"};
  static constexpr std::array left_to_people{
      LeftToPeople{"004.4 §7 direct 2",
                   "the queue at submission, 20 minutes: nobody registers "
                   "the arrival of a person in a queue"},
      LeftToPeople{"004.4 §7 direct 3", "the queue at receipt, 10 minutes: the same"},
      LeftToPeople{"004.4 §11",
                   "comparing the original; taking the signed electronic document "
                   "from the state information systems"},
      LeftToPeople{"004.4 §12", "the form, on paper, is handed out by the employee"},
      LeftToPeople{"004.4 §20-26", "complaints are a procedure of their own"},
  };
};

}  // namespace reglament::benefit
