#include "deploy/demo/applicants.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace reglament::demo {
namespace {

constexpr std::size_t kNames = 5;
using Names = std::array<std::string_view, kNames>;

// Given names and family names of men, then of women.
struct People {
  std::string_view citizenship;
  unsigned weight;            // how often, relative to the others
  std::string_view passport;  // the letters before its number
  Names his_given, his_family;
  Names her_given, her_family;
};

// clang-format off
constexpr std::array<People, 15> kForeigners{{
  {"KGZ", 20, "AC", {"Azamat", "Nurbek", "Ulan", "Bakyt", "Emil"},          {"Toktogulov", "Asanov", "Mamytov", "Osmonov", "Bekov"},
                    {"Aida", "Gulzat", "Cholpon", "Nazgul", "Meerim"},      {"Toktogulova", "Asanova", "Mamytova", "Osmonova", "Bekova"}},
  {"UZB", 18, "AA", {"Jasur", "Sherzod", "Otabek", "Rustam", "Bobur"},      {"Karimov", "Yusupov", "Rakhimov", "Tursunov", "Saidov"},
                    {"Dilnoza", "Nigora", "Malika", "Feruza", "Zulfiya"},   {"Karimova", "Yusupova", "Rakhimova", "Tursunova", "Saidova"}},
  {"RUS", 18, "72", {"Sergei", "Dmitry", "Aleksei", "Ilya", "Andrei"},      {"Ivanov", "Sokolov", "Kuznetsov", "Morozov", "Volkov"},
                    {"Olga", "Tatyana", "Yelena", "Marina", "Darya"},       {"Ivanova", "Sokolova", "Kuznetsova", "Morozova", "Volkova"}},
  {"CHN", 12, "G3", {"Wei", "Jun", "Lei", "Hao", "Jianguo"},                {"Wang", "Li", "Zhang", "Liu", "Chen"},
                    {"Fang", "Xiuying", "Na", "Ting", "Yan"},               {"Wang", "Li", "Zhang", "Zhao", "Huang"}},
  {"TJK",  7, "40", {"Farrukh", "Dilshod", "Parviz", "Komron", "Siyovush"}, {"Rahmonov", "Sharipov", "Nazarov", "Davlatov", "Mirzoev"},
                    {"Mehrangiz", "Sitora", "Nilufar", "Zarina", "Firuza"}, {"Rahmonova", "Sharipova", "Nazarova", "Davlatova", "Mirzoeva"}},
  {"TUR",  6, "U0", {"Mehmet", "Emre", "Murat", "Hakan", "Burak"},          {"Yilmaz", "Demir", "Kaya", "Celik", "Arslan"},
                    {"Elif", "Zeynep", "Ayse", "Merve", "Selin"},           {"Yilmaz", "Demir", "Kaya", "Celik", "Arslan"}},
  {"MNG",  4, "E1", {"Bat-Erdene", "Ganbold", "Temuulen", "Bold", "Otgon"}, {"Dorj", "Bayar", "Tumur", "Gantulga", "Sukh"},
                    {"Oyuun", "Sarnai", "Altantsetseg", "Nomin", "Enkhtuya"}, {"Dorj", "Bayar", "Tumur", "Gantulga", "Sukh"}},
  {"DEU",  4, "C0", {"Stefan", "Lukas", "Matthias", "Jan", "Viktor"},       {"Schneider", "Weber", "Hoffmann", "Becker", "Wagner"},
                    {"Katrin", "Anna", "Sabine", "Lena", "Irina"},          {"Schneider", "Weber", "Hoffmann", "Becker", "Wagner"}},
  {"IND",  3, "J7", {"Arjun", "Rahul", "Vikram", "Sanjay", "Anil"},         {"Sharma", "Patel", "Singh", "Iyer", "Menon"},
                    {"Priya", "Anita", "Kavya", "Deepa", "Meera"},          {"Sharma", "Patel", "Singh", "Iyer", "Menon"}},
  {"KOR",  3, "M1", {"Min-jun", "Sung-ho", "Ji-hoon", "Tae-yang", "Dong-hyun"}, {"Kim", "Park", "Choi", "Tsoy", "Jung"},
                    {"Seo-yeon", "Ji-woo", "Hye-jin", "Eun-ji", "Su-bin"},  {"Kim", "Park", "Choi", "Tsoy", "Jung"}},
  {"USA",  3, "53", {"Daniel", "Michael", "James", "Peter", "Adam"},        {"Miller", "Johnson", "Carter", "Brooks", "Nguyen"},
                    {"Emily", "Sarah", "Laura", "Jessica", "Karen"},        {"Miller", "Johnson", "Carter", "Brooks", "Nguyen"}},
  {"GBR",  2, "50", {"Oliver", "Thomas", "George", "Simon", "Hugh"},        {"Taylor", "Hughes", "Clarke", "Wright", "Khan"},
                    {"Charlotte", "Emma", "Alice", "Rachel", "Fiona"},      {"Taylor", "Hughes", "Clarke", "Wright", "Khan"}},
  {"FRA",  2, "14", {"Julien", "Antoine", "Luc", "Mathieu", "Hugo"},        {"Bernard", "Moreau", "Laurent", "Girard", "Roux"},
                    {"Claire", "Camille", "Sophie", "Manon", "Julie"},      {"Bernard", "Moreau", "Laurent", "Girard", "Roux"}},
  {"POL",  2, "EB", {"Piotr", "Marek", "Tomasz", "Pawel", "Adam"},          {"Nowak", "Kowalczyk", "Wojcik", "Mazur", "Krawczyk"},
                    {"Agnieszka", "Ewa", "Magdalena", "Joanna", "Zofia"},   {"Nowak", "Kowalczyk", "Wojcik", "Mazur", "Krawczyk"}},
  {"",     1, "LB", {"Ruslan", "Timur", "Aslan", "Viktor", "Bakhtiyar"},    {"Abdullaev", "Kim", "Grigoryan", "Popov", "Kadyrov"},
                    {"Lyudmila", "Leyla", "Saida", "Nina", "Gulnara"},      {"Abdullaeva", "Kim", "Grigoryan", "Popova", "Kadyrova"}},
}};
constexpr People kCitizens
  {"KAZ",  1, "N0", {"Yerlan", "Daulet", "Askar", "Nurlan", "Marat"},       {"Akhmetov", "Omarov", "Suleimenov", "Zhumabayev", "Ospanov"},
                    {"Aigerim", "Dana", "Saule", "Gulmira", "Asel"},        {"Akhmetova", "Omarova", "Suleimenova", "Zhumabayeva", "Ospanova"}};

// Districts along the border.
constexpr std::string_view kDestinations[] = {
  "Raiymbek district, Almaty Region",       "Panfilov district, Almaty Region",         "Uygur district, Almaty Region",
  "Alakol district, Almaty Region",         "Katon-Karagay district, East Kazakhstan",  "Zaisan district, East Kazakhstan",
  "Kurchum district, East Kazakhstan",      "Tarbagatai district, East Kazakhstan",     "Merki district, Zhambyl Region",
  "Korday district, Zhambyl Region",        "Zhualy district, Zhambyl Region",          "Saryagash district, South Kazakhstan",
  "Tole Bi district, South Kazakhstan",     "Kazygurt district, South Kazakhstan",      "Beineu district, Mangystau Region",
  "Karakiya district, Mangystau Region",    "Kurmangazy district, Atyrau Region",       "Bokey Orda district, West Kazakhstan",
  "Kaztalovka district, West Kazakhstan",   "Baiganin district, Aktobe Region",         "Zhitikara district, Kostanay Region",
  "Kyzylzhar district, North Kazakhstan",   "Zhelezin district, Pavlodar Region",       "Zhanakorgan district, Kyzylorda Region",
};
constexpr std::string_view kPurposes[] = {
  "visit to relatives",            "visit to relatives",      "tourism",             "mountaineering",
  "work under a contract",         "geological survey",       "road construction",   "wedding in the family",
  "botanical expedition",          "visit to a burial place", "trade in livestock",  "installation of equipment",
};
// clang-format on

Applicant make_person(const People& people, Chance& chance) {
  const bool is_man = chance.below(2) == 0;
  const Names& given = is_man ? people.his_given : people.her_given;
  const Names& family = is_man ? people.his_family : people.her_family;
  const std::string_view first = given[chance.below(kNames)];
  const std::string_view last = family[chance.below(kNames)];
  return Applicant{fmt::format("{} {}", first, last), std::string(people.citizenship),
                   fmt::format("{}{:07}", people.passport, chance.below(10'000'000))};
}

}  // namespace

Applicant make_foreigner(Chance& chance) {
  std::array<unsigned, kForeigners.size()> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kForeigners[i].weight;
  return make_person(kForeigners[chance.weighted(weights)], chance);
}

Applicant make_citizen_of_kazakhstan(Chance& chance) { return make_person(kCitizens, chance); }

std::map<std::string, std::string> make_journey(Chance& chance, Date filed_on) {
  const Date from = filed_on + std::chrono::days(chance.between(14, 45));
  const Date to = from + std::chrono::days(chance.between(2, 60));
  return {{"destination", std::string(chance.pick(kDestinations))},
          {"purpose", std::string(chance.pick(kPurposes))},
          {"from", format_date(from)},
          {"to", format_date(to)}};
}

}  // namespace reglament::demo
