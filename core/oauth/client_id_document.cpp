#include "core/oauth/client_id_document.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/redirect_uri.hpp"

namespace vmcpauth::oauth {
namespace {

constexpr JsonLimits kDocumentLimits{.max_bytes = 10 * 1024, .max_depth = 16};

std::unexpected<Error> bad_document(std::string message) { return refuse("invalid_client", "client metadata document: " + std::move(message)); }

bool has_dot_segment(std::string_view path) {
  const auto decoded = percent_decode(path);
  if (!decoded) return true;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto segment = rest.substr(0, slash);
    if (segment == "." || segment == "..") return true;
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return false;
}

// Keeps what we speak; nothing given means the default.
Result<std::vector<std::string>> keep(const std::vector<std::string>& given, std::vector<std::string> known, std::string_view required) {
  if (given.empty()) return known;
  std::vector<std::string> kept;
  std::copy_if(given.begin(), given.end(), std::back_inserter(kept),
               [&](const auto& item) { return std::find(known.begin(), known.end(), item) != known.end(); });
  if (std::find(kept.begin(), kept.end(), required) == kept.end()) return bad_document(std::string(required) + " is not among what it declares");
  return kept;
}

}  // namespace

bool is_document_client_id(std::string_view client_id) noexcept {
  return http::equals_ignoring_case(client_id.substr(0, 8), "https://") || http::equals_ignoring_case(client_id.substr(0, 7), "http://");
}

Result<Url> parse_document_url(std::string_view client_id, LoopbackDocuments loopback) {
  auto url = Url::parse(client_id);
  if (!url) return bad_document(url.error().message());
  const bool development = loopback == LoopbackDocuments::Allowed && url->is_loopback();
  if (!url->is_https() && !development) return bad_document("the client_id URL must be https");
  if (url->has_fragment()) return bad_document("the client_id URL has a fragment");
  if (url->path().size() < 2) return bad_document("the client_id URL has no path");
  if (has_dot_segment(url->path())) return bad_document("the client_id URL has a dot segment");
  return url;
}

Result<AcceptedClient> read_client_document(std::string_view json_text, std::string_view client_id, const RegistrationPolicy& policy) {
  const auto object = parse_json_object(json_text, kDocumentLimits);
  if (!object) return bad_document(object.error().message());
  const auto stated = required_string(*object, "client_id");
  if (!stated) return bad_document(stated.error().message());
  if (*stated != client_id) return bad_document("its client_id is not the URL it was fetched from");
  const auto metadata = parse_client_metadata(*object);
  if (!metadata) return bad_document(metadata.error().message());
  // MCP authorization, "Client ID Metadata Documents": it is what people are shown.
  if (metadata->client_name.empty()) return bad_document("it has no client_name");
  // No secret is ever shared with such a client, and we verify no client assertions.
  if (metadata->token_endpoint_auth_method.value_or(std::string(kAuthNone)) != kAuthNone) return bad_document("token_endpoint_auth_method must be none");
  if (object->contains("client_secret") || object->contains("client_secret_expires_at")) return bad_document("it carries a client secret");
  for (const auto& uri : metadata->redirect_uris) {
    const auto checked = check_redirect_uri(uri, RedirectSchemes::WebAndLoopback);
    if (!checked) return bad_document(checked.error().message());
  }
  AcceptedClient client;
  client.redirect_uris = metadata->redirect_uris;
  client.client_name = metadata->client_name;
  client.token_endpoint_auth_method = kAuthNone;
  TRY(client.grant_types, keep(metadata->grant_types, {std::string(kAuthorizationCode), std::string(kRefreshToken)}, kAuthorizationCode));
  TRY(client.response_types, keep(metadata->response_types, {"code"}, "code"));
  auto scopes = resolve_scopes(metadata->scopes, policy);
  if (!scopes) return bad_document(scopes.error().message());
  client.scopes = *std::move(scopes);
  return client;
}

}  // namespace vmcpauth::oauth
