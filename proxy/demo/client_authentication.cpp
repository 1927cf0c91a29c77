#include <utility>

#include "core/base/encoding.hpp"
#include "proxy/demo/parameters.hpp"
#include "proxy/demo/provider_context.hpp"

namespace vmcpauth::proxy {
namespace {

struct Credential {
  std::string client_id;
  std::optional<Secret> secret;
};

// RFC 6749 §2.3.1: id and secret are form-encoded before they go into Basic.
Result<std::string> form_decoded(std::string_view text) {
  TRY(auto fields, form_decode("v=" + std::string(text)));
  if (fields.size() != 1) return fail(ErrorCode::InvalidInput, "a separator that is not encoded");
  return std::move(fields.front().second);
}

Result<Credential> basic_credential(const http::Request& request) {
  constexpr std::string_view kScheme = "basic ";
  const auto bad = [] { return oauth_fail("invalid_client", "the Authorization header is no Basic credential"); };
  const auto value = *request.headers.get("Authorization");
  if (request.headers.count("Authorization") != 1 || value.size() < kScheme.size()) return bad();
  if (!http::equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return bad();
  const auto decoded = base64_decode(value.substr(kScheme.size()));
  if (!decoded) return bad();
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return bad();
  auto id = form_decoded(std::string_view(*decoded).substr(0, colon));
  auto secret = form_decoded(std::string_view(*decoded).substr(colon + 1));
  if (!id || !secret) return bad();
  return Credential{*std::move(id), Secret(*std::move(secret))};
}

Result<Credential> credential_of(const http::Request& request, const Parameters& form) {
  auto secret = form.get("client_secret");
  if (request.headers.contains("Authorization")) {
    if (secret) return oauth_fail("invalid_request", "the client authenticates in two ways");
    TRY(auto credential, basic_credential(request));
    if (form.get("client_id").value_or(credential.client_id) != credential.client_id) {
      return oauth_fail("invalid_request", "client_id names another client than the Authorization header");
    }
    return credential;
  }
  Credential credential{.client_id = form.get_or_empty("client_id"), .secret = {}};
  if (secret) credential.secret = Secret(*std::move(secret));
  return credential;
}

}  // namespace

ClientPtr ProviderContext::client(const std::string& client_id) {
  for (const auto& known : clients) {
    if (known->client_id == client_id) return known;
  }
  return state.registered_client(client_id);
}

Result<ClientPtr> authenticate_client(ProviderContext& context, const http::Request& request, const Parameters& form) {
  TRY(const auto credential, credential_of(request, form));
  auto client = credential.client_id.empty() ? nullptr : context.client(credential.client_id);
  if (client == nullptr) return oauth_fail("invalid_client", "the client is unknown");
  if (!client->client_secret) {
    if (credential.secret) return oauth_fail("invalid_client", "the client is public and has no secret");
    return client;
  }
  if (!credential.secret || !client->client_secret->equals(credential.secret->reveal())) {
    return oauth_fail("invalid_client", "the client secret is missing or wrong");
  }
  return client;
}

}  // namespace vmcpauth::proxy
