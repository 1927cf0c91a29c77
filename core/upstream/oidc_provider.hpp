// An OpenID provider as upstream (OpenID Connect Core, Discovery; RFC 9207): endpoints by discovery on first use, the
// user by a validated ID token. Made by make_provider.
#pragma once

#include <memory>
#include <string>

#include "core/config/runtime.hpp"
#include "core/oauth/jwks_source.hpp"
#include "core/oauth/metadata_source.hpp"
#include "core/upstream/grant_client.hpp"
#include "core/upstream/id_token.hpp"
#include "core/upstream/make_provider.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/userinfo.hpp"

namespace vmcpauth::upstream {

class OidcProvider final : public Provider {
 public:
  OidcProvider(Common common, config::OidcSettings settings, ClientCredentials client, const Dependencies& dependencies);

  [[nodiscard]] const std::string& name() const noexcept override { return common_.name; }
  [[nodiscard]] Task<Result<std::string>> authorization_url(Leg leg) override;
  [[nodiscard]] Task<Result<CodeGrant>> finish(CallbackParameters callback, Leg leg) override;
  [[nodiscard]] Task<Result<Tokens>> refresh(Secret refresh_token, std::vector<std::string> scopes) override;

 private:
  using Metadata = oauth::ServerMetadataPtr;

  // The metadata, with the endpoints this room cannot do without. Errors of discovery; BadResponse.
  [[nodiscard]] Task<Result<Metadata>> metadata();
  [[nodiscard]] Task<Result<IdTokenIdentity>> verified(Metadata metadata, const Tokens& tokens, std::optional<std::string> nonce);
  [[nodiscard]] Task<Result<Identity>> complete(IdTokenIdentity asserted, Secret access_token);
  [[nodiscard]] TokenTarget target(const oauth::ServerMetadata& metadata) const;
  [[nodiscard]] Result<Tokens> read_tokens(const Json& document, const std::vector<std::string>& asked) const;

  const Common common_;
  const config::OidcSettings settings_;
  const ClientCredentials client_;
  http::HttpClient& http_;
  const Clock& clock_;
  std::shared_ptr<oauth::MetadataSource> metadata_;
  oauth::JwksSource keys_;
  GrantClient grants_;
};

}  // namespace vmcpauth::upstream
