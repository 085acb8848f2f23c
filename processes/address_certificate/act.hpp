// What the act of the address certificate says beside its rows: titles, dates, terms, documents.
// Source: Government resolution of the Republic of Kazakhstan No. 1092 of 21 October 2010, which
// gives the standard of resolution No. 1669 of 26 October 2009 anew; Kazakh text. Readings:
// README.md.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "engine/law/regulation.hpp"

namespace reglament::address {

constexpr Date date(int year, unsigned month, unsigned day) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
}

// Frozen: in filings.
inline constexpr std::string_view in_person = "direct";
inline constexpr std::string_view through_centre = "psc";
// Frozen: a trait of offices.
inline constexpr std::string_view regional_centre = "regional-centre";
// Frozen: stored in cases. Established when the courier has brought the package.
inline constexpr std::string_view package_at_bureau = "package-at-bureau";

// Whose certificate is asked for is no part of a filing, so the two last are for people to ask.
inline constexpr std::array document_lines{
    DocumentLine{"application", "application; at a centre only", "002 §11.2"},
    DocumentLine{"identity-document",
                 "identity document; at a centre the original and a copy, where no written request "
                 "is submitted",
                 "002 §11.1"},
    DocumentLine{"written-request",
                 "written request, signed by the head of the unit that asks and registered in the "
                 "chancellery of the legal entity",
                 "002 §11.1"},
    DocumentLine{"proof-of-kinship",
                 "marriage or birth certificate, for the certificate of a relative", "002 §11.1"},
    DocumentLine{"notarised-consent",
                 "notarised consent, where the certificate is given to a third person",
                 "002 §11.1"},
};

struct ActOfAddressCertificate {
  static constexpr std::string_view id = "address-certificate";
  static constexpr std::string_view title = "Address certificates from the place of residence";
  static constexpr std::string_view talon_code = "ADR";
  static constexpr std::array<std::string_view, 3> channels{in_person, "written", through_centre};
  static constexpr std::string_view title_kk = "Тұрғылықты жерінен мекенжай анықтамаларын беру";

  static constexpr Act act{
      .citation = "002",
      .kind = "resolution",
      .issued_by = "Government of the Republic of Kazakhstan",
      .number = "1092",
      .date = date(2010, 10, 21),
      .registration_number = {},
      .registered = {},
      .title_kk =
          "Қазақстан Республикасы Үкіметінің 2009 жылғы 26 қазандағы № 1669 қаулысына өзгерістер "
          "мен толықтыру енгізу туралы",
      .title_en =
          "On changes and an addition to resolution No. 1669 of the Government of the Republic of "
          "Kazakhstan of 26 October 2009",
      .amended_by = {},
      .repealed_by = ActReference{"resolution of the Government", "132", date(2014, 2, 24),
                                  "in force ten days after its publication"},
  };

  static constexpr Edition edition{
      .code = "2010-11-01",
      .from = date(2010, 11, 1),
      .to = date(2014, 3, 6),
      .assumed = true,
      .reason =
          "Resolutions No. 1092 and No. 132 take effect ten calendar days after their first "
          "official publication, and neither day is known. Assumed: published on the day of "
          "adoption, 21 October 2010 and 24 February 2014, plus ten full days.",
      .from_paragraph = "002 act §2",
      .to_paragraph = "002 act, note to the heading",
  };

  // Which one holds is decided by the filing. Open questions 1, 2, 3 and 5.
  static constexpr std::array service_terms{
      ServiceTerm{"in-person", WorkingMinutes{10}, "002 §7.1"},
      ServiceTerm{"written-request", WorkingDays{5}, "002 §7.1"},
      ServiceTerm{"astana-or-regional-centre", WorkingDays{3}, "002 §7.1", "authority-check"},
      ServiceTerm{"other-centre-incl-almaty", WorkingDays{5}, "002 §7.1", "authority-check"},
  };
  static constexpr WorkingDays warn_before{1};

  static constexpr std::array grounds{
      Ground{"ADDR-R1", "the documents of §11 are not presented", "002 §17"},
      Ground{"ADDR-R2", "errors in the paperwork of the centre, or an incomplete package",
             "002 §17", package_at_bureau},
  };
  static constexpr auto documents = document_lines;

  static constexpr Norm norm{100, "002 annex 4, 1"};
  static constexpr std::array indicators{
      IndicatorLine{"1", "services rendered in the set term", 100, true, "002 annex 4"},
      IndicatorLine{"2", "satisfied with the quality of the process", 100, false, "002 annex 4"},
      IndicatorLine{"3", "satisfied with the quality of the service and the information on it", 100,
                    false, "002 annex 4"},
      IndicatorLine{"4", "services with information available electronically", 0, false,
                    "002 annex 4"},
      IndicatorLine{"5", "satisfied with the complaint procedure", 100, false, "002 annex 4"},
      IndicatorLine{"6", "satisfied with the courtesy of the staff", 100, false, "002 annex 4"},
  };
  // The act names officials for complaints, and no days for reporting.
  static constexpr std::array ladder{
      RungLine{"head of the office", WorkingDays{1}, 0, "setting (002 §23)"},
      RungLine{"body above it", WorkingDays{3}, 1, "setting (002 §22)"},
      RungLine{"body above that", WorkingDays{5}, 2, "setting"},
  };

  static constexpr std::array<std::string_view, 6> automated{"002 §7.1", "002 §7.3", "002 §13",
                                                             "002 §14",  "002 §16",  "002 §17"};
  static constexpr std::array left_to_people{
      LeftToPeople{"002 §7.2",
                   "the queue, 30 minutes: nobody registers the arrival of a person in a queue"},
      LeftToPeople{"002 §11",
                   "comparing copies with originals; whether a proof of kinship or a notarised "
                   "consent is needed"},
      LeftToPeople{"002 §12", "the forms, on paper, lie in the hall of the centre"},
      LeftToPeople{"002 §14",
                   "the journals, the card index and the register of documents are on paper"},
      LeftToPeople{"002 §17", "how long the bureau keeps a certificate nobody collected"},
      LeftToPeople{"002 §21-26", "complaints are a procedure of their own"},
  };
};

}  // namespace reglament::address
