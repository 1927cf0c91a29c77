// The storage block of an authorization server as a runtime value. Called by build_runtime.
#pragma once

#include "core/config/model.hpp"
#include "core/config/runtime.hpp"
#include "core/config/secret_resolver.hpp"
#include "core/config/server_plan.hpp"

namespace vmcpauth::config {

// Secrets that are missing are no finding: only who connects needs them (see RedisStorage::missing).
[[nodiscard]] RedisStorage build_redis_storage(const RedisSpec& spec, const ServerPlan& plan, const SecretResolver& secrets);

}  // namespace vmcpauth::config
