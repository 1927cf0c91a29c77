#include "core/client/protected_resource.hpp"

#include "core/base/encoding.hpp"
#include "core/oauth/resource.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";
constexpr JsonLimits kMetadataLimits{256U << 10U, 32};
constexpr std::size_t kMaxServers = 20;

Result<ProtectedResource> read(std::string_view json_text) {
  ProtectedResource out;
  TRY(out.document, parse_json_object(json_text, kMetadataLimits));
  TRY(out.resource, required_string(out.document, "resource"));
  TRY_VOID(oauth::check_resource_syntax(out.resource));
  TRY(auto servers, optional_strings(out.document, "authorization_servers"));
  if (servers) out.authorization_servers = *std::move(servers);
  if (out.authorization_servers.size() > kMaxServers) return fail(ErrorCode::TooLarge, "it names more than 20 authorization servers");
  TRY(auto scopes, optional_strings(out.document, "scopes_supported"));
  if (scopes) {
    TRY(out.scopes_supported, oauth::to_scopes(*scopes));
  }
  TRY(const auto bound, optional_bool(out.document, "dpop_bound_access_tokens_required"));
  out.dpop_bound_access_tokens_required = bound.value_or(false);
  return out;
}

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Some servers take a dot segment for what it says, and the comparison below would not.
bool has_dot_segment(std::string_view path) {
  return path.find("/.") != std::string_view::npos || path.find("%2e") != std::string_view::npos || path.find("%2E") != std::string_view::npos;
}

}  // namespace

Result<ProtectedResource> parse_protected_resource(std::string_view json_text) {
  auto out = read(json_text);
  if (!out) return fail(ErrorCode::BadResponse, "the protected-resource metadata cannot be used: " + out.error().message());
  if (out->authorization_servers.empty()) return fail(ErrorCode::BadResponse, "the protected-resource metadata names no authorization server");
  return out;
}

Result<std::vector<Url>> resource_metadata_urls(const Url& server) {
  std::vector<Url> out;
  const std::string root = server.origin() + std::string(kWellKnown);
  const auto path = without_slash(server.path());
  if (!path.empty()) {
    TRY(auto url, Url::parse(root + std::string(path)));
    out.push_back(std::move(url));
  }
  TRY(auto url, Url::parse(root));
  out.push_back(std::move(url));
  return out;
}

bool is_below(const Url& url, const Url& above) {
  if (url.origin() != above.origin()) return false;
  const auto path = without_slash(url.path());
  const auto prefix = without_slash(above.path());
  if (!path.starts_with(prefix)) return false;
  const auto rest = path.substr(prefix.size());
  return rest.empty() || (rest.front() == '/' && !has_dot_segment(rest));
}

Result<void> check_resource(const std::string& resource, const Url& server) {
  const auto url = Url::parse(resource);
  if (url && is_below(server, *url)) return {};
  return std::unexpected(Error(ErrorCode::BadResponse, "the protected-resource metadata is of another resource, \"" + printable(resource, 200) + "\"")
                             .note("asked for " + server.text() + "; a token for another resource is not fetched"));
}

}  // namespace vmcpauth::client
