// Client metadata (RFC 7591 §2): what a client says about itself when it registers or in its metadata document, and what
// this kind of server makes of it. Knows nothing of storage.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::oauth {

struct ClientMetadata {
  std::vector<std::string> redirect_uris;
  std::string client_name;
  std::string software_id;
  std::optional<std::string> token_endpoint_auth_method;
  std::vector<std::string> grant_types, response_types;  // empty = not given
  Scopes scopes;                                         // empty = not given
};

// Reads the members we know from a JSON object; unknown ones are ignored (RFC 7591 §2), wrong types refused. `scope` may be a
// string or an array. Bounds: 10 redirect URIs, 256 bytes of name and software id. invalid_redirect_uri, invalid_client_metadata.
[[nodiscard]] Result<ClientMetadata> parse_client_metadata(const Json& object);

struct RegistrationPolicy {
  Scopes scopes_supported;
  Scopes baseline_scopes;  // every client may ask for these, whatever it registered
  bool allow_confidential = false;
  std::vector<std::string> force_confidential_redirect_uris;  // exact; "none" becomes client_secret_post for these
};

// A registration as accepted: defaults filled in, scopes resolved.
struct AcceptedClient {
  std::vector<std::string> redirect_uris;
  std::string client_name;
  std::string token_endpoint_auth_method;  // what the client is told
  bool confidential = false;
  bool forced = false;  // made confidential against its word: takes its secret by either method
  std::vector<std::string> grant_types, response_types;
  Scopes scopes;
};

// RFC 7591 §3.1 by ToolHive's rules: no method means none; confidential ones need permission and https redirects beyond loopback;
// authorization_code must be asked for, nothing but refresh_token beside it; an omitted scope means openid profile email
// offline_access. invalid_redirect_uri, invalid_client_metadata.
[[nodiscard]] Result<AcceptedClient> accept_registration(const ClientMetadata& metadata, const RegistrationPolicy& policy);

// The scopes a client ends up with: what it asked for (checked) or the default set, and the baseline.
[[nodiscard]] Result<Scopes> resolve_scopes(const Scopes& asked, const RegistrationPolicy& policy);

}  // namespace vmcpauth::oauth
