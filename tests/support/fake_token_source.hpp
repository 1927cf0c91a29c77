// A TokenSource with a script: tokens in the order they are given out, and a memory of why they were asked for.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/client/token_source.hpp"

namespace vmcpauth::test {

class FakeTokenSource final : public client::TokenSource {
 public:
  std::optional<std::string> first;    // what current() has
  std::deque<std::string> renewed;     // what renew() has; empty: Unauthenticated
  std::deque<std::string> stepped_up;  // what step_up() has; empty: Forbidden
  oauth::DpopKeyPtr key;               // of all of them

  std::vector<client::Refusal> renewals, step_ups;
  std::vector<std::string> refused;

  [[nodiscard]] Task<Result<std::optional<client::AccessToken>>> current() override {
    if (!first) co_return std::optional<client::AccessToken>();
    co_return client::AccessToken{Secret(*first), key};
  }
  [[nodiscard]] Task<Result<client::AccessToken>> renew(client::Refusal refusal, std::optional<client::AccessToken> old) override {
    renewals.push_back(std::move(refusal));
    refused.push_back(old ? old->value.reveal() : "");
    co_return take(renewed, ErrorCode::Unauthenticated);
  }
  [[nodiscard]] Task<Result<client::AccessToken>> step_up(client::Refusal refusal) override {
    step_ups.push_back(std::move(refusal));
    co_return take(stepped_up, ErrorCode::Forbidden);
  }
  std::vector<Result<int>> outcomes;
  [[nodiscard]] Task<void> settled(Result<int> outcome) override {
    outcomes.push_back(std::move(outcome));
    co_return;
  }

 private:
  Result<client::AccessToken> take(std::deque<std::string>& from, ErrorCode code) {
    if (from.empty()) return fail(code, "no more tokens");
    client::AccessToken token{Secret(from.front()), key};
    from.pop_front();
    return token;
  }
};

}  // namespace vmcpauth::test
