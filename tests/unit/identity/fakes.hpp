// An upstream provider and session rows for the tests of this room.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/store/memory_store.hpp"
#include "core/upstream/provider.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gate.hpp"

namespace vmcpauth::test {

class FakeProvider final : public upstream::Provider {
 public:
  using Answer = std::function<Result<upstream::Tokens>(const std::string& refresh_token)>;

  explicit FakeProvider(std::string name) : name_(std::move(name)) {}
  Answer answer;
  Gate gate;
  std::vector<std::string> redeemed;  // refresh tokens, in order

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] Task<Result<std::string>> authorization_url(upstream::Leg /*leg*/) override { co_return fail(ErrorCode::Internal, "not used here"); }
  [[nodiscard]] Task<Result<upstream::CodeGrant>> finish(upstream::CallbackParameters /*callback*/, upstream::Leg /*leg*/) override {
    co_return fail(ErrorCode::Internal, "not used here");
  }
  [[nodiscard]] Task<Result<upstream::Tokens>> refresh(Secret refresh_token, std::vector<std::string> /*scopes*/) override {
    redeemed.push_back(refresh_token.reveal());
    co_await gate.pass();
    auto result = answer(refresh_token.reveal());
    co_return result;
  }

 private:
  std::string name_;
};

inline upstream::Tokens tokens(const std::string& access, const std::string& refresh, std::optional<TimePoint> expires_at, const std::string& id = {}) {
  return {.access_token = Secret(access), .refresh_token = Secret(refresh), .id_token = Secret(id), .expires_at = expires_at, .scopes = {}};
}

inline store::UpstreamTokens row(const std::string& provider, const std::string& access, const std::string& refresh, std::optional<TimePoint> expires_at) {
  store::UpstreamTokens out;
  out.provider = provider;
  out.access_token = Secret(access);
  out.refresh_token = Secret(refresh);
  out.id_token = Secret("id-of-" + provider);
  out.expires_at = expires_at;
  out.user_id = "user";
  out.upstream_subject = "subject";
  out.client_id = "client";
  out.scopes = {"openid"};
  return out;
}

// The value of a task that must not have to wait.
template <class T>
T now_of(Task<T> task) {
  auto value = run_ready(std::move(task));
  REQUIRE(value.has_value());
  return std::move(*value);
}

}  // namespace vmcpauth::test
