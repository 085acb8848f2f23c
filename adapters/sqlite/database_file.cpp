#include "adapters/sqlite/database_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sqlite {
namespace {

// ---- Recognising -------------------------------------------------------------------------------

std::int64_t pragma(const sql::Session& session, const std::string& name) {
  return std::get<0>(
      *sql::Query<sql::Takes<>, sql::Gives<std::int64_t>>(session, "PRAGMA " + name).first());
}

void expect_application(std::int64_t found, FileFormat format, const std::filesystem::path& path) {
  if (found == format.application_id) return;
  throw Unavailable(
      fmt::format("expected a database of this program (application id {:#x}), found one of "
                  "another ({:#x}), in {}",
                  format.application_id, found, path.string()));
}

// SQLite would say of another program's database that it is not in WAL mode: true, and no help.
// Only asked when it could not be opened: the file is then open nowhere in this process, whose
// locks on it end when any of its descriptors is closed.
void expect_ours(const std::filesystem::path& path, FileFormat format) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t id_at = 68;  // https://www.sqlite.org/fileformat2.html#database_header
  std::array<char, 100> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  const std::string_view text(header.data(), static_cast<std::size_t>(file.gcount()));
  if (file.bad() || !std::filesystem::is_regular_file(path)) return;
  if (text.size() < header.size() || !text.starts_with(magic)) {
    throw Unavailable(fmt::format("expected a database, found a file that is not a database, at {}",
                                  path.string()));
  }
  std::int64_t id = 0;
  for (const char c : text.substr(id_at, 4)) id = id * 256 + static_cast<unsigned char>(c);
  expect_application(id, format, path);
}

// To read in WAL mode SQLite needs a file of shared memory beside the database; the owner makes it.
void expect_writable_folder(const std::filesystem::path& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_regular_file(path) || access(folder.c_str(), W_OK) == 0) return;
  throw Unavailable(
      fmt::format("expected a running owner of {} or a folder that can be written, found neither",
                  path.string()));
}

// ---- Creating ----------------------------------------------------------------------------------

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return std::filesystem::absolute(path).parent_path();
}

std::string errno_text() { return std::generic_category().message(errno); }

void expect_writable(const std::filesystem::path& path) {
  if (access(path.c_str(), W_OK) == 0) return;
  throw Unavailable(
      fmt::format("expected to be able to write, found: {}, at {}", errno_text(), path.string()));
}

void expect_nothing_at(const std::filesystem::path& path) {
  // A write-ahead log that a deleted database left would be replayed into the new one.
  for (const std::string_view suffix : {"", "-wal", "-journal"}) {
    const std::filesystem::path file = beside(path, suffix);
    std::error_code error;
    const auto status = std::filesystem::symlink_status(file, error);
    if (!std::filesystem::exists(status)) continue;
    throw Unavailable(fmt::format("expected no file, found one, at {}: a database is created once",
                                  file.string()));
  }
}

// Makes what is written to a file, or the names in a folder, durable.
void synchronise(const std::filesystem::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = descriptor >= 0 && fsync(descriptor) == 0;
  const std::string trouble = errno_text();
  if (descriptor >= 0) close(descriptor);
  if (done) return;
  throw Unavailable(fmt::format("expected to make {} durable, found: {}", path.string(), trouble));
}

// The file under construction, in the folder where it will stand; gone when construction fails.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::filesystem::path& path)
      : target_(path), path_(beside(path, fmt::format(".new-{}", getpid()))) {
    remove();  // of a crashed process that had our number
  }
  ~UnfinishedFile() { remove(); }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  void finish() {
    synchronise(path_);
    if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
      throw Unavailable(
          fmt::format("expected to create {}, found: {}", target_.string(), errno_text()));
    }
    synchronise(folder_of(target_));
  }

 private:
  void remove() const {
    std::error_code ignored;
    for (const std::string_view suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(beside(path_, suffix), ignored);
    }
  }

  std::filesystem::path target_;
  std::filesystem::path path_;
};

}  // namespace

std::filesystem::path beside(const std::filesystem::path& path, std::string_view suffix) {
  return path.string().append(suffix);
}

void create_database(const std::filesystem::path& path, FileFormat format,
                     const std::function<void(sql::Session&)>& fill) {
  expect_nothing_at(path);
  expect_writable(folder_of(path));
  UnfinishedFile file(path);
  {
    // Closing it moves everything from the write-ahead log into the file.
    sql::Session session =
        sql::open_sqlite({.file = file.path(), .access = sql::SqliteAccess::create_owner});
    sql::Transaction transaction(session);
    fill(session);
    session.execute(fmt::format("PRAGMA application_id = {}", format.application_id));
    session.execute(fmt::format("PRAGMA user_version = {}", format.schema_version));
    if (transaction.commit() != sql::CommitOutcome::committed) throw Unavailable(session.trouble());
  }
  file.finish();
}

sql::Session open_checked_reader(const std::filesystem::path& path, FileFormat format) {
  const auto open = [&] {
    try {
      return sql::open_sqlite({.file = path, .access = sql::SqliteAccess::reader});
    } catch (const Unavailable&) {
      expect_ours(path, format);
      expect_writable_folder(path);
      throw;
    }
  };
  sql::Session session = open();
  expect_application(pragma(session, "application_id"), format, path);
  const std::int64_t found = pragma(session, "user_version");
  if (found == format.schema_version) return session;
  throw Unavailable(fmt::format("expected schema up to {}, found {}, in {}", format.schema_version,
                                found, path.string()));
}

sql::Session open_checked_owner(const std::filesystem::path& path, FileFormat format) {
  if (std::filesystem::exists(path)) {
    expect_writable(path);
    expect_writable(folder_of(path));
  }
  // First as a reader: the owner's connection would turn another program's database into WAL mode.
  static_cast<void>(open_checked_reader(path, format));
  return sql::open_sqlite({.file = path, .access = sql::SqliteAccess::owner});
}

}  // namespace reglament::sqlite
