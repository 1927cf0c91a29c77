#include "proxy/serve/route.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::string_view kResourceMetadataPath = "/.well-known/oauth-protected-resource";
constexpr std::string_view kMcp = "/mcp";

bool is_at_or_below(std::string_view path, std::string_view root) { return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/'); }

}  // namespace

Route route_of(std::string_view path) noexcept {
  if (path == "/health") return {RouteKind::Health, {}};
  if (path == "/ping") return {RouteKind::Ping, {}};
  if (is_at_or_below(path, kResourceMetadataPath)) return {RouteKind::ResourceMetadata, {}};
  if (path == kMcp) return {RouteKind::Aggregate, {}};
  if (path.starts_with("/mcp/")) {
    const auto name = path.substr(kMcp.size() + 1);
    if (!name.empty() && name.find('/') == std::string_view::npos) return {RouteKind::Backend, name};
  }
  return {RouteKind::Other, {}};
}

}  // namespace vmcpauth::proxy
