#include "core/upstream/registration_answer.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::size_t kMaxValue = 4096;
constexpr JsonLimits kLimits{256U << 10U, 16};

std::unexpected<Error> bad(const Peer& peer, std::string_view why) {
  return std::unexpected(with_peer(Error(ErrorCode::BadResponse, "the registration answer " + std::string(why)), peer));
}

// RFC 6749 A.1, A.2: VSCHAR.
bool is_credential(std::string_view text) {
  return !text.empty() && text.size() <= kMaxValue && std::all_of(text.begin(), text.end(), [](char c) { return c >= '\x20' && c <= '\x7E'; });
}

Result<Registration> read_members(const Json& document, const Peer& peer, ClientAuthentication asked) {
  const auto id = optional_string(document, "client_id");
  const auto secret = optional_string(document, "client_secret");
  const auto method = optional_string(document, "token_endpoint_auth_method");
  const auto expires = optional_integer(document, "client_secret_expires_at");
  if (!id || !*id || !is_credential(**id)) return bad(peer, "has no usable client_id");
  if (!secret || (*secret && !is_credential(**secret))) return bad(peer, "has an unusable client_secret");
  if (!method) return bad(peer, "has an unusable token_endpoint_auth_method");
  if (!expires) return bad(peer, "has an unusable client_secret_expires_at");
  Registration out{**id, std::nullopt, method->value_or(std::string(to_string(asked))), std::nullopt};
  if (!*secret && !*method) out.token_endpoint_auth_method = "none";
  const bool none = out.token_endpoint_auth_method == "none";
  const bool known = none || out.token_endpoint_auth_method == "client_secret_basic" || out.token_endpoint_auth_method == "client_secret_post";
  if (!known) {
    return fail(ErrorCode::Unsupported,
                peer.who + " registered us for client authentication by " + printable(out.token_endpoint_auth_method, 60) + ", which is not supported");
  }
  if (none) return out;
  if (!*secret) return bad(peer, "has no client_secret for " + out.token_endpoint_auth_method);
  out.client_secret.emplace(**secret);
  constexpr std::int64_t kFarthest = 253'402'300'799;  // the year 9999
  if (*expires && **expires > 0) out.secret_expires_at = from_unix_seconds(std::min(**expires, kFarthest));
  return out;
}

}  // namespace

Result<Registration> read_registration(const http::ClientResponse& response, const Peer& peer, ClientAuthentication asked,
                                       const std::vector<std::string_view>& secrets) {
  if (response.status == 404 || response.status == 405 || response.status == 501) {
    return std::unexpected(Error(ErrorCode::UpstreamError, peer.who + " has no dynamic client registration (HTTP " + std::to_string(response.status) + ")")
                               .note("register a client there by hand and configure client_id instead of dcr_config"));
  }
  if (response.status != 201 && response.status != 200) return std::unexpected(status_error(peer, response, secrets));
  const auto document = parse_json_object(response.body, kLimits);
  if (!document) return bad(peer, "cannot be read: " + document.error().message());
  if (const auto refusal = find_refusal(*document)) return std::unexpected(refusal_error(peer, *refusal, response.status, secrets));
  return read_members(*document, peer, asked);
}

}  // namespace vmcpauth::upstream
