// The directory of Kazakhstan: what is in it, who performs which step, when an office closes.
#include "processes/offices/kazakhstan.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "adapters/clock/zones.hpp"
#include "engine/base/csv.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using ::testing::HasSubstr;

const Directory& directory() {
  static const Directory offices = kazakhstan_directory(read_zone);
  return offices;
}

OfficeIndex office(std::string_view id) {
  const auto found = directory().find(id);
  if (!found) throw BadInput(fmt::format("expected the office {}, found none", id));
  return *found;
}

std::string source_file(const std::string& name) {
  std::ifstream file(std::string(REGLAMENT_SOURCE_DIR "/processes/offices/") + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string closing(std::string_view id, std::string_view date) {
  const Instant instant = directory().closing_instant(office(id), parse_date(date).value());
  return format_instant(instant, directory()[office(id)].zone->offset_at(instant));
}

std::string resolved(std::string_view role, std::string_view filed_at) {
  const auto owner = directory().owner(role, office(filed_at));
  return owner ? directory()[*owner].id : "rejected: " + owner.error().expected;
}

TEST(Offices, AllUnitsOfTheAnnexesAndTheDepartmentsOfTheCommitteeLoad) {
  std::map<std::string, int> count;
  for (const Office& unit : directory().offices()) ++count[unit.kind];
  EXPECT_EQ(directory().size(), 568U + 16U);
  const std::map<std::string, int> expected{
      {"ministry", 7},       {"dvd", 16},  {"migration_police", 222}, {"address_bureau", 20},
      {"military_dept", 16}, {"psc", 287}, {"knb_department", 16}};
  EXPECT_EQ(count, expected);
}

TEST(Offices, EachOfficeIsFoundByItsIdAndListedUnderItsParent) {
  std::size_t listed = 0;
  for (std::size_t i = 0; i < directory().size(); ++i) {
    const Office& unit = directory().offices()[i];
    ASSERT_EQ(directory().find(unit.id), OfficeIndex(i));
    for (const OfficeIndex child : directory().children(OfficeIndex(i))) {
      EXPECT_EQ(directory()[child].parent, unit.id);
      ++listed;
    }
  }
  const auto below_another =
      std::count_if(directory().offices().begin(), directory().offices().end(),
                    [](const Office& unit) { return !unit.parent.empty(); });
  EXPECT_EQ(listed, static_cast<std::size_t>(below_another));
  EXPECT_EQ(directory().find("kz.dvd.atlantis"), std::nullopt);
}

TEST(Offices, EachBelongsToOneOfFiveAgencies) {
  std::map<std::string, int> count;
  for (const Office& unit : directory().offices()) ++count[unit.agency];
  const std::map<std::string, int> expected{
      {"police", 261}, {"knb", 16}, {"psc", 289}, {"defence", 17}, {"mfa", 1}};
  EXPECT_EQ(count, expected);
  EXPECT_EQ(directory()[office("kz.dvd.akmola.mp")].agency, "police");
  EXPECT_EQ(directory()[office("kz.ab.akmola")].agency, "police");
  EXPECT_EQ(directory()[office("kz.knb.akmola")].agency, "knb");
  EXPECT_EQ(directory()[office("kz.mil.akmola")].agency, "defence");
  EXPECT_EQ(directory()[office("kz.min.mfa.consular")].agency, "mfa");
}

TEST(Offices, NamesArriveAsPrinted) {
  const Office& kokshetau = directory()[office("kz.dvd.akmola.kokshetau")];
  EXPECT_EQ(kokshetau.name_kk, "Көкшетау қаласының ішкі істер басқармасы");
  EXPECT_EQ(kokshetau.name_en, "Kokshetau City Directorate of Internal Affairs");
  EXPECT_EQ(kokshetau.address, "Көкшетау қаласы, Абай көшесі, 121");
  const Office& knb = directory()[office("kz.knb.akmola")];
  EXPECT_EQ(knb.name_kk, "ҰҚК-нің Ақмола облысы бойынша департаменті");
  EXPECT_EQ(knb.name_en, "Department of the National Security Committee, Akmola Region");
}

TEST(Offices, EveryUnitOfEveryRegionResolvesAllThreeRoles) {
  std::set<std::string> regions;
  int units = 0;
  for (const Office& unit : directory().offices()) {
    if (!unit.holds(office_role::migration_police_unit)) continue;
    ++units;
    regions.insert(unit.region);
    EXPECT_EQ(resolved(office_role::migration_police_unit, unit.id), unit.id);
    EXPECT_EQ(resolved(office_role::migration_police_directorate, unit.id),
              "kz.dvd." + unit.region + ".mp");
    EXPECT_EQ(resolved(office_role::knb_department, unit.id), "kz.knb." + unit.region);
  }
  EXPECT_EQ(units, 206);
  EXPECT_EQ(regions.size(), 16U);
}

TEST(Offices, Par6AFilingAtAUnitIsAccepted) {
  const auto filed = directory().filing_office("kz.dvd.akmola.kokshetau",
                                               office_role::migration_police_unit, "003 §6");
  ASSERT_TRUE(filed.has_value());
  EXPECT_EQ(directory()[*filed].id, "kz.dvd.akmola.kokshetau");
}

TEST(Offices, Par6AFilingAtADirectorateIsRejectedWithWhatItIs) {
  const auto filed =
      directory().filing_office("kz.dvd.akmola.mp", office_role::migration_police_unit, "003 §6");
  ASSERT_TRUE(filed.has_error());
  EXPECT_EQ(filed.error().code, rejection_code::wrong_office);
  EXPECT_EQ(filed.error().paragraph, "003 §6");
  EXPECT_EQ(filed.error().expected, "an office with the role migration-police-unit");
  EXPECT_EQ(filed.error().actual,
            "kz.dvd.akmola.mp (migration_police; roles: migration-police-directorate)");
}

TEST(Offices, Par6AFilingAtAnOfficeOfAnotherKindIsRejected) {
  const auto filed =
      directory().filing_office("kz.ab.akmola", office_role::migration_police_unit, "003 §6");
  ASSERT_TRUE(filed.has_error());
  EXPECT_EQ(filed.error().actual, "kz.ab.akmola (address_bureau; roles: address-bureau)");
}

TEST(Offices, Par6AFilingAtAnUnknownOfficeIsRejected) {
  const auto filed =
      directory().filing_office("kz.dvd.atlantis", office_role::migration_police_unit, "003 §6");
  ASSERT_TRUE(filed.has_error());
  EXPECT_EQ(filed.error().code, rejection_code::wrong_office);
  EXPECT_EQ(filed.error().actual, "'kz.dvd.atlantis', not in the directory");
}

TEST(Offices, ARoleThatNobodyDeclaredOrHoldsIsRejected) {
  EXPECT_TRUE(directory().knows_role(office_role::knb_department));
  EXPECT_FALSE(directory().knows_role("astrologer"));
  const auto undeclared = directory().owner("astrologer", office("kz.dvd.akmola.kokshetau"));
  ASSERT_TRUE(undeclared.has_error());
  EXPECT_EQ(undeclared.error().actual, "astrologer");
  const auto held_elsewhere =
      directory().owner(office_role::migration_police_unit, office("kz.dvd.akmola.mp"));
  ASSERT_TRUE(held_elsewhere.has_error());
  EXPECT_EQ(held_elsewhere.error().code, rejection_code::wrong_office);
}

TEST(Offices, ACaseOfACentreGoesToTheBureauOfItsCityElseOfItsRegion) {
  int centres = 0;
  for (const Office& unit : directory().offices()) {
    if (!unit.holds(office_role::service_centre)) continue;
    ++centres;
    EXPECT_EQ(resolved(office_role::service_centre, unit.id), unit.id);
    const std::string bureau = resolved(office_role::address_bureau, unit.id);
    const Office& at = directory()[office(bureau)];
    EXPECT_EQ(at.region, unit.region);
    if (at.city != unit.city) {
      EXPECT_EQ(bureau, "kz.ab." + unit.region);
    }
  }
  EXPECT_EQ(centres, 286);  // the head office has no window
  EXPECT_EQ(resolved(office_role::address_bureau, "kz.psc.vko.semey2"), "kz.ab.vko.semey");
  EXPECT_EQ(resolved(office_role::address_bureau, "kz.psc.karaganda.temirtau1"),
            "kz.ab.karaganda.temirtau");
  EXPECT_EQ(resolved(office_role::address_bureau, "kz.psc.akmola.atbasar"), "kz.ab.akmola");
  EXPECT_EQ(resolved(office_role::address_bureau, "kz.psc.kostanay"), "kz.ab.kostanay");
}

TEST(Offices, ABureauKeepsWhatIsFiledAtIt) {
  for (const char* id : {"kz.ab.akmola", "kz.ab.vko.semey", "kz.ab.kostanay.branch"}) {
    EXPECT_EQ(resolved(office_role::address_bureau, id), id);
  }
}

TEST(Offices, RegionalCentresAreTheCapitalAndTheCentresOfRegionsWithoutAlmaty) {
  const auto is_centre = [](std::string_view id) {
    const Office& unit = directory()[office(id)];
    return std::ranges::count(unit.traits, office_trait::regional_centre) == 1;
  };
  EXPECT_TRUE(is_centre("kz.psc.astana.esil"));
  EXPECT_TRUE(is_centre("kz.psc.astana.almaty.3"));  // a settlement of the capital
  EXPECT_TRUE(is_centre("kz.psc.akmola.kokshetau"));
  EXPECT_TRUE(is_centre("kz.psc.almaty"));  // the region's, in Taldykorgan
  EXPECT_FALSE(is_centre("kz.psc.almatycity.medeu"));
  EXPECT_FALSE(is_centre("kz.psc.akmola.atbasar"));
  EXPECT_FALSE(is_centre("kz.psc.vko.semey1"));
}

// The hours of units.csv against the paragraphs of schedules.csv.
TEST(Offices, HoursAreThoseOfTheActs) {
  const std::string text = source_file("schedules.csv");
  const CsvTable acts(text, "schedules.csv");
  struct Example {
    std::string_view service, kind_in_act, kind;
  };
  const std::vector<Example> examples{
      {"invitation-private", "migration_police", "migration_police"},
      {"address-certificate", "address_bureau", "address_bureau"},
      {"address-certificate", "psc", "psc"},
      {"benefit-certificate", "local_military_authority", "military_dept"}};
  for (const auto& [service, kind_in_act, kind] : examples) {
    std::string notation;
    for (std::size_t row = 0; row < acts.size(); ++row) {
      if (acts.cell(row, "service_id") != service) continue;
      if (acts.cell(row, "office_kind") != kind_in_act) continue;
      const std::string pause =
          acts.cell(row, "break_start").empty()
              ? ""
              : acts.cell(row, "break_start") + "," + acts.cell(row, "break_end") + "-";
      notation += fmt::format("{}{} {}-{}{}", notation.empty() ? "" : "; ", acts.cell(row, "days"),
                              acts.cell(row, "open"), pause, acts.cell(row, "close"));
    }
    const Schedule act = Schedule::parse(notation);
    for (const Office& unit : directory().offices()) {
      if (unit.kind != kind || unit.schedule.notation().empty()) continue;
      for (unsigned day = 0; day < 7; ++day) {
        const std::chrono::weekday weekday(day);
        const auto& hours = unit.schedule.on(weekday);
        const auto& expected = act.on(weekday);
        ASSERT_TRUE(std::equal(hours.begin(), hours.end(), expected.begin(), expected.end(),
                               [](const auto& a, const auto& b) {
                                 return a.opens == b.opens && a.closes == b.closes;
                               }))
            << unit.id << ", day " << day << ", act: " << notation;
      }
    }
  }
}

TEST(Offices, ATermEndsWhenTheOfficeCloses) {
  EXPECT_EQ(closing("kz.dvd.akmola.kokshetau", "2015-07-14"), "2015-07-14T18:00:00+06:00");
  EXPECT_EQ(closing("kz.dvd.aktobe.mp", "2015-07-14"), "2015-07-14T18:00:00+05:00");
  EXPECT_EQ(closing("kz.ab.akmola", "2015-07-14"), "2015-07-14T18:00:00+06:00");
  EXPECT_EQ(closing("kz.mil.akmola", "2015-07-14"), "2015-07-14T17:00:00+06:00");
  EXPECT_EQ(closing("kz.knb.akmola", "2015-07-14"), "2015-07-14T18:00:00+06:00");
  // One notation, three offsets of the same offices over the years.
  EXPECT_EQ(closing("kz.knb.kyzylorda", "2018-12-20"), "2018-12-20T18:00:00+06:00");
  EXPECT_EQ(closing("kz.knb.kyzylorda", "2018-12-21"), "2018-12-21T18:00:00+05:00");
  EXPECT_EQ(closing("kz.knb.kostanay", "2024-02-29"), "2024-02-29T18:00:00+06:00");
  EXPECT_EQ(closing("kz.knb.kostanay", "2024-03-01"), "2024-03-01T18:00:00+05:00");
}

TEST(Offices, AWorkedSundayHasTheHoursOfMonday) {
  // 4 May 2014, a Sunday, was worked for another day.
  EXPECT_EQ(closing("kz.dvd.akmola.kokshetau", "2014-05-04"), "2014-05-04T18:00:00+06:00");
  EXPECT_EQ(closing("kz.mil.akmola", "2014-05-04"), "2014-05-04T17:00:00+06:00");
}

TEST(Offices, AWorkedSaturdayHasItsOwnHoursWhereThereAreAny) {
  // 5 March 2016, a Saturday, was worked for the 7th.
  EXPECT_EQ(closing("kz.dvd.akmola.kokshetau", "2016-03-05"), "2016-03-05T13:00:00+06:00");
  EXPECT_EQ(closing("kz.knb.akmola", "2016-03-05"), "2016-03-05T18:00:00+06:00");
}

TEST(Offices, WithoutPublishedHoursTheDateEndsAtMidnight) {
  EXPECT_EQ(closing("kz.min.mvd", "2015-07-14"), "2015-07-15T00:00:00+06:00");
  EXPECT_EQ(closing("kz.min.mvd.techservice", "2015-07-15"), "2015-07-16T00:00:00+06:00");
  // The day with 25 hours ends when its last hour has passed the second time.
  EXPECT_EQ(closing("kz.min.mvd", "2024-02-29"), "2024-03-01T00:00:00+05:00");
}

TEST(Offices, TheDateIsTheOneOnTheWallOfTheOffice) {
  const auto on_the_wall = [](std::string_view id, std::string_view instant) {
    return format_date(directory().civil_date(office(id), parse_instant(instant).value()));
  };
  EXPECT_EQ(on_the_wall("kz.knb.akmola", "2015-07-14T18:30:00Z"), "2015-07-15");
  EXPECT_EQ(on_the_wall("kz.knb.zko", "2015-07-14T18:30:00Z"), "2015-07-14");
  EXPECT_EQ(on_the_wall("kz.knb.akmola", "2024-02-29T18:30:00Z"), "2024-02-29");
}

RC_GTEST_PROP(Offices, AClosingInstantLiesOnItsDate, ()) {
  const auto index = OfficeIndex(*rc::gen::inRange<std::size_t>(0, directory().size()));
  const Date date =
      parse_date("1992-01-01").value() + std::chrono::days(*rc::gen::inRange(0, 20000));
  const Instant closes = directory().closing_instant(index, date);
  RC_ASSERT(directory().civil_date(index, closes - std::chrono::microseconds(1)) == date);
}

// ---- Files that cannot be used -----------------------------------------------------------------

struct Files {
  std::string units =
      "id,parent_id,kind,name_kk,region,city,address,phone,schedule,name_en\n"
      "kz.dvd.a,,dvd,,a,,,,,\n"
      "kz.dvd.a.mp,kz.dvd.a,migration_police,,a,,,,Mo-Fr 09:00-18:00,\n"
      "kz.dvd.a.town,kz.dvd.a,migration_police,,a,,,,Mo-Fr 09:00-18:00,\n"
      "kz.dvd.a.ab,kz.dvd.a,address_bureau,,a,,,,Mo-Fr 09:00-18:00,\n";
  std::string agencies = "offices,agency\nkz.dvd,police\nkz.knb,knb\n";
  std::string knb =
      "id,parent_id,kind,name_kk,region,city,address,phone,schedule,name_en\n"
      "kz.knb.a,,knb_department,,a,,,,,\n";
  std::string regions = "region,centre_en\na,A\n";
  std::string regions_zones = "region,zone\na,Asia/Almaty\n";

  [[nodiscard]] std::string trouble() const {
    try {
      const Directory read =
          read_offices({units, agencies, knb, regions, regions_zones}, read_zone);
      return fmt::format("none: {} offices", read.size());
    } catch (const BadInput& error) {
      return error.what();
    }
  }
};

TEST(OfficeFiles, ASmallDirectoryIsRead) { EXPECT_EQ(Files{}.trouble(), "none: 5 offices"); }

TEST(OfficeFiles, AnIdComesOnce) {
  Files files;
  files.knb += "kz.dvd.a,,knb_department,,a,,,,,\n";
  EXPECT_EQ(files.trouble(), "knb.csv line 3: expected an id of its own, found 'kz.dvd.a'");
}

TEST(OfficeFiles, AParentIsAnOffice) {
  Files files;
  files.units += "kz.dvd.a.village,kz.dvd.b,migration_police,,a,,,,,\n";
  EXPECT_EQ(files.trouble(),
            "units.csv line 6: expected the id of an office as parent, found 'kz.dvd.b'");
}

TEST(OfficeFiles, ARegionIsKnown) {
  Files files;
  files.units += "kz.dvd.b,,dvd,,b,,,,,\n";
  EXPECT_EQ(files.trouble(), "units.csv line 6: expected a region of regions.csv, found 'b'");
}

TEST(OfficeFiles, EachOfficeHasOneAgencyAndEachAgencyAnOffice) {
  Files without;
  without.agencies = "offices,agency\nkz.knb,knb\n";
  EXPECT_EQ(without.trouble(),
            "units.csv line 2: expected an office of an agency, found 'kz.dvd.a'");
  Files part_of_a_word;
  part_of_a_word.agencies = "offices,agency\nkz.dv,police\nkz.knb,knb\n";
  EXPECT_EQ(part_of_a_word.trouble(), without.trouble());
  Files unused;
  unused.agencies += "kz.mil,defence\n";
  EXPECT_EQ(unused.trouble(),
            "agencies.csv line 4: expected the beginning of an office's id, found 'kz.mil'");
  Files twice;
  twice.agencies += "kz.knb,police\n";
  EXPECT_EQ(twice.trouble(),
            "agencies.csv line 4: expected each beginning of an id once, found 'kz.knb'");
  Files strange;
  strange.agencies += "kz.mil,de/fence\n";
  EXPECT_EQ(strange.trouble(),
            "agencies.csv line 4: expected an agency of letters a to z, found 'de/fence'");
}

TEST(OfficeFiles, AScheduleCanBeRead) {
  Files files;
  files.units += "kz.dvd.a.village,kz.dvd.a,migration_police,,a,,,,Mo-Xx 09:00-18:00,\n";
  EXPECT_THAT(files.trouble(), HasSubstr("units.csv line 6, column schedule: "));
  EXPECT_THAT(files.trouble(), HasSubstr("Xx"));
}

TEST(OfficeFiles, EachRegionHasOneZone) {
  Files without;
  without.regions += "b,B\n";
  EXPECT_EQ(without.trouble(), "regions-zones.csv: expected a zone for the region 'b', found none");
  Files twice;
  twice.regions_zones += "a,Asia/Oral\n";
  EXPECT_EQ(twice.trouble(),
            "regions-zones.csv line 3: expected each region of regions.csv once, found 'a'");
  Files repeated;
  repeated.regions += "a,A\n";
  EXPECT_EQ(repeated.trouble(), "regions.csv line 3: expected each region once, found 'a'");
}

TEST(OfficeFiles, ARegionWithUnitsHasEachRegionalOfficeOnce) {
  Files without;
  without.knb = without.knb.substr(0, without.knb.find('\n') + 1);
  without.agencies = "offices,agency\nkz.dvd,police\n";
  EXPECT_EQ(
      without.trouble(),
      "directory: expected an office for the role 'knb-department' in region 'a', found none");
  Files twice;
  twice.knb += "kz.knb.a.second,,knb_department,,a,,,,,\n";
  EXPECT_EQ(twice.trouble(),
            "directory: expected one office for the role 'knb-department' in region 'a', "
            "found 'kz.knb.a' and 'kz.knb.a.second'");
}

TEST(OfficeFiles, AZoneThatTzdataDoesNotKnowIsAFault) {
  Files files;
  files.regions_zones = "region,zone\na,Asia/Atlantis\n";
  EXPECT_THROW((void)files.trouble(), Unavailable);
}

// ---- The directory's own invariants ------------------------------------------------------------

std::string directory_trouble(std::vector<Office> offices) {
  try {
    const Directory built(std::move(offices), {{"clerk", Holder::filing_office}},
                          {Zone("UTC", std::chrono::seconds(0), {})});
    return fmt::format("none: {} offices", built.size());
  } catch (const BadInput& error) {
    return error.what();
  }
}

Office plain(std::string id) {
  Office office;
  office.id = std::move(id);
  office.agency = "registry";
  office.zone_name = "UTC";
  return office;
}

TEST(Directory, RefusesWhatItsInvariantsForbid) {
  EXPECT_EQ(directory_trouble({plain("a"), plain("b")}), "none: 2 offices");
  EXPECT_EQ(directory_trouble({plain("a"), plain("a")}),
            "directory: expected each office once, found 'a' twice");
  Office orphan = plain("a");
  orphan.parent = "b";
  EXPECT_EQ(directory_trouble({orphan}),
            "directory: expected the parent of 'a' among the offices, found 'b'");
  Office nobodys = plain("a");
  nobodys.agency.clear();
  EXPECT_EQ(directory_trouble({nobodys}), "directory: expected an agency for 'a', found none");
  Office stranger = plain("a");
  stranger.roles = {"king"};
  EXPECT_EQ(directory_trouble({stranger}),
            "directory: expected a declared role at 'a', found 'king'");
  Office nowhere = plain("a");
  nowhere.zone_name = "Asia/Almaty";
  EXPECT_EQ(directory_trouble({nowhere}),
            "directory: expected a time zone for 'a', found 'Asia/Almaty', which was not given");
}

TEST(Directory, KeepsItsIndexesWhenMoved) {
  Directory first = kazakhstan_directory(read_zone);
  const Directory second = std::move(first);
  const auto found = second.find("kz.dvd.akmola.kokshetau");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(second[*found].id, "kz.dvd.akmola.kokshetau");
  EXPECT_EQ(second[*found].zone->name(), "Asia/Almaty");
  EXPECT_TRUE(second.owner(office_role::knb_department, *found).has_value());
}

// ---- Hours that an act gives --------------------------------------------------------------------

TEST(ServiceHours, ACaseOfficeHasTheHoursThatItsActGives) {
  const OfficeIndex military = office("kz.mil.akmola");
  EXPECT_EQ(directory().hours(military, "benefit-certificate").notation(),
            "Mo-Fr 09:00-13:00,15:00-17:00; Sa,Su,PH off");
  EXPECT_EQ(directory().hours(military, "officer-military-ticket").notation(),
            "Mo-Fr 09:00-13:00,15:00-19:00; Sa,Su,PH off");
  const OfficeIndex unit = office("kz.dvd.akmola.kokshetau");
  EXPECT_EQ(directory().hours(unit, "border-zone-permit").notation(),
            directory()[unit].schedule.notation());
}

TEST(ServiceHours, ATermEndsAtTheClosingTimeOfItsService) {
  const OfficeIndex military = office("kz.mil.akmola");
  const Date day = parse_date("2013-02-05").value();
  const auto closes = [&](std::string_view service) {
    return format_instant(directory().closing_instant(military, day, service),
                          std::chrono::hours(6));
  };
  EXPECT_EQ(closes("benefit-certificate"), "2013-02-05T17:00:00+06:00");
  EXPECT_EQ(closes("officer-military-ticket"), "2013-02-05T19:00:00+06:00");
}

TEST(ServiceHours, ThePortalIsOpenRoundTheClockAndACentreOnSaturdaysUpToThirteen) {
  ASSERT_NE(directory().channel_hours("invitation-private", "portal"), nullptr);
  EXPECT_EQ(directory().channel_hours("invitation-private", "portal")->notation(),
            "Mo-Su 00:00-24:00");
  ASSERT_NE(directory().channel_hours("passport-id-card", "psc"), nullptr);
  EXPECT_EQ(directory().channel_hours("passport-id-card", "psc")->notation(),
            "Mo-Fr 09:00-20:00; Sa 09:00-13:00; Su,PH off");
  EXPECT_EQ(directory().channel_hours("border-zone-permit", "portal"), nullptr);
}

TEST(Ladder, TheOfficesAboveAreFoundThroughTheParents) {
  const OfficeIndex unit = office("kz.dvd.akmola.kokshetau");
  EXPECT_EQ(directory().above(unit, 0), unit);
  EXPECT_EQ(directory().above(unit, 1), office("kz.dvd.akmola"));
  EXPECT_EQ(directory().above(unit, 2), office("kz.min.mvd"));
  EXPECT_EQ(directory().above(unit, 3), std::nullopt);
}

}  // namespace
}  // namespace reglament
