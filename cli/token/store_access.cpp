#include "cli/token/store_access.hpp"

#include <array>

#include "core/base/encoding.hpp"

namespace vmcpauth::cli {
namespace {

bool is_redis(std::string_view location) { return location.starts_with("redis"); }

// A password on the command line shows in process lists, so it may come from the environment.
std::string with_credentials(std::string location, const Env& env) {
  const auto host = location.find("://");
  if (!is_redis(location) || host == std::string::npos) return location;
  const auto begin = host + 3;
  if (location.substr(begin, location.find('/', begin) - begin).find('@') != std::string::npos) return location;
  const auto user = env.get(kRedisUserVariable).value_or("");
  const auto password = env.get(kRedisPasswordVariable).value_or("");
  if (password.empty()) return location;
  return location.insert(begin, percent_encode(user) + ":" + percent_encode(password) + "@");
}

}  // namespace

Result<OpenedStore> open_store(const World& world, proxy::Network& network, const Invocation& invocation, Access access) {
  StoreRequest request{.location = with_credentials(invocation.value("store").value_or(""), world.env),
                       .prefix = invocation.value("prefix").value_or(""),
                       .server = invocation.value("server").value_or(""),
                       .writable = access == Access::Write};
  if (request.writable && is_redis(request.location) && !invocation.has("write")) {
    return fail(ErrorCode::Forbidden, "a Redis is only read unless --write is given: others may be using it");
  }
  if (!world.open_store) return fail(ErrorCode::Unsupported, "this program opens no stores");
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
