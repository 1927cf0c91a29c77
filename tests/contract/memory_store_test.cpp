#include "core/store/memory_store.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("store contract: memory") {
  vmcpauth::test::check_store_contract([] { return std::make_unique<vmcpauth::store::MemoryStore>(); });
}
