#include "engine/base/symbol.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_set>

namespace reglament {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Nodes of an unordered_set do not move, so pointers into it stay valid as it grows.
struct Pool {
  std::shared_mutex mutex;
  std::unordered_set<std::string, TextHash, std::equal_to<>> texts;
};

Pool& pool() {
  static Pool* const instance = new Pool;  // outlives every static that holds a symbol
  return *instance;
}

}  // namespace

const std::string& Symbol::empty() {
  static const std::string* const text = new std::string;
  return *text;
}

const std::string& Symbol::intern(std::string_view text) {
  Pool& shared = pool();
  {
    const std::shared_lock lock(shared.mutex);
    if (const auto found = shared.texts.find(text); found != shared.texts.end()) return *found;
  }
  const std::unique_lock lock(shared.mutex);
  return *shared.texts.emplace(text).first;
}

}  // namespace reglament
