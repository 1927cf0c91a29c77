// The store that a token command looks into, as its options name it: read-only where it is somebody's live Redis, unless
// --write says otherwise.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/parser.hpp"
#include "cli/store_opening.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"

namespace vmcpauth::cli {

inline constexpr const char* kRedisUserVariable = "VMCPAUTH_REDIS_USERNAME";
inline constexpr const char* kRedisPasswordVariable = "VMCPAUTH_REDIS_PASSWORD";

enum class Access : std::uint8_t { Read, Write };

// Forbidden: a change in a Redis without --write; else the errors of World::open_store.
[[nodiscard]] Result<OpenedStore> open_store(const World& world, proxy::Network& network, const Invocation& invocation, Access access);

// A --store that cannot be one.
[[nodiscard]] std::optional<UsageError> check_store_option(const Invocation& invocation);

}  // namespace vmcpauth::cli
