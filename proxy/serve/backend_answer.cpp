#include "proxy/serve/backend_answer.hpp"

#include "proxy/exchange.hpp"

namespace vmcpauth::proxy {

http::Response no_credential_response(const Error& error, const identity::ChallengeContext& challenge) {
  switch (error.code()) {
    case ErrorCode::UpstreamToken: {
      auto refusal = identity::Challenge::refused(Error(error));
      refusal.description = error.message();
      return identity::challenge_response(refusal, challenge);
    }
    case ErrorCode::Unavailable: return error_response(503, "temporarily_unavailable", "The session store does not answer.");
    case ErrorCode::Timeout: return error_response(504, "token_exchange_failed", "The token service of this backend did not answer in time.");
    default: return error_response(502, "token_exchange_failed", "No credential for this backend could be obtained: " + error.message() + ".");
  }
}

std::optional<http::Response> screen_backend_answer(const MountedBackend& backend, int status, http::Headers& headers, std::string& reason) {
  const std::string challenge(headers.get("www-authenticate").value_or(""));
  headers.remove("www-authenticate");
  headers.remove("set-cookie");
  if (status != 401) return std::nullopt;
  const auto provider = backend.auth->provider();
  const std::string whose =
      provider.empty() ? "the credential of strategy " + std::string(backend.auth->strategy()) : "the token of provider \"" + std::string(provider) + "\"";
  reason = "backend answered 401" + (challenge.empty() ? std::string() : ": " + printable(challenge));
  return error_response(502, "backend_unauthorized", "Backend \"" + backend.name + "\" refused " + whose + ".");
}

}  // namespace vmcpauth::proxy
