// One login from discovery's result to a credential: the client, the scopes, the grant. Stores nothing; ServerTokens decides
// when to log in and keeps what comes of it.
#pragma once

#include "core/client/client_choice.hpp"
#include "core/client/token_client.hpp"

namespace vmcpauth::client {

struct LoginCircumstances {
  Discovery discovery;
  Refusal refusal;                   // of the server; empty when it was not asked
  std::optional<Credential> before;  // of the same server and issuer: its client is used again
  oauth::Scopes keep_scopes;         // a step-up asks for these as well
};

class Login {
 public:
  // `agent` may be null: then only grants without a browser work. All outlive the object.
  Login(Ports ports, UserAgent* agent, Progress& progress) : ports_(ports), agent_(agent), progress_(progress) {}

  // Unsupported (no PKCE, no such grant, no client), Denied (the user or the server said no), BadResponse (state, iss, documents),
  // UpstreamError (any other OAuth error), and what register_client, ask_for_tokens and UserAgent fail with.
  [[nodiscard]] Task<Result<Credential>> run(LoginSettings settings, LoginCircumstances circumstances);
  // The providers the browser went through, when the server told.
  [[nodiscard]] const std::vector<Leg>& legs() const noexcept { return legs_; }

 private:
  struct Attempt;
  [[nodiscard]] Task<Result<TokenAnswer>> by_code(Attempt& attempt);
  [[nodiscard]] Task<Result<TokenAnswer>> by_device(Attempt& attempt);
  [[nodiscard]] Task<Result<TokenAnswer>> by_assertion(Attempt& attempt);
  [[nodiscard]] Task<Result<TokenAnswer>> by_grant(Attempt& attempt);
  [[nodiscard]] Task<Result<Secret>> identity_assertion(const Attempt& attempt);

  Ports ports_;
  UserAgent* agent_;
  Progress& progress_;
  std::vector<Leg> legs_;
};

// The code of the redirect's query; `state` has been looked at already. Denied for access_denied; see upstream::read_callback.
[[nodiscard]] Result<Secret> read_authorization_response(std::string_view query, const oauth::ServerMetadata& server);

}  // namespace vmcpauth::client
