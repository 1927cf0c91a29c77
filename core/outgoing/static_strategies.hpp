// The strategies that ask nobody: `unauthenticated` adds nothing, `header_injection` (also what a bearerToken becomes)
// adds one configured field. Made by make_outgoing.
#pragma once

#include <memory>

#include "core/base/secret.hpp"
#include "core/config/runtime.hpp"
#include "core/outgoing/outgoing_auth.hpp"

namespace vmcpauth::outgoing {

class Unauthenticated final : public OutgoingAuth {
 public:
  [[nodiscard]] Task<Result<http::Headers>> apply(identity::IdentityPtr identity) override;
  [[nodiscard]] Task<Result<http::Headers>> apply_without_identity() override;
  [[nodiscard]] std::string_view strategy() const noexcept override { return "unauthenticated"; }
  [[nodiscard]] std::string_view provider() const noexcept override { return ""; }
};

class HeaderInjection final : public OutgoingAuth {
 public:
  // InvalidConfig: a name that is no header's or belongs to the connection (Host, framing, hop-by-hop, Forwarded), an
  // empty value, or one with line breaks or other controls.
  [[nodiscard]] static Result<std::unique_ptr<HeaderInjection>> make(const config::HeaderInjection& settings);

  [[nodiscard]] Task<Result<http::Headers>> apply(identity::IdentityPtr identity) override;
  [[nodiscard]] Task<Result<http::Headers>> apply_without_identity() override;
  [[nodiscard]] std::string_view strategy() const noexcept override { return "header_injection"; }
  [[nodiscard]] std::string_view provider() const noexcept override { return ""; }

 private:
  HeaderInjection(std::string name, Secret value) : name_(std::move(name)), value_(std::move(value)) {}
  std::string name_;
  Secret value_;
};

// True for a field a strategy may set: a header name that is not the connection's, the proxy's or MCP's own.
[[nodiscard]] bool is_injectable(std::string_view name) noexcept;

}  // namespace vmcpauth::outgoing
