// One request's way through credential, refusal and second try; what AuthorizingHttpClient and AuthorizingStreamingClient
// have in common. Keeps the limits: at most two renewals (refresh, then login), one step-up for each set of scopes, two in
// all, one DPoP nonce in a row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/random.hpp"
#include "core/client/token_source.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::client {

// What all requests to one server share. Thread-safe; outlives them.
class ServerAccess {
 public:
  // `server` is the MCP endpoint: only requests to it (any query) or below it carry the credential.
  ServerAccess(Url server, TokenSource& tokens, const Clock& clock, Random& random)
      : server_(std::move(server)), tokens_(tokens), clock_(clock), random_(random) {}

  [[nodiscard]] bool covers(const Url& url) const;
  [[nodiscard]] TokenSource& tokens() noexcept { return tokens_; }
  // The DPoP nonce the server gave last (RFC 9449 §9); "" = none.
  [[nodiscard]] std::string nonce() const;
  void remember_nonce(std::string nonce);
  // How far the server's clock is from ours; "" when not far, or not said.
  [[nodiscard]] std::string clock_note(const http::Headers& headers) const;
  [[nodiscard]] Result<std::string> proof(const AccessToken& token, const std::string& method, const Url& url) const;

 private:
  Url server_;
  TokenSource& tokens_;
  const Clock& clock_;
  Random& random_;
  Guarded<std::string> nonce_;
};

class AuthorizedRequest {
 public:
  AuthorizedRequest(ServerAccess& access, std::string method, Url url) : access_(access), method_(std::move(method)), url_(std::move(url)) {}

  // Sets Authorization (and DPoP) for the next try; the caller's own are replaced. Leaves requests to other places as they are.
  [[nodiscard]] Task<Result<http::Headers>> authorize(http::Headers headers);
  // Looks at an answer's head: true when the request should be made once more, after authorize(). What cannot be helped is
  // an error: Unauthenticated (not signed in, or refused after a login), Forbidden (scopes), and whatever the login ran into.
  // A 403 without insufficient_scope is an answer like any other.
  [[nodiscard]] Task<Result<bool>> should_try_again(int status, http::Headers headers);
  // There was no answer.
  [[nodiscard]] Task<void> give_up(Error error);

 private:
  [[nodiscard]] Task<Result<bool>> judge(int status, http::Headers headers);
  [[nodiscard]] Task<Result<bool>> after_unauthorized(Refusal refusal);
  [[nodiscard]] Task<Result<bool>> after_insufficient_scope(Refusal refusal);
  [[nodiscard]] bool nonce_changed(const http::Headers& headers);

  ServerAccess& access_;
  std::string method_;
  Url url_;
  std::optional<AccessToken> token_;
  bool asked_ = false;
  bool nonce_tried_ = false;
  int renewals_ = 0;
  std::string clock_note_;  // of the last refusal
  std::vector<oauth::Scopes> stepped_up_;
};

}  // namespace vmcpauth::client
