// What every SessionStore must do, whatever it keeps its rows in. Call from a TEST_CASE with a factory of empty stores.
#pragma once

#include <functional>
#include <memory>

#include "core/store/session_store.hpp"

namespace vmcpauth::test {

using StoreFactory = std::function<std::unique_ptr<store::SessionStore>()>;

void check_store_contract(const StoreFactory& make);

}  // namespace vmcpauth::test
