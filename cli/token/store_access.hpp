// The store that a token command looks into: opened as --store says, read-only where it is somebody's live Redis, and a
// clear word about where that was.
#pragma once

#include <memory>
#include <string>

#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::cli {

enum class Access : std::uint8_t { Read, Write };

struct OpenedStore {
  std::unique_ptr<store::Store> store;
  std::string shown;  // in words, without password
};

// Forbidden: a change in a Redis without --write. NotFound: no such file, no server in the Redis; Unavailable, InvalidInput (--store).
[[nodiscard]] Result<OpenedStore> open_store(const World& world, proxy::Network& network, const Invocation& invocation, Access access);

}  // namespace vmcpauth::cli
