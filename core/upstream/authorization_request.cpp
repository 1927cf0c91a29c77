#include "core/upstream/authorization_request.hpp"

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/oauth/pkce.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::array<std::string_view, 10> kProtocolParameters{"response_type", "client_id",      "redirect_uri",          "scope",   "state",
                                                               "nonce",         "code_challenge", "code_challenge_method", "request", "request_uri"};
constexpr std::size_t kMaxCode = 8U << 10U;

bool is_protocol_parameter(std::string_view name) {
  return std::find(kProtocolParameters.begin(), kProtocolParameters.end(), name) != kProtocolParameters.end();
}

}  // namespace

Result<void> check_additional_parameters(const config::StringMap& parameters) {
  for (const auto& [name, value] : parameters) {
    if (name.empty()) return fail(ErrorCode::InvalidConfig, "additional_authorization_params has a parameter without a name");
    if (is_protocol_parameter(name)) return fail(ErrorCode::InvalidConfig, "additional_authorization_params may not set " + name + ": the protocol does");
    if (name == "response_mode" && value != "query")
      return fail(ErrorCode::InvalidConfig, "additional_authorization_params: the callback reads response_mode query only");
  }
  return {};
}

Result<void> check_authorization_endpoint(const Url& endpoint) {
  if (endpoint.has_fragment()) return fail(ErrorCode::InvalidConfig, "the authorization endpoint has a fragment");
  const auto fields = form_decode(endpoint.query());
  if (!fields) return fail(ErrorCode::InvalidConfig, "the authorization endpoint's query cannot be read");
  for (const auto& [name, value] : *fields) {
    if (is_protocol_parameter(name)) return fail(ErrorCode::InvalidConfig, "the authorization endpoint's query sets " + name + ": the protocol does");
  }
  return {};
}

std::string authorization_url(const AuthorizationRequest& request, const Leg& leg) {
  FormFields fields{{"response_type", "code"}, {"client_id", request.client_id}, {"redirect_uri", request.redirect_uri}};
  if (!request.scopes.empty()) fields.emplace_back("scope", oauth::join_scope(request.scopes));
  fields.emplace_back("state", leg.state);
  if (request.with_nonce) fields.emplace_back("nonce", leg.nonce);
  fields.emplace_back("code_challenge", oauth::s256_challenge(leg.pkce_verifier.reveal()));
  fields.emplace_back("code_challenge_method", oauth::kPkceMethod);
  for (const auto& [name, value] : request.additional) fields.emplace_back(name, value);
  return append_query(request.endpoint.text(), fields);
}

Result<std::string> read_callback(const CallbackParameters& callback, const ExpectedIssuer& expected, const Peer& peer) {
  if (!expected.issuer.empty()) {
    if (callback.iss && *callback.iss != expected.issuer) {
      return fail(ErrorCode::BadResponse, "the callback to " + peer.who + " names another issuer, \"" + printable(*callback.iss, 200) + "\" (RFC 9207)");
    }
    if (!callback.iss && expected.iss_parameter_promised) {
      return fail(ErrorCode::BadResponse, "the callback to " + peer.who + " lacks the iss parameter its metadata promises (RFC 9207)");
    }
  }
  if (callback.error) {
    const Refusal refusal{*callback.error, callback.error_description.value_or(""), callback.error_uri.value_or("")};
    std::vector<std::string_view> secrets;
    if (callback.code) secrets.emplace_back(*callback.code);
    return std::unexpected(refusal_error(peer, refusal, 0, secrets));
  }
  if (!callback.code || callback.code->empty()) return fail(ErrorCode::BadResponse, peer.who + " came back with neither a code nor an error");
  if (callback.code->size() > kMaxCode) return fail(ErrorCode::BadResponse, peer.who + " came back with a code that is too long");
  return *callback.code;
}

}  // namespace vmcpauth::upstream
