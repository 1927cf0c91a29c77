// One RFC 7662 question asked to see the whole answer (identity::Introspector only keeps what it needs to let a request in).
// Used by `token inspect` for opaque tokens.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/base/json.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/upstream/token_endpoint.hpp"

namespace vmcpauth::inspect {

struct IntrospectionTarget {
  std::variant<Url, std::string> endpoint;  // or the issuer whose metadata names it
  upstream::ClientCredentials client;
  http::PeerPolicy peer;
  std::string who;  // "provider \"okta\""
};

// Where the configuration lets a token of this upstream be introspected; `provider` "" = the incoming one. nullopt: nowhere.
[[nodiscard]] std::optional<IntrospectionTarget> introspection_by_configuration(const config::Runtime& runtime, std::string_view provider);

// The answer: an object with `active`. NotFound when the metadata names no endpoint; else as ask_token_endpoint.
[[nodiscard]] Task<Result<Json>> introspect(IntrospectionTarget target, Secret token, http::HttpClient& client);

}  // namespace vmcpauth::inspect
