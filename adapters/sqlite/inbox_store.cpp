#include "adapters/sqlite/inbox_store.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "adapters/sqlite/columns.hpp"
#include "adapters/sqlite/database_file.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace sqlite {
namespace {

using desk::InboxBatch;
using desk::Item;
using desk::JournalLine;
using desk::OutboxRow;
using desk::TaskKey;
using Integer = std::int64_t;
using Text = std::string_view;
using sql::Bytes;
using sql::Gives;
using sql::Takes;

// Raise the version with every change of the tables. The id is "RGLD".
constexpr FileFormat inbox_format{.application_id = 0x52474C44, .schema_version = 1};

constexpr std::array tables = {
    // One row. `id` is random: it begins the message id of every answer.
    "CREATE TABLE settings ("
    "  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    "  id TEXT NOT NULL) STRICT",
    // `task` and `answer` as on the wire; `task` is NULL where it was revoked before it came in.
    "CREATE TABLE item ("
    "  number INTEGER PRIMARY KEY,"
    "  case_number INTEGER NOT NULL,"
    "  task INTEGER NOT NULL,"
    "  office TEXT NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  open INTEGER NOT NULL,"
    "  holder TEXT NOT NULL,"
    "  answers INTEGER NOT NULL,"
    "  received_at INTEGER NOT NULL,"
    "  changed_at INTEGER NOT NULL,"
    "  message BLOB,"
    "  answer BLOB,"
    "  verdict BLOB,"
    "  UNIQUE (case_number, task)) STRICT",
    "CREATE INDEX item_open ON item (open) WHERE open = 1",
    // What is to be sent, or was and waits for its verdict. `place` is the order of answering and
    // is never given twice.
    "CREATE TABLE outbox ("
    "  place INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  item INTEGER NOT NULL UNIQUE REFERENCES item (number)) STRICT",
    "CREATE TABLE journal ("
    "  line INTEGER PRIMARY KEY,"
    "  case_number INTEGER NOT NULL,"
    "  task INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  act TEXT NOT NULL,"
    "  person TEXT NOT NULL,"
    "  detail TEXT NOT NULL) STRICT",
    "CREATE INDEX journal_of_task ON journal (case_number, task)",
};

constexpr const char* select_items =
    "SELECT number, case_number, task, office, stage, holder, answers, received_at, changed_at,"
    " message, answer, verdict, (SELECT place FROM outbox WHERE item = number) FROM item ";

template <class... P>
using Items =
    sql::Query<Takes<P...>, Gives<Integer, Integer, Integer, Text, Text, Text, Integer, Integer,
                                  Integer, std::optional<Bytes>, std::optional<Bytes>,
                                  std::optional<Bytes>, std::optional<Integer>>>;

std::string statement(const char* rest) { return std::string(select_items) + rest; }

Instant instant(Integer count) { return Instant(std::chrono::microseconds(count)); }

// The text of a verdict travels as on the wire; it needs no message id there but has one.
std::string encode_reason(const Item::State& state) {
  return wire::encode(wire::AnswerVerdict{state.answer->message_id, state.reason});
}

Item to_item(Integer number, Integer case_number, Integer task, Text office, Text stage,
             Text holder, Integer answers, Integer received_at, Integer changed_at,
             std::optional<Bytes> message, std::optional<Bytes> answer,
             std::optional<Bytes> verdict, std::optional<Integer> place) {
  Item::State state;
  state.number = static_cast<std::uint64_t>(number);
  const auto known = desk::stage_of(stage);
  if (!known) throw Unavailable(fmt::format("expected a known stage of item {}", number));
  state.stage = *known;
  state.holder = holder;
  state.answers = static_cast<std::uint32_t>(answers);
  state.received_at = instant(received_at);
  state.changed_at = instant(changed_at);
  try {
    if (message) {
      state.task = std::get<TaskMessage>(wire::decode_message(message->view));
    } else {
      state.task.case_number = static_cast<CaseNumber>(case_number);
      state.task.task = static_cast<std::uint32_t>(task);
      state.task.office = Symbol(office);
    }
    if (answer) {
      state.answer = wire::decode_answer(answer->view);
      state.answer->reply_to = state.task.reply_to;  // an address, and no part of the message
    }
    if (verdict) state.reason = wire::decode_verdict(verdict->view).verdict;
  } catch (const BadInput& error) {
    throw Unavailable(fmt::format("expected item {} to be readable, {}", number, error.what()));
  }
  if (place) state.outbox_place = static_cast<std::uint64_t>(*place);
  return Item(std::move(state));
}

