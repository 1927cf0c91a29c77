#include "cli/token/store_access.hpp"

#include <array>

namespace vmcpauth::cli {
namespace {

bool is_redis(std::string_view location) { return location.starts_with("redis"); }

}  // namespace

Result<OpenedStore> open_store(const World& world, proxy::Network& network, const Invocation& invocation, Access access) {
  StoreRequest request{.location = invocation.value("store").value_or(""),
                       .prefix = invocation.value("prefix").value_or(""),
                       .server = invocation.value("server").value_or(""),
                       .writable = access == Access::Write};
  if (request.writable && is_redis(request.location) && !invocation.has("write")) {
    return fail(ErrorCode::Forbidden, "a Redis is only read unless --write is given: others may be using it");
  }
  return world.open_store(request, network);
}

std::optional<UsageError> check_store_option(const Invocation& invocation) {
  const auto location = invocation.value("store");
  if (!location) return std::nullopt;
  constexpr std::array<std::string_view, 7> kForms{"sqlite:",          "redis://",         "rediss://", "redis+sentinel://", "rediss+sentinel://",
                                                   "redis+cluster://", "rediss+cluster://"};
  for (const auto form : kForms) {
    if (location->starts_with(form) && location->size() > form.size()) return std::nullopt;
  }
  return UsageError{"--store names no store", "write sqlite:PATH, redis://HOST:PORT or rediss://HOST:PORT", &invocation.command()};
}

}  // namespace vmcpauth::cli
