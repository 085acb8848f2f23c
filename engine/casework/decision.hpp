// A decision: the entry and the text that it was made with and points into.
//
// It leaves the entry's place in the log open (log, leaf, seq, previous, epoch): the partition
// fills it in when it appends.
#pragma once

#include <forward_list>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/history/entry.hpp"

namespace reglament {

struct Decision {
  Entry entry;
  std::forward_list<std::string> texts;  // a list does not move what it holds

  std::string_view keep(std::string text) { return texts.emplace_front(std::move(text)); }
  // Makes it a rejection of that kind of entry.
  void reject(std::string_view kind, Rejection rejection);
};

}  // namespace reglament