class SqliteInbox final : public desk::InboxStore {
 public:
  SqliteInbox(sql::Session session, std::filesystem::path path)
      : path_(std::move(path)),
        session_(std::move(session)),
        id_(session_, "SELECT id FROM settings"),
        last_number_(session_, "SELECT coalesce(max(number), 0) FROM item"),
        last_place_(session_,
                    "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)"),
        open_(session_, statement("WHERE open = 1 ORDER BY number")),
        closed_(session_, statement("WHERE open = 0 ORDER BY changed_at DESC, number DESC")),
        find_(session_, statement("WHERE case_number = :case_number AND task = :task")),
        of_case_(session_, statement("WHERE case_number = :case_number ORDER BY task")),
        journal_(session_,
                 "SELECT at, act, person, detail FROM journal"
                 " WHERE case_number = :case_number AND task = :task ORDER BY line"),
        put_items_(session_,
                   "INSERT INTO item VALUES (:number, :case_number, :task, :office, :stage, :open,"
                   " :holder, :answers, :received_at, :changed_at, CAST(:message AS BLOB),"
                   " CAST(:answer AS BLOB), CAST(:verdict AS BLOB))"),
        change_items_(session_,
                      "UPDATE item SET stage = :stage, open = :open, holder = :holder,"
                      " answers = :answers, changed_at = :changed_at,"
                      " answer = CAST(:answer AS BLOB), verdict = CAST(:verdict AS BLOB)"
                      " WHERE number = :number"),
        change_messages_(session_,
                         "UPDATE item SET message = CAST(:message AS BLOB) WHERE number = :number"),
        leave_outbox_(session_, "DELETE FROM outbox WHERE place = :place"),
        put_outbox_(session_, "INSERT INTO outbox VALUES (:place, :item)"),
        put_lines_(session_,
                   "INSERT INTO journal (case_number, task, at, act, person, detail)"
                   " VALUES (:case_number, :task, :at, :act, :person, :detail)") {}

  [[nodiscard]] std::string id() override {
    const auto row = id_.first();
    if (!row) throw Unavailable(fmt::format("expected the id of the inbox in {}", path_.string()));
    return std::get<0>(*row);
  }

  [[nodiscard]] std::uint64_t last_number() override {
    return static_cast<std::uint64_t>(std::get<0>(*last_number_.first()));
  }

  [[nodiscard]] std::uint64_t last_outbox_place() override {
    return static_cast<std::uint64_t>(std::get<0>(*last_place_.first()));
  }

  void for_each_open(const std::function<bool(Item)>& visit) override {
    open_.each([&](auto... columns) { return visit(to_item(columns...)); });
  }

  void for_each_closed(const std::function<bool(Item)>& visit) override {
    closed_.each([&](auto... columns) { return visit(to_item(columns...)); });
  }

  [[nodiscard]] std::optional<Item> find(TaskKey key) override {
    std::optional<Item> found;
    find_.each([&](auto... columns) { found = to_item(columns...); },
               static_cast<Integer>(key.case_number), key.task);
    return found;
  }

  [[nodiscard]] std::vector<Item> of_case(CaseNumber case_number) override {
    std::vector<Item> items;
    of_case_.each([&](auto... columns) { items.push_back(to_item(columns...)); },
                  static_cast<Integer>(case_number));
    return items;
  }

  [[nodiscard]] std::vector<JournalLine> journal(TaskKey key) override {
    std::vector<JournalLine> lines;
    journal_.each(
        [&](Integer at, Text act, Text person, Text detail) {
          lines.push_back(
              {key, instant(at), std::string(act), std::string(person), std::string(detail)});
        },
        static_cast<Integer>(key.case_number), key.task);
    return lines;
  }

  void commit(const InboxBatch& batch) override;

 private:
  void put_items(const InboxBatch& batch);
  void put_outbox(const InboxBatch& batch);

  std::filesystem::path path_;
  sql::Session session_;
  sql::Query<Takes<>, Gives<Text>> id_;
  sql::Query<Takes<>, Gives<Integer>> last_number_;
  sql::Query<Takes<>, Gives<Integer>> last_place_;
  Items<> open_;
  Items<> closed_;
  Items<Integer, Integer> find_;
  Items<Integer> of_case_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Text, Text, Text>> journal_;
  sql::Batch<Integer, Integer, Integer, Text, Text, Integer, Text, Integer, Integer, Integer,
             std::optional<Bytes>, std::optional<Bytes>, std::optional<Bytes>>
      put_items_;
  sql::Batch<Text, Integer, Text, Integer, Integer, std::optional<Bytes>, std::optional<Bytes>,
             Integer>
      change_items_;
  sql::Batch<Bytes, Integer> change_messages_;
  sql::Batch<Integer> leave_outbox_;
  sql::Batch<Integer, Integer> put_outbox_;
  sql::Batch<Integer, Integer, Integer, Text, Text, Text> put_lines_;
};

