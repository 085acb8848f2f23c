#include "adapters/wire/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/wire/limits.hpp"

namespace reglament::wire {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 8;
constexpr std::string_view kWhole = "(the line)";

// Sees each event of the parser before the value is built.
class Watch {
 public:
  bool operator()(int /*depth*/, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        keys_.emplace_back();
        if (keys_.size() > kDeepest) {
          refuse(fmt::format("a depth of at most {}", kDeepest), "more", kWhole);
        }
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        keys_.pop_back();
        break;
      case json::parse_event_t::key: {
        const auto& key = parsed.get_ref<const std::string&>();
        if (!keys_.back().insert(key).second) refuse("each key once", "it twice", quote(key));
        break;
      }
      case json::parse_event_t::value:
        break;
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;  // of the objects that are open; an array has none
};

// The value as people may see it: its text, or what kind of thing it is.
std::string shown(const json& value) {
  if (value.is_string()) return quote(value.get_ref<const std::string&>());
  if (value.is_primitive()) return value.dump();
  return value.is_object() ? "an object" : "a list";
}

std::string text_of(const json& value, const std::string& field) {
  if (!value.is_string()) refuse("a text", shown(value), field);
  return value.get<std::string>();
}

}  // namespace

json parse_strict_json(std::string_view line) {
  if (line.size() > limit::filing_bytes) {
    refuse(fmt::format("at most {} bytes", limit::filing_bytes),
           fmt::format("{} bytes", line.size()), kWhole);
  }
  // The parser copies what is called with each event, so the watch itself stays here.
  Watch watch;
  try {
    return json::parse(line, [&watch](int depth, json::parse_event_t event, json& parsed) {
      return watch(depth, event, parsed);
    });
  } catch (const json::exception& error) {
    const auto* syntax = dynamic_cast<const json::parse_error*>(&error);
    refuse("a JSON object in UTF-8",
           syntax != nullptr ? fmt::format("an error at byte {}", syntax->byte)
                             : "a number out of range",
           kWhole);
  }
}

StrictObject::StrictObject(const json& object, std::string path,
                           std::initializer_list<std::string_view> known_keys)
    : object_(&object), path_(std::move(path)) {
  if (!object.is_object()) {
    refuse("an object", shown(object),
           path_.empty() ? kWhole : std::string_view(path_).substr(0, path_.size() - 1));
  }
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known_keys, std::string_view(key)) == known_keys.end()) {
      refuse(fmt::format("one of {}", fmt::join(known_keys, ", ")), "another key",
             path_ + quote(key));
    }
  }
}

const json* StrictObject::find(std::string_view key) const {
  const auto found = object_->find(key);
  return found == object_->end() ? nullptr : &*found;
}

const json* StrictObject::find_object(std::string_view key) const {
  const json* value = find(key);
  if (value != nullptr && !value->is_object()) refuse("an object", shown(*value), name(key));
  return value;
}

std::string StrictObject::text(std::string_view key, std::string_view otherwise) const {
  const json* value = find(key);
  return value == nullptr ? std::string(otherwise) : text_of(*value, name(key));
}

std::vector<std::string> StrictObject::texts(std::string_view key) const {
  std::vector<std::string> result;
  const json* value = find(key);
  if (value == nullptr) return result;
  if (!value->is_array()) refuse("a list of texts", shown(*value), name(key));
  for (const json& item : *value) result.push_back(text_of(item, name(key)));
  return result;
}

std::map<std::string, std::string> StrictObject::text_fields(std::string_view key) const {
  std::map<std::string, std::string> result;
  const json* value = find_object(key);
  if (value == nullptr) return result;
  for (const auto& [field, text] : value->items()) {
    expect_text(field, limit::field_name, Presence::required, name(key) + " (a name)");
    result.emplace(field, text_of(text, name(key) + "." + field));
  }
  return result;
}

}  // namespace reglament::wire
