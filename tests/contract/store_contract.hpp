// What every Store must do, whatever it keeps its rows in. Call from a TEST_CASE with a factory of empty stores.
#pragma once

#include <functional>
#include <memory>

#include "core/store/store_browser.hpp"
#include "proxy/io_pool.hpp"
#include "tests/support/catch.hpp"

namespace vmcpauth::test {

using StoreFactory = std::function<std::unique_ptr<store::Store>()>;

// Where the tasks of the store under test run: on an io thread, or on the spot.
struct StoreRunner {
  proxy::IoPool* pool = nullptr;

  template <class T>
  Result<T> run(Task<Result<T>> task) const {
    if (pool != nullptr) return pool->run(std::move(task));
    auto result = run_ready(std::move(task));
    REQUIRE(result.has_value());
    return *std::move(result);
  }
  template <class T>
  T must(Task<Result<T>> task) const {
    auto result = run(std::move(task));
    if (!result.has_value()) FAIL(result.error().describe());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
};

// The flow's port, then the port of those who look.
void check_store_contract(const StoreFactory& make, StoreRunner runner = {});
void check_browser_contract(const StoreFactory& make, StoreRunner runner = {});

}  // namespace vmcpauth::test
