// The sequential login: one leg an upstream, in configured order, until every one has live tokens in this session; then the
// authorization code. Each leg has its own state, PKCE verifier and nonce; the client's request and the session travel along in
// the pending record.
#pragma once

#include <optional>
#include <string>

#include "core/authserver/client_directory.hpp"
#include "core/authserver/context.hpp"
#include "core/authserver/failure_reports.hpp"
#include "core/authserver/login_progress.hpp"
#include "core/authserver/walkthrough.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::authserver {

class LoginChain {
 public:
  LoginChain(const Context& context, ClientDirectory& clients, FailureReports& failures, Walkthrough& walkthrough, LoginProgress& progress)
      : context_(context), clients_(clients), failures_(failures), walkthrough_(walkthrough), progress_(progress) {}

  // Redirects the browser to the first upstream. `login` holds the client's request, checked; session and cookie are made here.
  // `progress_challenge` is what the client will ask for the login's progress with; "" = it will not.
  [[nodiscard]] Task<http::Response> begin(store::PendingAuthorization login, const http::Headers& request, std::string progress_challenge);

  // A provider sent the browser back for this (consumed) leg: exchange, store, and on to the next upstream or the client.
  // `cookie` is the login cookie's value, already checked.
  [[nodiscard]] Task<http::Response> finish_leg(store::PendingAuthorization leg, upstream::CallbackParameters callback, std::string cookie);

  // A login that waited at a page goes on to `login.provider`, or ends as the user wished.
  [[nodiscard]] Task<http::Response> resume(store::PendingAuthorization login, std::string cookie, bool go_on);

 private:
  // What is needed of a login to end it.
  struct Remains {
    std::string session_id, client_id, redirect_uri, state, provider, browser_binding;
  };
  [[nodiscard]] static Remains remains_of(const store::PendingAuthorization& leg);
  // Its tokens go, the client gets an OAuth error, the developer the reason.
  [[nodiscard]] Task<http::Response> fail_login(Remains login, Error error);
  [[nodiscard]] Task<Result<http::Response>> proceed(store::PendingAuthorization leg, upstream::CallbackParameters callback, std::string cookie);
  // Asks the user first where the answer would leave this machine.
  [[nodiscard]] Task<Result<http::Response>> first_step(store::PendingAuthorization login, upstream::Provider& first, std::string cookie);
  [[nodiscard]] Task<Result<http::Response>> on_to(store::PendingAuthorization leg, upstream::Provider& next, std::string cookie);
  [[nodiscard]] Task<Result<http::Response>> start_leg(store::PendingAuthorization carried, upstream::Provider& provider, std::string cookie);
  [[nodiscard]] Task<Result<store::PendingAuthorization>> settle_user(store::PendingAuthorization leg, upstream::Identity identity);
  [[nodiscard]] Task<Result<void>> store_tokens(const store::PendingAuthorization& leg, upstream::CodeGrant granted);
  // The first upstream without live tokens, refreshing expired ones on the way; null when none is missing.
  [[nodiscard]] Task<Result<upstream::Provider*>> next_upstream(const store::PendingAuthorization& leg);
  [[nodiscard]] Task<Result<bool>> refresh(const store::PendingAuthorization& leg, upstream::Provider& provider, store::UpstreamTokens row);
  [[nodiscard]] Task<Result<void>> verify_first_leg(const store::PendingAuthorization& leg);
  [[nodiscard]] Task<Result<http::Response>> issue_code(store::PendingAuthorization leg);
  [[nodiscard]] upstream::Provider* provider_named(std::string_view name) const;
  [[nodiscard]] LoginCookie cookie_of(const store::PendingAuthorization& leg) const;
  void note_leg(LogLevel level, EventKind kind, const store::PendingAuthorization& leg, std::string detail = {}) const;

  const Context& context_;
  ClientDirectory& clients_;
  FailureReports& failures_;
  Walkthrough& walkthrough_;
  LoginProgress& progress_;
};

// An authorization response (RFC 6749 §4.1.2) on its way to the client: the fields, `state` when there was one, and `iss`
// (RFC 9207) in every one of them.
[[nodiscard]] http::Response to_client(const Context& context, const std::string& redirect_uri, const std::string& state, FormFields fields);
[[nodiscard]] http::Response error_to_client(const Context& context, const std::string& redirect_uri, const std::string& state, const Error& error);

}  // namespace vmcpauth::authserver
