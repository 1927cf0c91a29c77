#include "core/base/private_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace vmcpauth;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat info{};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

void write_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  std::ofstream(path) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("private files: folder and files are for their owner only") {
  const test::TempDir dir;
  SystemPrivateFiles files;
  const auto folder = dir.path() / "a" / "b";
  REQUIRE(files.make_folder(folder));
  REQUIRE(files.make_folder(folder));  // again
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(dir.path() / "a") == 0700);

  CHECK(files.create(folder / "key", "one") == true);
  CHECK(mode_of(folder / "key") == 0600);
  CHECK(files.create(folder / "key", "two") == false);
  CHECK(files.read(folder / "key", 100) == "one");
  REQUIRE(files.replace(folder / "key", "three"));
  CHECK(files.read(folder / "key", 100) == "three");
  CHECK(mode_of(folder / "key") == 0600);
  CHECK(files.names(folder) == std::vector<std::string>{"key"});  // no draft is left
  REQUIRE(files.remove(folder / "key"));
  CHECK(files.remove(folder / "key").error().code() == ErrorCode::NotFound);
  CHECK(files.names(folder)->empty());
  CHECK(files.names(dir.path() / "missing")->empty());
}

TEST_CASE("private files: what others could have touched is refused") {
  const test::TempDir dir;
  SystemPrivateFiles files;
  write_file(dir.path() / "open", "x", 0644);
  write_file(dir.path() / "group", "x", 0620);
  write_file(dir.path() / "good", "x", 0600);
  std::filesystem::create_symlink(dir.path() / "good", dir.path() / "link");
  REQUIRE(::mkfifo((dir.path() / "fifo").c_str(), 0600) == 0);
  for (const auto* name : {"open", "group", "link", "fifo"}) {
    INFO(name);
    const auto read = files.read(dir.path() / name, 100);
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == ErrorCode::Io);
  }
  CHECK(files.read(dir.path() / "good", 0).error().code() == ErrorCode::TooLarge);
  CHECK(files.read(dir.path() / "good", 1) == "x");
  CHECK(files.read(dir.path() / "missing", 1).error().code() == ErrorCode::NotFound);
  CHECK_FALSE(files.try_lock(dir.path() / "link"));

  const auto shared = dir.path() / "shared";
  std::filesystem::create_directory(shared);
  REQUIRE(::chmod(shared.c_str(), 0777) == 0);
  CHECK_THAT(files.make_folder(shared).error().message(), ContainsSubstring("other users may write"));
  CHECK(files.make_folder(dir.path() / "good").error().code() == ErrorCode::Io);
}

TEST_CASE("private files: a lock has one holder") {
  const test::TempDir dir;
  SystemPrivateFiles files;
  auto first = files.try_lock(dir.path() / "lock");
  REQUIRE(first);
  REQUIRE(first->has_value());
  const auto second = files.try_lock(dir.path() / "lock");
  REQUIRE(second);
  CHECK_FALSE(second->has_value());
  first->reset();
  const auto third = files.try_lock(dir.path() / "lock");
  REQUIRE(third);
  CHECK(third->has_value());
}
