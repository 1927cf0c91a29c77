#include "core/store/sqlite/sqlite_store.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace vmcpauth;

// Empty stores, each in a file of its own.
class FreshFiles {
 public:
  std::unique_ptr<store::Store> operator()() {
    auto cipher = crypto::Sealer::with_key(Secret(std::string(32, 'k')), "sessions");
    auto opened = store::SqliteStore::open({.path = folder_.path() / ("store" + std::to_string(++count_) + ".db")}, *std::move(cipher), random_, pool_);
    if (!opened) FAIL(opened.error().describe());
    return *std::move(opened);
  }

 private:
  test::TempDir folder_;
  SystemRandom random_;
  InlineWorkPool pool_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("store contract: SQLite") {
  FreshFiles files;
  test::check_store_contract([&] { return files(); });
}
TEST_CASE("store browser contract: SQLite") {
  FreshFiles files;
  test::check_browser_contract([&] { return files(); });
}
