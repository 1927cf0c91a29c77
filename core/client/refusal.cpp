#include "core/client/refusal.hpp"

#include "core/base/encoding.hpp"
#include "core/http/auth_challenge.hpp"
#include "core/oauth/redaction.hpp"

namespace vmcpauth::client {
namespace {

const http::AuthChallenge* choose(const std::vector<http::AuthChallenge>& challenges) {
  const http::AuthChallenge* best = nullptr;
  for (const auto& challenge : challenges) {
    if (challenge.scheme != "bearer" && challenge.scheme != "dpop") continue;
    if (best == nullptr || (!best->get("resource_metadata") && challenge.get("resource_metadata"))) best = &challenge;
  }
  return best;
}

}  // namespace

Refusal read_refusal(const http::Headers& headers) {
  Refusal out;
  const auto challenges = http::read_challenges(headers);
  const auto* challenge = choose(challenges);
  if (challenge == nullptr) return out;
  out.dpop = challenge->scheme == "dpop";
  if (const auto text = challenge->get("resource_metadata")) {
    if (auto url = Url::parse(*text); url && !url->has_fragment()) out.resource_metadata = *std::move(url);
  }
  if (const auto text = challenge->get("scope")) {
    if (auto scopes = oauth::parse_scope(*text)) out.scopes = *std::move(scopes);
  }
  out.error = printable(challenge->get("error").value_or(""), 100);
  out.description = oauth::redact(challenge->get("error_description").value_or(""), 300);
  return out;
}

}  // namespace vmcpauth::client
