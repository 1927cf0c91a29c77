// What a demo backend learns from the bearer token of a request, for `whoami` and for its own gate: claims and whether the
// signature stands, never the token itself. Internal to proxy/demo.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.hpp"
#include "core/http/message.hpp"
#include "proxy/demo/mcp_backend.hpp"
#include "proxy/demo/trusted_issuers.hpp"

namespace vmcpauth::proxy {

struct BearerReport {
  enum class State : std::uint8_t { None, Malformed, Opaque, Unverified, Verified };
  State state = State::None;
  std::string why;               // fixed text: why it is not verified
  std::string provider;          // display name of a known issuer; "" = unknown
  Json claims = Json::object();  // of a JWT, verified or not
};

// `required` narrows what counts as verified to its issuer and audience.
[[nodiscard]] BearerReport report_bearer(const http::Request& request, const TrustedIssuers& trust, const std::optional<RequiredToken>& required,
                                         TimePoint now);

// The structured answer of `whoami`.
[[nodiscard]] Json whoami_json(const BearerReport& report, const std::string& backend, TimePoint now);
// The same for people.
[[nodiscard]] std::string whoami_text(const Json& whoami);

}  // namespace vmcpauth::proxy
