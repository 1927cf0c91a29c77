#include "core/client/authorized_request.hpp"

#include <algorithm>

#include "core/client/protected_resource.hpp"
#include "core/client/refusal.hpp"
#include "core/http/date.hpp"

namespace vmcpauth::client {
namespace {

constexpr int kMaxRenewals = 2;
constexpr std::size_t kMaxStepUps = 2;
constexpr std::size_t kMaxNonce = 1024;

std::string words_of(const Refusal& refusal) {
  std::string out = refusal.error;
  if (!refusal.description.empty()) out += (out.empty() ? "\"" : ": \"") + refusal.description + "\"";
  return out;
}

}  // namespace

bool ServerAccess::covers(const Url& url) const { return is_below(url, server_); }

std::string ServerAccess::nonce() const {
  return nonce_.with([](const std::string& nonce) { return nonce; });
}

void ServerAccess::remember_nonce(std::string nonce) {
  nonce_.with([&](std::string& kept) { kept = std::move(nonce); });
}

std::string ServerAccess::clock_note(const http::Headers& headers) const { return http::clock_difference(headers, clock_.now()); }

Result<std::string> ServerAccess::proof(const AccessToken& token, const std::string& method, const Url& url) const {
  return token.key->proof({method, url, token.value.reveal(), nonce()}, clock_.now(), random_);
}

Task<Result<http::Headers>> AuthorizedRequest::authorize(http::Headers headers) {
  if (!access_.covers(url_)) co_return headers;
  if (!asked_) {
    asked_ = true;
    CO_TRY(token_, co_await access_.tokens().current());
  }
  headers.remove("authorization");
  headers.remove("dpop");
  if (!token_) co_return headers;
  headers.set("Authorization", (token_->key ? "DPoP " : "Bearer ") + token_->value.reveal());
  if (token_->key) {
    CO_TRY(auto proof, access_.proof(*token_, method_, url_));
    headers.set("DPoP", std::move(proof));
  }
  co_return headers;
}

// A nonce comes with refusals and, for the next request, with any answer (RFC 9449 §8.2, §9).
bool AuthorizedRequest::nonce_changed(const http::Headers& headers) {
  const auto nonce = headers.get("dpop-nonce");
  if (!nonce || nonce->empty() || nonce->size() > kMaxNonce || headers.count("dpop-nonce") > 1) return false;
  const bool changed = access_.nonce() != *nonce;
  if (changed) access_.remember_nonce(std::string(*nonce));
  return changed;
}

Task<Result<bool>> AuthorizedRequest::should_try_again(int status, http::Headers headers) {
  if (!access_.covers(url_)) co_return false;
  auto again = co_await judge(status, std::move(headers));
  if (again && *again) co_return again;
  Result<int> outcome = again ? Result<int>(status) : Result<int>(std::unexpected(again.error()));
  co_await access_.tokens().settled(std::move(outcome));
  co_return again;
}

Task<void> AuthorizedRequest::give_up(Error error) {
  if (!access_.covers(url_)) co_return;
  Result<int> outcome = std::unexpected(std::move(error));
  co_await access_.tokens().settled(std::move(outcome));
}

Task<Result<bool>> AuthorizedRequest::judge(int status, http::Headers headers) {
  const bool fresh_nonce = nonce_changed(headers);
  if (status != 401 && status != 403) co_return false;
  auto refusal = read_refusal(headers);
  if (status == 401 && refusal.error == "use_dpop_nonce" && token_ && token_->key) {
    if (!fresh_nonce || nonce_tried_) co_return fail(ErrorCode::BadResponse, url_.origin() + " asks for a DPoP nonce and does not accept its own");
    nonce_tried_ = true;
    co_return true;
  }
  nonce_tried_ = false;
  if (status == 401) {
    clock_note_ = access_.clock_note(headers);
    auto again = co_await after_unauthorized(std::move(refusal));
    co_return again;
  }
  if (refusal.error != "insufficient_scope") co_return false;
  auto again = co_await after_insufficient_scope(std::move(refusal));
  co_return again;
}

Task<Result<bool>> AuthorizedRequest::after_unauthorized(Refusal refusal) {
  if (renewals_ == kMaxRenewals) {
    Error error(ErrorCode::Unauthenticated, url_.origin() + " refuses the token of a login that just succeeded");
    if (auto words = words_of(refusal); !words.empty()) error = std::move(error).note("it says " + std::move(words));
    if (!clock_note_.empty()) error = std::move(error).note(clock_note_);
    co_return std::unexpected(std::move(error).note("'vmcpauth doctor " + url_.text() + "' shows what it expects"));
  }
  ++renewals_;
  std::optional<AccessToken> refused;
  if (token_) refused = token_->clone();
  CO_TRY(token_, co_await access_.tokens().renew(std::move(refusal), std::move(refused)));
  co_return true;
}

Task<Result<bool>> AuthorizedRequest::after_insufficient_scope(Refusal refusal) {
  const bool known = std::ranges::find(stepped_up_, refusal.scopes) != stepped_up_.end();
  if (known || stepped_up_.size() == kMaxStepUps) {
    Error error(ErrorCode::Forbidden,
                url_.origin() + " still refuses for lack of scope after a login that asked for \"" + oauth::join_scope(refusal.scopes) + "\"");
    if (!refusal.description.empty()) error = std::move(error).note("it says \"" + refusal.description + "\"");
    co_return std::unexpected(std::move(error));
  }
  stepped_up_.push_back(refusal.scopes);
  CO_TRY(token_, co_await access_.tokens().step_up(std::move(refusal)));
  co_return true;
}

}  // namespace vmcpauth::client
