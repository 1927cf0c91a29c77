// The SQLite file when something is wrong with it, or with who opens it.
#include <atomic>
#include <fstream>
#include <thread>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/store/sqlite/schema.hpp"
#include "core/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/contract/store_records.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace vmcpauth;
using namespace vmcpauth::test;
using store::sqlite::Access;
using store::sqlite::Database;

struct Faults {
  TempDir folder;
  SystemRandom random;
  InlineWorkPool pool;
  StoreRunner go;
  std::filesystem::path file = folder.path() / "store.db";

  Result<std::unique_ptr<store::SqliteStore>> open(char key = 'k', Access access = Access::ReadWrite) {
    auto sealer = crypto::Sealer::with_key(Secret(std::string(32, key)), "sessions");
    return store::SqliteStore::open({.path = file, .access = access}, *std::move(sealer), random, pool);
  }
  std::unique_ptr<store::SqliteStore> must_open(Access access = Access::ReadWrite) {
    auto opened = open('k', access);
    if (!opened) FAIL(opened.error().describe());
    return *std::move(opened);
  }
  void expect(ErrorCode code, std::string_view says, char key = 'k', Access access = Access::ReadWrite) {
    const auto opened = open(key, access);
    REQUIRE_FALSE(opened.has_value());
    INFO(opened.error().describe());
    CHECK(opened.error().code() == code);
    CHECK(opened.error().describe().find(says) != std::string::npos);
    CHECK(opened.error().describe().find(file.filename().string()) != std::string::npos);
  }
  void sql(const char* text) {
    auto database = Database::open(file, Access::ReadWrite);
    REQUIRE(database.has_value());
    REQUIRE((*database)->execute(text).has_value());
  }
};

}  // namespace

