// The deadline tracker at one moment: everything that is due, in the order of the instants at which
// it fell due, in portions.
//
// No deadline has a timer. The store keeps the next alarm of each case under an index; what is due
// is read from there a page at a time, so finding it costs in proportion to what is due, and memory
// in proportion to a page, however many deadlines are open.
//
// Invariants
//   D1  alarms fire in the order of their instants, those of one instant in the order of the case
//       numbers, over all cases of the share: after a night without an engine as well
//   D2  a case fires once more in the same sweep for each further alarm of its own that is due
//   D3  what was fired is never read again as due: pages are read onward, and a case that comes
//       twice (fired, and read once more with its next alarm) is known by its state
#pragma once

#include <cstddef>
#include <functional>
#include <queue>
#include <vector>

#include "engine/runtime/docket.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

class DueAlarms {
 public:
  // Everything decided before is in the store. `reader` outlives this object. `page`: cases read
  // at once, at least 1.
  DueAlarms(StoreReader& reader, Share share, Instant now, std::size_t page = 4096)
      : reader_(reader), share_(share), now_(now), page_(page) {}

  // Fires the next of them into the docket, until it holds `limit` decisions or more. False when
  // nothing is left. Throws Unavailable where a row is not that of its case.
  [[nodiscard]] bool fire(Docket& docket, std::size_t limit);

 private:
  [[nodiscard]] bool has_to_read() const;
  void read_page(Docket& docket);
  void wait_for(Docket& docket, CaseNumber number);

  StoreReader& reader_;
  Share share_;
  Instant now_;
  std::size_t page_;
  AlarmPlace read_through_{};
  bool all_read_ = false;
  // Read and not fired yet, the earliest on top.
  std::priority_queue<AlarmPlace, std::vector<AlarmPlace>, std::greater<>> waiting_;
};

}  // namespace reglament
