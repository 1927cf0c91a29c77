// The doctor's steps, in the order they are taken. Each looks, writes down what it saw and what is wrong, and passes on what the
// next ones need. None needs a credential but the last three.
#pragma once

#include "core/doctor/patient.hpp"

namespace vmcpauth::doctor {

// Is anybody there, over TLS that holds, with a clock like ours? And the refusal of a request without a credential.
[[nodiscard]] Task<Step> reach_server(Patient& patient);
[[nodiscard]] Task<Step> read_challenge(Patient& patient);
// A foreign Origin must be 403.
[[nodiscard]] Task<Step> check_origin(Patient& patient);

// RFC 9728: found where, about which resource, readable for web clients.
[[nodiscard]] Task<Step> find_resource_metadata(Patient& patient);
// RFC 8414 and OpenID Connect Discovery for one issuer: order, exact issuer, endpoints, PKCE, ways to register.
[[nodiscard]] Task<Step> find_server_metadata(Patient& patient, std::string issuer);
// The keys behind jwks_uri of the issuer that matters.
[[nodiscard]] Task<Step> read_keys(Patient& patient);
// An unknown client with a foreign redirect URI must not be redirected.
[[nodiscard]] Task<Step> check_redirects(Patient& patient);

// The held token, decoded: audience, issuer, times, scopes, signature.
[[nodiscard]] Task<Step> read_token(Patient& patient);
// MCP with the credential.
[[nodiscard]] Task<Step> make_real_request(Patient& patient);
// Our own `serve` says how the session stands with each provider.
[[nodiscard]] Task<Step> look_at_providers(Patient& patient);

// All of them.
[[nodiscard]] Task<Report> examine(Patient& patient);

}  // namespace vmcpauth::doctor
