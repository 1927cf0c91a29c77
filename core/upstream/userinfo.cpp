#include "core/upstream/userinfo.hpp"

#include <algorithm>
#include <array>

#include "core/http/headers.hpp"
#include "core/upstream/json_path.hpp"
#include "core/upstream/provider_error.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr JsonLimits kUserInfoLimits{1U << 20U, 32};

const std::vector<std::string> kSubject{"sub"};
const std::vector<std::string> kName{"name"};
const std::vector<std::string> kEmail{"email"};

const std::vector<std::string>& or_default(const std::vector<std::string>& fields, const std::vector<std::string>& standard) {
  return fields.empty() ? standard : fields;
}

std::string listed(const std::vector<std::string>& fields) {
  std::string out;
  for (const auto& field : fields) out += (out.empty() ? "" : ", ") + field;
  return out;
}

http::ClientRequest compose(const config::UserInfoEndpoint& endpoint, const UserInfoRequest& request) {
  http::ClientRequest out{.method = endpoint.http_method, .url = endpoint.endpoint, .peer = request.policy};
  if (endpoint.endpoint.is_loopback()) out.peer.allow_loopback = true;  // configured so, never discovered
  out.headers = {{"Accept", "application/json"}, {"User-Agent", "vmcpauth"}};
  for (const auto& [name, value] : endpoint.additional_headers) out.headers.set(name, value);
  out.headers.set("Authorization", "Bearer " + request.access_token.reveal());
  return out;
}

Result<UserInfo> read(const config::UserInfoEndpoint& endpoint, const Peer& peer, const UserInfoRequest& request, const http::ClientResponse& response) {
  const std::vector<std::string_view> secrets{request.access_token.reveal()};
  if (response.status != 200) return std::unexpected(status_error(peer, response, secrets));
  auto claims = parse_json_object(response.body, kUserInfoLimits);
  if (!claims) return std::unexpected(with_peer(Error(ErrorCode::BadResponse, "userinfo cannot be read: " + claims.error().message()), peer));
  if (const auto refusal = find_refusal(*claims)) return std::unexpected(refusal_error(peer, *refusal, response.status, secrets));
  const auto& subject_fields = or_default(endpoint.subject_fields, kSubject);
  UserInfo out{resolve_field(*claims, subject_fields), resolve_field(*claims, or_default(endpoint.name_fields, kName)),
               resolve_field(*claims, or_default(endpoint.email_fields, kEmail))};
  if (out.subject.empty()) {
    return std::unexpected(with_peer(Error(ErrorCode::BadResponse, "userinfo names no subject (looked for: " + listed(subject_fields) + ")"), peer));
  }
  return out;
}

}  // namespace

Result<void> check_userinfo(const config::UserInfoEndpoint& endpoint) {
  if (endpoint.http_method != "GET" && endpoint.http_method != "POST") return fail(ErrorCode::InvalidConfig, "userinfo.http_method is neither GET nor POST");
  for (const auto& [name, value] : endpoint.additional_headers) {
    const bool ours = !http::is_passthrough_allowed(name) && http::is_header_name(name);
    if (ours) return fail(ErrorCode::InvalidConfig, "userinfo.additional_headers may not set " + name);
    if (!http::is_header_name(name) || !http::is_header_value(value))
      return fail(ErrorCode::InvalidConfig, "userinfo.additional_headers holds a field that is not a header");
  }
  return {};
}

std::string resolve_field(const Json& claims, const std::vector<std::string>& fields) {
  for (const auto& field : fields) {
    std::optional<Json> value;
    if (const auto it = claims.find(field); it != claims.end()) {
      value = *it;
    } else if (const auto path = JsonPath::parse(field)) {
      value = path->evaluate(claims);
    }
    if (!value) continue;
    if (auto text = scalar_text(*value)) return *std::move(text);
  }
  return "";
}

Task<Result<UserInfo>> ask_userinfo(http::HttpClient& http, const config::UserInfoEndpoint& endpoint, UserInfoRequest request) {
  const Peer peer{request.who, "userinfo endpoint", endpoint.endpoint};
  auto sent = compose(endpoint, request);
  auto response = co_await http.send(std::move(sent));
  if (!response) co_return std::unexpected(with_peer(std::move(response).error(), peer));
  auto info = read(endpoint, peer, request, *response);
  co_return info;
}

}  // namespace vmcpauth::upstream
