// The rules: what a configuration that is well-formed can still have wrong (REFERENCE §7, RFC THV-0053/0054).
// Each reports everything it finds and changes nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/server_plan.hpp"

namespace vmcpauth::config {

// What is known about an authorization server from where it is used.
struct AuthServerContext {
  const Texts* allowed_audiences = nullptr;                    // none: not known here
  const std::vector<std::string>* scopes_supported = nullptr;  // none: ToolHive's default
  bool scopes_known = true;
};

// V-05: the authorization server by itself. `at` is where it is defined.
void check_auth_server(const AuthServerSpec& server, Span at, const AuthServerContext& context, Diagnostics& diagnostics);
void check_upstreams(const AuthServerSpec& server, Span at, Diagnostics& diagnostics);
void check_delegation(const AuthServerSpec& server, const AuthServerContext& context, Diagnostics& diagnostics);

// One strategy by itself: the block that belongs to its type, and what the block needs.
void check_strategy(const StrategySpec& strategy, Span at, Spelling spelling, Diagnostics& diagnostics);

// A header that configuration sets: no header name, or one that belongs to the proxy (header_injection, headerForward).
void check_injected_header(const Text& header, Diagnostics& diagnostics);

// The CEL of a trusted issuer's actorMatcher.
void check_actor_matcher(const Text& matcher, std::string_view field, Diagnostics& diagnostics);

// V-01…V-04, V-06, V-07 and everything else that needs the whole server.
void check_server(const ServerPlan& plan, Purpose purpose, Diagnostics& diagnostics);

// Every resource by itself and its references: MCPExternalAuthConfig, MCPOIDCConfig, MCPServer, MCPRemoteProxy,
// MCPServerEntry, references to Secrets. Secrets in `overlay` count as there.
void check_resources(const Inventory& inventory, const Overlay& overlay, Purpose purpose, Diagnostics& diagnostics);

// ---- shared by the rules ----

// The name of a field as the reader of this spelling knows it.
[[nodiscard]] std::string_view spelled(Spelling spelling, std::string_view manifest, std::string_view run_config) noexcept;

struct BlockChoice {
  std::string_view type;   // value of `type` that this block belongs to
  std::string_view field;  // name of the block
  Span key;                // valid when the block is written
};
// The block of the type must be there; others are errors (or warnings where ToolHive ignores them).
void check_blocks(const Text& type, std::span<const BlockChoice> choices, Span owner, Severity others, Diagnostics& diagnostics);

// What is wrong with an issuer identifier, or nothing.
struct IssuerForm {
  bool allow_http = false;
  bool loopback_exempt = true;
  bool allow_trailing_slash = false;
};
[[nodiscard]] std::optional<std::string> issuer_problem(std::string_view issuer, const IssuerForm& form);
// What is wrong with an endpoint URL (https, or http on loopback or when allowed).
[[nodiscard]] std::optional<std::string> endpoint_problem(std::string_view url, bool allow_http);
// What is wrong with a redirect URI of ours.
[[nodiscard]] std::optional<std::string> redirect_problem(std::string_view uri, bool allow_http);
// What is wrong with an audience (RFC 8707 resource).
[[nodiscard]] std::optional<std::string> audience_problem(std::string_view audience);

}  // namespace vmcpauth::config
