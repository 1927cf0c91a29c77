// An upstream identity provider with a script: remembers the legs it was sent and answers what the test says.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/url.hpp"
#include "core/upstream/provider.hpp"

namespace vmcpauth::test {

class FakeProvider final : public upstream::Provider {
 public:
  explicit FakeProvider(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

  [[nodiscard]] Task<Result<std::string>> authorization_url(upstream::Leg leg) override {
    if (url_error) co_return std::unexpected(*url_error);
    const std::string url = append_query("https://" + name_ + ".test/authorize", {{"state", leg.state}, {"nonce", leg.nonce}});
    legs.push_back(std::move(leg));
    co_return url;
  }

  [[nodiscard]] Task<Result<upstream::CodeGrant>> finish(upstream::CallbackParameters callback, upstream::Leg leg) override {
    callbacks.push_back(callback);
    finished.push_back(leg.clone());
    if (callback.error) co_return fail_with(ErrorCode::UpstreamError, "the provider refused", *callback.error, callback.error_description.value_or(""));
    if (finish_error) co_return std::unexpected(*finish_error);
    if (!callback.code) co_return fail(ErrorCode::BadResponse, "no code");
    upstream::CodeGrant grant;
    grant.tokens.access_token = Secret(name_ + "-access-" + std::to_string(finished.size()));
    if (gives_refresh_token) grant.tokens.refresh_token = Secret(name_ + "-refresh-" + std::to_string(finished.size()));
    grant.tokens.id_token = Secret(name_ + "-id");
    grant.tokens.expires_at = expires_at;
    grant.identity = {subject, user_name, email, synthetic};
    co_return grant;
  }

  [[nodiscard]] Task<Result<upstream::Tokens>> refresh(Secret refresh_token, std::vector<std::string> scopes) override {
    refreshed.push_back(refresh_token.reveal());
    if (refresh_error) co_return std::unexpected(*refresh_error);
    upstream::Tokens tokens;
    tokens.access_token = Secret(name_ + "-refreshed");
    tokens.expires_at = refreshed_expires_at;
    tokens.scopes = std::move(scopes);
    co_return tokens;
  }

  // -- script
  std::string subject = "subject", user_name = "Ada", email = "ada@example.test";
  bool synthetic = false, gives_refresh_token = true;
  std::optional<TimePoint> expires_at, refreshed_expires_at;
  std::optional<Error> url_error, finish_error, refresh_error;
  // -- memory
  std::vector<upstream::Leg> legs, finished;
  std::vector<upstream::CallbackParameters> callbacks;
  std::vector<std::string> refreshed;

  [[nodiscard]] static std::unexpected<Error> fail_with(ErrorCode code, std::string message, std::string oauth_code, std::string words) {
    return std::unexpected(Error(code, std::move(message)).note(std::move(words)).with_oauth_code(std::move(oauth_code)));
  }

 private:
  std::string name_;
};

}  // namespace vmcpauth::test
