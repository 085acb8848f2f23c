#include "deploy/demo/office_post.hpp"

namespace reglament::demo {

OfferedTask offered_task(const TaskMessage& task) {
  return {std::string(task.office.view()), task.case_number, task.task, task.attempt};
}

GivenNotice given_notice(const std::string& office, const Notice& notice) {
  return {office, notice.case_number, std::string(notice.kind.view()), notice.at};
}

void OfficePost::read() {
  if (reader_ == nullptr) return;
  for (const StoredLog& log : reader_->logs()) {
    LeafIndex& next = next_[log.log];
    if (log.size == next) continue;
    reader_->for_each_entry(log.log, next, [&](const StoredEntry& stored) {
      note(stored);
      next = stored.leaf + 1;
      return true;
    });
  }
}

void OfficePost::note(const StoredEntry& stored) {
  const Entry entry = decode_entry(stored.bytes);
  if (entry.kind == entry_kind::answered) end_task(entry.case_number, entry.task);
  for (const TaskEnd& task : entry.revoked) end_task(entry.case_number, task.ordinal);
  for (const TaskOffer& offer : entry.offered) {
    end_task(entry.case_number, offer.ordinal);  // an earlier attempt
    OfferedTask task{std::string(offer.office), entry.case_number, offer.ordinal, offer.attempt};
    Tray& tray = trays_[task.office];
    tray.open.insert(task);
    tray.fresh.insert(task);
    open_by_task_[{task.case_number, task.task}] = std::move(task);
  }
  for (const NoticeGiven& notice : entry.notices) {
    if (notice.recipient == "applicant") continue;
    std::string office(notice.recipient == "head" ? entry.office : notice.recipient);
    Tray& tray = trays_[office];
    tray.unread.insert({std::move(office), entry.case_number, std::string(notice.kind), entry.at});
  }
}

void OfficePost::end_task(CaseNumber number, std::uint32_t task) {
  const auto found = open_by_task_.find({number, task});
  if (found == open_by_task_.end()) return;
  Tray& tray = trays_[found->second.office];
  tray.open.erase(found->second);
  tray.fresh.erase(found->second);
  open_by_task_.erase(found);
}

std::vector<OfferedTask> OfficePost::take_new(std::span<const std::string> offices) {
  std::vector<OfferedTask> tasks;
  for (const std::string& office : offices) {
    const auto tray = trays_.find(office);
    if (tray == trays_.end()) continue;
    tasks.insert(tasks.end(), tray->second.fresh.begin(), tray->second.fresh.end());
    tray->second.fresh.clear();
  }
  return tasks;
}

std::vector<OfferedTask> OfficePost::take_open(std::span<const std::string> offices) {
  std::vector<OfferedTask> tasks;
  for (const std::string& office : offices) {
    const auto tray = trays_.find(office);
    if (tray == trays_.end()) continue;
    tasks.insert(tasks.end(), tray->second.open.begin(), tray->second.open.end());
    tray->second.fresh.clear();
  }
  return tasks;
}

std::size_t OfficePost::count_open(std::span<const std::string> offices) const {
  std::size_t count = 0;
  for (const std::string& office : offices) {
    const auto tray = trays_.find(office);
    if (tray != trays_.end()) count += tray->second.open.size();
  }
  return count;
}

void OfficePost::arrived(const GivenNotice& notice) {
  const auto tray = trays_.find(notice.office);
  if (tray != trays_.end()) tray->second.unread.erase(notice);
}

std::vector<GivenNotice> OfficePost::unread(std::span<const std::string> offices) const {
  std::vector<GivenNotice> notices;
  for (const std::string& office : offices) {
    const auto tray = trays_.find(office);
    if (tray == trays_.end()) continue;
    notices.insert(notices.end(), tray->second.unread.begin(), tray->second.unread.end());
  }
  return notices;
}

}  // namespace reglament::demo
