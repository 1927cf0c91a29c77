// `upstream_inject`: the session's access token of one provider as `Authorization: Bearer`. Made by make_outgoing.
#pragma once

#include <string>

#include "core/outgoing/outgoing_auth.hpp"

namespace vmcpauth::outgoing {

class UpstreamInject final : public OutgoingAuth {
 public:
  UpstreamInject(std::string provider, std::string sign_in_hint) : provider_(std::move(provider)), sign_in_hint_(std::move(sign_in_hint)) {}

  [[nodiscard]] Task<Result<http::Headers>> apply(identity::IdentityPtr identity) override;
  [[nodiscard]] Task<Result<http::Headers>> apply_without_identity() override;
  [[nodiscard]] std::string_view strategy() const noexcept override { return "upstream_inject"; }
  [[nodiscard]] std::string_view provider() const noexcept override { return provider_; }

 private:
  std::string provider_, sign_in_hint_;
};

}  // namespace vmcpauth::outgoing
