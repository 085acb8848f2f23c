// What the act of the border-zone permit says beside its rows: titles, dates, grounds, documents.
// Source: order of the Minister of Internal Affairs of the Republic of Kazakhstan No. 500 of
// 30 May 2015, annex 1, as amended on 31 March 2020; Kazakh text. Readings: README.md.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "engine/law/regulation.hpp"

namespace reglament::border_zone {

constexpr Date date(int year, unsigned month, unsigned day) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
}

// Frozen: stored in cases. Established by a negative answer of the КНБ.
inline constexpr std::string_view knb_objected = "knb-objected";

// The act that lists the documents is not among our sources; the set is a setting.
inline constexpr std::array complete_set{
    DocumentLine{"application", "application", "003 §8"},
    DocumentLine{"identity-document", "document that proves the applicant's identity", "003 §8"},
};

struct ActOfBorderZonePermit {
  static constexpr std::string_view id = "border-zone-permit";
  static constexpr std::string_view title =
      "Permit for foreigners and stateless persons to enter the border zone";
  static constexpr std::string_view talon_code = "BZP";
  static constexpr std::array<std::string_view, 1> channels{"direct"};  // 003 §7
  static constexpr std::string_view title_kk =
      "Шетелдіктердің және азаматтығы жоқ адамдардың шекаралық аймаққа кіруіне рұқсаттама беру";

  static constexpr std::array amended_by{
      ActReference{"order of the Minister of Internal Affairs", "275", date(2020, 3, 31),
                   "removed the second service of the order; this one did not change"},
  };
  static constexpr Act act{
      .citation = "003",
      .kind = "order",
      .issued_by = "Minister of Internal Affairs of the Republic of Kazakhstan",
      .number = "500",
      .date = date(2015, 5, 30),
      .registration_number = "11537",
      .registered = date(2015, 7, 2),
      .title_kk =
          "«Шетел азаматтарына және азаматтығы жоқ адамдарға шекаралық аймаққа келуге "
          "рұқсаттаманы беру» және «Қазақстан Республикасына уақытша болатын шетелдіктер мен "
          "азаматтығы жоқ адамдарды тіркеу» мемлекеттік көрсетілетін қызметтер регламенттерін "
          "бекіту туралы",
      .title_en =
          "On the regulations of the state services \"Issue of permits to foreigners and stateless "
          "persons to come to the border zone\" and \"Registration of foreigners and stateless "
          "persons staying temporarily in the Republic of Kazakhstan\"",
      .amended_by = amended_by,
      .repealed_by = ActReference{"order of the Minister of Internal Affairs", "597",
                                  date(2020, 8, 25), "in force ten days after its publication"},
  };

  static constexpr Edition edition{
      .code = "2015-07-13",
      .from = date(2015, 7, 13),
      .to = date(2020, 9, 4),
      .assumed = true,
      .reason =
          "003 act §5 and the repealing order count ten calendar days from the first official "
          "publication, and neither day is known. Assumed: published on the day of registration, "
          "2 July 2015, and on the day of the repealing order, 25 August 2020, plus ten full days.",
      .from_paragraph = "003 act §5",
      .to_paragraph = "003 act, note to the heading",
  };

  // Open question 3: §14 refers to the standard for the total term, which is not among our sources.
  static constexpr std::array service_terms{
      ServiceTerm{"", WorkingDays{7}, "003 §14 (standard §4); setting"},
  };
  static constexpr WorkingDays warn_before{1};
  // No act at hand says to whom a missed term is reported, nor when.
  static constexpr std::array ladder{
      RungLine{"head of the unit", WorkingDays{1}, 0, "setting"},
      RungLine{"department", WorkingDays{3}, 1, "setting"},
      RungLine{"ministry", WorkingDays{5}, 2, "setting"},
  };

  static constexpr std::array grounds{
      Ground{"BZP-R1", "the cases and grounds of paragraph 10 of the standard of the service",
             "003 §4"},
      Ground{"BZP-KNB", "negative answer of the department of the КНБ", "003 §11", knb_objected},
  };
  static constexpr auto documents = complete_set;

  static constexpr std::array<std::string_view, 5> automated{"003 §8", "003 §9", "003 §10",
                                                             "003 §11", "003 §12"};
  static constexpr std::array left_to_people{
      LeftToPeople{"003 §4", "signing and sealing the permit; we record who signed"},
      LeftToPeople{"003 §6",
                   "which unit serves the applicant's place of residence; the filing says"},
      LeftToPeople{"003 §7", "the window and the plate with the inspector's name"},
      LeftToPeople{"003 §13", "publishing the documents and samples of filled forms"},
      LeftToPeople{"003 §16-18", "the annexes are headings only in the source"},
  };
};

}  // namespace reglament::border_zone
