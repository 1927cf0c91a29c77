// A memory store whose upstream rows can be made to fail, for the tests of what then happens.
#pragma once

#include "core/store/memory_store.hpp"

namespace vmcpauth::test {

class FailingStore final : public store::SessionStore {
 public:
  bool reads_fail = false;
  bool writes_fail = false;
  int writes = 0;
  store::MemoryStore inner;

  Task<Result<void>> put_upstream_tokens(std::string session_id, store::UpstreamTokens tokens) override {
    return inner.put_upstream_tokens(std::move(session_id), std::move(tokens));
  }
  Task<Result<std::optional<store::UpstreamTokens>>> find_upstream_tokens(std::string session_id, std::string provider, TimePoint now) override {
    if (reads_fail) co_return down();
    auto found = co_await inner.find_upstream_tokens(std::move(session_id), std::move(provider), now);
    co_return found;
  }
  Task<Result<std::vector<store::UpstreamTokens>>> list_upstream_tokens(std::string session_id, TimePoint now) override {
    if (reads_fail) co_return down();
    auto found = co_await inner.list_upstream_tokens(std::move(session_id), now);
    co_return found;
  }
  Task<Result<bool>> replace_upstream_tokens(std::string session_id, std::string expected, store::UpstreamTokens fresh) override {
    ++writes;
    if (writes_fail) co_return down();
    auto replaced = co_await inner.replace_upstream_tokens(std::move(session_id), std::move(expected), std::move(fresh));
    co_return replaced;
  }
  Task<Result<void>> touch_session(std::string session_id, TimePoint now) override { return inner.touch_session(std::move(session_id), now); }
  Task<Result<bool>> claim_refresh(std::string session_id, std::string provider, std::string owner, TimePoint now, TimePoint until) override {
    return inner.claim_refresh(std::move(session_id), std::move(provider), std::move(owner), now, until);
  }
  Task<Result<void>> end_refresh(std::string session_id, std::string provider, std::string owner, std::optional<store::RefreshReport> report) override {
    return inner.end_refresh(std::move(session_id), std::move(provider), std::move(owner), std::move(report));
  }
  Task<Result<void>> erase_session(std::string session_id) override { return inner.erase_session(std::move(session_id)); }

  // The rest is passed on.
  Task<Result<void>> put_client(store::Client c) override { return inner.put_client(std::move(c)); }
  Task<Result<std::optional<store::Client>>> find_client(std::string id) override { return inner.find_client(std::move(id)); }
  Task<Result<void>> touch_client(std::string id, TimePoint now) override { return inner.touch_client(std::move(id), now); }
  Task<Result<void>> put_pending(store::PendingAuthorization p) override { return inner.put_pending(std::move(p)); }
  Task<Result<std::optional<store::PendingAuthorization>>> take_pending(std::string s, TimePoint now) override { return inner.take_pending(std::move(s), now); }
  Task<Result<void>> put_code(std::string s, store::AuthorizationCode c) override { return inner.put_code(std::move(s), std::move(c)); }
  Task<Result<store::CodeRedemption>> redeem_code(std::string s, TimePoint now) override { return inner.redeem_code(std::move(s), now); }
  Task<Result<void>> put_refresh(std::string s, store::RefreshToken t) override { return inner.put_refresh(std::move(s), std::move(t)); }
  Task<Result<store::RefreshRotation>> find_refresh(std::string s, TimePoint now) override { return inner.find_refresh(std::move(s), now); }
  Task<Result<store::RefreshRotation>> rotate_refresh(std::string a, std::string b, store::RefreshToken t, TimePoint now) override {
    return inner.rotate_refresh(std::move(a), std::move(b), std::move(t), now);
  }
  Task<Result<void>> revoke_grant(store::Grant g, TimePoint now) override { return inner.revoke_grant(std::move(g), now); }
  Task<Result<bool>> is_grant_revoked(std::string id, TimePoint now) override { return inner.is_grant_revoked(std::move(id), now); }
  Task<Result<store::User>> find_or_create_user(std::string p, std::string s, std::string id, TimePoint now) override {
    return inner.find_or_create_user(std::move(p), std::move(s), std::move(id), now);
  }
  Task<Result<bool>> remember_once(std::string key, TimePoint expires_at, TimePoint now) override {
    return inner.remember_once(std::move(key), expires_at, now);
  }
  Task<Result<void>> put_registration(std::string key, store::UpstreamRegistration r) override { return inner.put_registration(std::move(key), std::move(r)); }
  Task<Result<std::optional<store::UpstreamRegistration>>> find_registration(std::string key, TimePoint now) override {
    return inner.find_registration(std::move(key), now);
  }
  Task<Result<Secret>> keep(std::string name, Secret value) override { return inner.keep(std::move(name), std::move(value)); }
  Task<Result<void>> sweep(TimePoint now) override { return inner.sweep(now); }

 private:
  static std::unexpected<Error> down() { return fail(ErrorCode::Unavailable, "store is down"); }
};

}  // namespace vmcpauth::test