// What of an item is stored encoded, for the time of one row. An answer is kept with its verdict.
struct Encoded {
  explicit Encoded(const Item::State& state) {
    if (state.answer) answer = wire::encode(*state.answer);
    if (state.reason) verdict = encode_reason(state);
  }
  std::optional<std::string> answer;
  std::optional<std::string> verdict;
};

std::optional<Bytes> bytes(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return Bytes{*text};
}

void SqliteInbox::put_items(const InboxBatch& batch) {
  std::optional<Encoded> encoded;  // lives until its row is bound
  std::optional<std::string> message;
  put_items_.run(batch.new_items, [&](const Item* item) {
    const Item::State& state = item->state();
    encoded.emplace(state);
    message.reset();
    if (state.task.attempt != 0) message = wire::encode(state.task);
    return std::tuple(
        static_cast<Integer>(state.number), static_cast<Integer>(state.task.case_number),
        Integer{state.task.task}, state.task.office.view(), code(state.stage),
        Integer{desk::is_open(state.stage) ? 1 : 0}, Text(state.holder), Integer{state.answers},
        from_instant(state.received_at), from_instant(state.changed_at), bytes(message),
        bytes(encoded->answer), bytes(encoded->verdict));
  });
  const Integer changed = change_items_.run(batch.changed_items, [&](const Item* item) {
    const Item::State& state = item->state();
    encoded.emplace(state);
    return std::tuple(code(state.stage), Integer{desk::is_open(state.stage) ? 1 : 0},
                      Text(state.holder), Integer{state.answers}, from_instant(state.changed_at),
                      bytes(encoded->answer), bytes(encoded->verdict),
                      static_cast<Integer>(state.number));
  });
  const bool all_there = changed == std::ssize(batch.changed_items);
  if (!all_there) session_.rollback();
  ENSURE(all_there, "an item that a batch changes is in the inbox");
  change_messages_.run(batch.offered_again, [&](const Item* item) {
    message = wire::encode(item->state().task);
    return std::tuple(Bytes{*message}, static_cast<Integer>(item->state().number));
  });
}

void SqliteInbox::put_outbox(const InboxBatch& batch) {
  leave_outbox_.run(batch.outbox_left,
                    [](std::uint64_t place) { return std::tuple(static_cast<Integer>(place)); });
  put_outbox_.run(batch.outbox_put, [](const OutboxRow& row) {
    return std::tuple(static_cast<Integer>(row.place), static_cast<Integer>(row.number));
  });
}

void SqliteInbox::commit(const InboxBatch& batch) {
  sql::Transaction transaction(session_);
  try {
    put_items(batch);
    put_outbox(batch);
    put_lines_.run(batch.lines, [](const JournalLine& line) {
      return std::tuple(static_cast<Integer>(line.key.case_number), Integer{line.key.task},
                        from_instant(line.at), Text(line.act), Text(line.person),
                        Text(line.detail));
    });
  } catch (const sql::Violation& violation) {
    session_.rollback();
    defect(fmt::format("a batch fits the inbox: {}", violation.what()), __FILE__, __LINE__);
  }
  switch (transaction.commit()) {
    case sql::CommitOutcome::committed:
      return;
    case sql::CommitOutcome::rolled_back:
      throw Unavailable(session_.trouble());
    case sql::CommitOutcome::unknown:
      throw CommitUnknown(session_.trouble());
  }
}

}  // namespace
}  // namespace sqlite

void create_inbox(const std::filesystem::path& path) {
  sqlite::create_database(path, sqlite::inbox_format, [](sql::Session& session) {
    for (const char* const table : sqlite::tables) session.execute(table);
    // 64 bits from SQLite's generator, which the system's seeds.
    session.execute("INSERT INTO settings VALUES (1, lower(hex(randomblob(8))))");
  });
}

std::unique_ptr<desk::InboxStore> open_inbox(const std::filesystem::path& path) {
  return std::make_unique<sqlite::SqliteInbox>(
      sqlite::open_checked_owner(path, sqlite::inbox_format), path);
}

}  // namespace reglament
