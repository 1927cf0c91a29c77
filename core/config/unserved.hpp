// Settings that change what happens in the cluster and that `serve` does not run: authorization policies, composite tools and
// the like. The field tables note where they are written, the planner says what differs, and `serve` tells it at its start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/runtime.hpp"
#include "core/config/setting.hpp"

namespace vmcpauth::config {

// Whose setting it is: the virtual server's own, or that of the proxy before one backend.
enum class UnservedOf : std::uint8_t { Server, Workload };

struct UnservedPlan {
  std::string setting;  // "spec.incomingAuth.authzConfig"
  Span at;
  std::string_view effect;
  bool decides_access = false;
};

// Adds what of `written` has an effect worth telling, each name behind `path`.
void add_unserved(std::vector<UnservedPlan>& out, UnservedOf of, const std::string& path, const WrittenFields& written);

// The same with places in words.
[[nodiscard]] std::vector<UnservedSetting> located(const std::vector<UnservedPlan>& plans, const Sources& sources);

}  // namespace vmcpauth::config
