// A plain OAuth 2.0 server as upstream: configured endpoints (or those of the metadata it was registered by), and the user
// by identity_from_token, else userinfo, else a name made from the access token (REFERENCE §4). Made by make_provider.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/config/runtime.hpp"
#include "core/upstream/authorization_request.hpp"
#include "core/upstream/grant_client.hpp"
#include "core/upstream/make_provider.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/registrar.hpp"
#include "core/upstream/token_response.hpp"
#include "core/upstream/userinfo.hpp"

namespace vmcpauth::upstream {

// identity_from_token with its paths parsed.
struct IdentityPaths {
  JsonPath subject;
  std::optional<JsonPath> name, email;
  // InvalidConfig names the path.
  [[nodiscard]] static Result<IdentityPaths> make(const config::IdentityFromToken& settings);
};

// BadResponse when there is no usable subject; a missing name or email is left empty.
[[nodiscard]] Result<Identity> identity_from_token(const Json& document, const IdentityPaths& paths);

// `tk-` and 32 hex digits of the access token's SHA-256: the same token gives the same subject, a new one another.
[[nodiscard]] Identity synthetic_identity(const Secret& access_token);

struct OAuth2Plan {
  std::optional<Url> authorization_endpoint, token_endpoint;  // none: the registrar's metadata names it
  std::optional<ResponsePaths> response;
  std::optional<IdentityPaths> identity;
  std::optional<config::UserInfoEndpoint> userinfo;
  ClientCredentials client;
  std::optional<config::DcrSettings> dcr;  // then `client` is empty
};

class OAuth2Provider final : public Provider {
 public:
  OAuth2Provider(Common common, OAuth2Plan plan, const Dependencies& dependencies);

  [[nodiscard]] const std::string& name() const noexcept override { return common_.name; }
  [[nodiscard]] Task<Result<std::string>> authorization_url(Leg leg) override;
  [[nodiscard]] Task<Result<CodeGrant>> finish(CallbackParameters callback, Leg leg) override;
  [[nodiscard]] Task<Result<Tokens>> refresh(Secret refresh_token, std::vector<std::string> scopes) override;

 private:
  // The endpoints and the client of one request, registered and discovered where that is needed.
  struct Server {
    Url authorization_endpoint, token_endpoint;
    ExpectedIssuer issuer;
    ClientCredentials client;
    bool method_is_certain = false;
  };

  [[nodiscard]] Task<Result<Server>> server();
  [[nodiscard]] Task<Result<Identity>> identify(const Json& answer, const Tokens& tokens);
  [[nodiscard]] Result<Tokens> read_tokens(const Json& document, const std::vector<std::string>& asked) const;
  // Passes the error on, and has the client registered again when the provider does not know it any more.
  [[nodiscard]] std::unexpected<Error> refused(Error error, const std::string& client_id);

  const Common common_;
  const OAuth2Plan plan_;
  http::HttpClient& http_;
  const Clock& clock_;
  const Logger& logger_;
  std::optional<Registrar> registrar_;
  GrantClient grants_;
};

}  // namespace vmcpauth::upstream
