// One JSON object of one line, read strictly (RFC 8259): no key twice, no unknown key, no value of
// another type than asked for, a depth and a length that are bounded. Every refusal is BadInput
// with what was expected, what was found and in which field.
#pragma once

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace reglament::wire {

// A view of an object within a parsed line. `path` is how its fields are named to people: "" for
// the whole, "applicant." for a part.
class StrictObject {
 public:
  StrictObject(const nlohmann::json& object, std::string path,
               std::initializer_list<std::string_view> known_keys);

  [[nodiscard]] bool has(std::string_view key) const { return object_->contains(key); }
  // Null where the key is absent.
  [[nodiscard]] const nlohmann::json* find_object(std::string_view key) const;
  // `otherwise` where the key is absent.
  [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = "") const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] std::map<std::string, std::string> text_fields(std::string_view key) const;

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view key) const;
  [[nodiscard]] std::string name(std::string_view key) const { return path_ + std::string(key); }

  const nlohmann::json* object_;
  std::string path_;
};

// Syntax, depth, length and repeated keys; that it is an object is checked by StrictObject.
[[nodiscard]] nlohmann::json parse_strict_json(std::string_view line);

}  // namespace reglament::wire
