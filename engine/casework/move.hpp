// What a clause does to a case: it ends deadlines and tasks of the step that is left, changes the
// running terms, enters the next step, offers tasks. All of it becomes one entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/casework/case.hpp"
#include "engine/casework/deadline.hpp"
#include "engine/casework/decision.hpp"
#include "engine/casework/framework.hpp"

namespace reglament {

class Move {
 public:
  // Of a case that exists. All outlive this object.
  Move(Decision& decision, const Regulation& regulation, const Framework& framework,
       const Case& state, Instant now);
  // Of an application that is being accepted, at that office through that channel.
  Move(Decision& decision, const Regulation& regulation, const Framework& framework,
       OfficeIndex filing_office, std::string_view channel, Instant now);

  // Fills in the entry. A rejection is that of the terms: an extension after the expiry or not
  // longer, a suspension of what stands still, a resumption of what runs; the entry is of no use
  // then. Throws OutsideCalendar.
  [[nodiscard]] std::optional<Rejection> follow(const ClauseLine& clause);

 private:
  // A term that is set or set anew: whose, and by what line of the regulation.
  struct TermOf {
    std::string_view scope;
    std::string_view step;
    std::string_view paragraph;
    OfficeIndex office{};
    Term total;
    Counting counting;
  };
  // The dates that a change brings.
  struct Dated {
    std::string_view change;
    TermOf term;
    Term rest;
    DeadlineDates dates;
    Date start{};
    Date old_due{};
    std::optional<Instant> escalate_at{};
  };

  [[nodiscard]] TermCount count_of(OfficeIndex office) const;
  [[nodiscard]] OfficeIndex owner_of(const StepLine& step) const;
  [[nodiscard]] OfficeIndex office_of(const Deadline& deadline) const;
  [[nodiscard]] bool is_open(const Deadline& deadline) const;
  [[nodiscard]] bool is_late(const Deadline& deadline) const;
  [[nodiscard]] const ServiceTerm& governing() const;
  [[nodiscard]] TermOf service_of(const ServiceTerm& line) const;
  [[nodiscard]] TermOf step_of(const StepLine& step, const Term& total) const;

  void give_notices(const ClauseLine& clause);
  void leave(const ClauseLine& clause, const StepLine* next);
  void end(const Deadline& deadline, bool fulfilled);
  void enter(const StepLine& step);
  void end_service();
  void offer(const StepLine& step);
  void offer_beside(const StepLine& step);
  void set_step_term(const StepLine& step);
  [[nodiscard]] bool continue_term(const StepLine& step);
  void set(const TermOf& term, Instant since);
  void put(const Dated& dated);
  void start_service(const ServiceTerm& line);
  void align_steps(std::string_view change);

  [[nodiscard]] std::optional<Rejection> act_on_terms(const ClauseLine& clause);
  [[nodiscard]] std::optional<Rejection> change_variant(const ClauseLine& clause);
  [[nodiscard]] std::optional<Rejection> redate_service(const ClauseLine& clause,
                                                        const ServiceTerm& line);
  [[nodiscard]] std::optional<Rejection> suspend(const ClauseLine& clause);
  [[nodiscard]] std::optional<Rejection> resume(const ClauseLine& clause);
  [[nodiscard]] std::optional<Rejection> restart(const ClauseLine& clause);
  void suspend_one(const Deadline& deadline, std::string_view paragraph);
  void resume_one(const Deadline& deadline);
  void catch_up(const ClauseLine& clause);

  Decision& decision_;
  Entry& entry_;
  const Regulation& regulation_;
  const Framework& framework_;
  const Case& state_;  // an empty one at filing
  OfficeIndex filing_office_;
  Instant now_;
  bool is_filing_ = false;
  const Schedule* channel_hours_ = nullptr;
  std::uint32_t next_task_;
  std::optional<Deadline> service_;  // open, as this move has changed it so far
};

}  // namespace reglament
