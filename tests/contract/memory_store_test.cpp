#include "core/store/memory_store.hpp"
#include "tests/contract/store_contract.hpp"

namespace {
std::unique_ptr<vmcpauth::store::Store> make() { return std::make_unique<vmcpauth::store::MemoryStore>(); }
}  // namespace

TEST_CASE("store contract: memory") { vmcpauth::test::check_store_contract(make); }
TEST_CASE("store browser contract: memory") { vmcpauth::test::check_browser_contract(make); }