TEST_CASE_METHOD(Faults, "sqlite: what was stored is there after opening again, and nobody else may read it") {
  go.must(must_open()->put_upstream_tokens("session", tokens("github")));
  CHECK(go.must(must_open()->list_upstream_tokens("session", kNow)).size() == 1);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat info{};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE_METHOD(Faults, "sqlite: a file that others may read is closed to them") {
  must_open();
  ::chmod(file.c_str(), 0644);
  must_open();
  struct stat info{};
  ::stat(file.c_str(), &info);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE_METHOD(Faults, "sqlite: files that are no store of ours") {
  SECTION("text") {
    std::ofstream(file) << std::string(5000, 'x');
    expect(ErrorCode::Io, "damaged");
  }
  SECTION("another program's database") {
    sql("CREATE TABLE things(name TEXT)");
    expect(ErrorCode::Io, "no store of vmcpauth");
  }
  SECTION("a newer program's") {
    must_open();
    sql("PRAGMA user_version=99");
    expect(ErrorCode::Unsupported, "newer vmcpauth (schema 99");
    expect(ErrorCode::Unsupported, "newer vmcpauth", 'k', Access::ReadOnly);
  }
  SECTION("sealed with another key") {
    must_open();
    expect(ErrorCode::Unavailable, "another key", 'x');
  }
  SECTION("a symbolic link") {
    std::filesystem::create_symlink("elsewhere.db", file);
    expect(ErrorCode::Io, "symbolic link");
  }
  SECTION("a folder") {
    std::filesystem::create_directory(file);
    expect(ErrorCode::Io, "");
  }
  SECTION("not there") { expect(ErrorCode::NotFound, "No such file", 'k', Access::ReadOnly); }
  SECTION("a damaged page") {
    {
      const auto opened = must_open();
      for (int i = 0; i < 50; ++i) go.must(opened->put_upstream_tokens("session" + std::to_string(i), tokens("github")));
    }
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(0, std::ios::end);
    const auto size = bytes.tellp();
    bytes.seekp(4096);
    const std::string noise(static_cast<std::size_t>(size) - 4096, '\x5a');
    bytes << noise;
    bytes.close();
    const auto opened = open();
    if (opened) {
      const auto rows = go.run((*opened)->list_upstream_tokens("session1", kNow));
      REQUIRE_FALSE(rows.has_value());
      CHECK(rows.error().describe().find("damaged") != std::string::npos);
    } else {
      CHECK(opened.error().describe().find("damaged") != std::string::npos);
    }
  }
}

TEST_CASE_METHOD(Faults, "sqlite: a folder that cannot be written") {
  if (::geteuid() == 0) return;  // root may write everywhere
  ::chmod(folder.path().c_str(), 0500);
  expect(ErrorCode::Io, "Permission denied");
  ::chmod(folder.path().c_str(), 0700);
}

TEST_CASE_METHOD(Faults, "sqlite: a full disk fails the write and keeps the rest") {
  const auto opened = must_open();
  go.must(opened->put_upstream_tokens("kept", tokens("github")));
  {
    // As full as it gets without a disk: the file may not grow.
    auto other = Database::open(file, Access::ReadWrite);
    REQUIRE(other.has_value());
  }
  const auto big = std::string(8U << 20U, 'a');
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small{1U << 20U, before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto failed = go.run(opened->put_upstream_tokens("too big", tokens("github", big)));
  ::setrlimit(RLIMIT_FSIZE, &before);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code() == ErrorCode::Unavailable);
  CHECK(go.must(opened->list_upstream_tokens("kept", kNow)).size() == 1);
  go.must(opened->put_upstream_tokens("again", tokens("github")));
}

TEST_CASE_METHOD(Faults, "sqlite: an older file is brought up to date, rows and all") {
  {
    auto database = Database::open(file, Access::ReadWrite);
    REQUIRE(database.has_value());
    REQUIRE(store::sqlite::migrate(**database, 1).has_value());
    REQUIRE((*database)->execute("INSERT INTO sessions(session_id, user_id) VALUES('old', 'user')").has_value());
  }
  expect(ErrorCode::Unsupported, "older vmcpauth", 'k', Access::ReadOnly);
  const auto opened = must_open();
  go.must(opened->put_upstream_tokens("old", tokens("github")));
  CHECK(go.must(opened->claim_refresh("old", "github", "me", kNow, kNow + kMinute)));
}

TEST_CASE_METHOD(Faults, "sqlite: a row cannot stand in for another") {
  const auto opened = must_open();
  go.must(opened->put_upstream_tokens("mine", tokens("github", "my token")));
  go.must(opened->put_upstream_tokens("theirs", tokens("github", "their token")));
  sql("UPDATE upstream SET body=(SELECT body FROM upstream WHERE session_id='theirs') WHERE session_id='mine'");
  const auto rows = go.run(opened->list_upstream_tokens("mine", kNow));
  REQUIRE_FALSE(rows.has_value());
  CHECK(rows.error().describe().find("changed behind its back") != std::string::npos);
}

TEST_CASE_METHOD(Faults, "sqlite: opened for reading, nothing is changed") {
  go.must(must_open()->put_upstream_tokens("s", tokens("github")));
  const auto reading = must_open(Access::ReadOnly);
  CHECK(go.must(reading->list_upstream_tokens("s", kNow)).size() == 1);
  CHECK(go.run(reading->erase_session("s")).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading->import_records(test::one_record(UpstreamRecord{"s", tokens("slack")}), kNow)).error().code() == ErrorCode::Forbidden);
  CHECK(go.run(reading->sweep(kNow)).error().code() == ErrorCode::Forbidden);
}

TEST_CASE_METHOD(Faults, "sqlite: several connections redeem a code once") {
  constexpr int kThreads = 8;
  const auto first = must_open();
  for (int round = 0; round < 10; ++round) {
    const auto name = "code" + std::to_string(round);
    go.must(first->put_code(name, code(name)));
    std::atomic<int> redeemed = 0;
    std::vector<std::unique_ptr<store::SqliteStore>> stores;
    for (int i = 0; i < kThreads; ++i) stores.push_back(must_open());
    {
      std::vector<std::jthread> threads;
      for (auto& one : stores) {
        threads.emplace_back([&] {
          const auto outcome = run_ready(one->redeem_code(name, kNow));
          if (outcome && *outcome && std::holds_alternative<AuthorizationCode>(**outcome)) ++redeemed;
        });
      }
    }
    CHECK(redeemed == 1);
  }
}
