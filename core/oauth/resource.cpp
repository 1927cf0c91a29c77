#include "core/oauth/resource.hpp"

#include <algorithm>

#include "core/base/url.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::oauth {

Result<void> check_resource_syntax(std::string_view resource) {
  const auto url = Url::parse(resource);
  if (!url) return refuse("invalid_target", "resource is not an absolute http(s) URI: " + url.error().message());
  if (url->has_fragment()) return refuse("invalid_target", "resource has a fragment");
  return {};
}

Result<std::optional<std::string>> requested_resource(const std::vector<std::string>& values, const std::vector<std::string>& allowed) {
  if (values.size() > 1) return refuse("invalid_target", "more than one resource parameter");
  if (values.empty() || values.front().empty()) return std::nullopt;
  const auto& resource = values.front();
  TRY_VOID(check_resource_syntax(resource));
  if (std::find(allowed.begin(), allowed.end(), resource) == allowed.end()) {
    return refuse("invalid_target", "resource is not one of the allowed audiences");
  }
  return resource;
}

}  // namespace vmcpauth::oauth
