#include "core/inspect/end_logins.hpp"

#include <map>
#include <vector>

namespace vmcpauth::inspect {
namespace {

constexpr std::size_t kLoginsPage = 1000;

// What has to be ended; of a record that is not meant, nothing.
struct Collect {
  const LoginQuery& query;
  TimePoint now;
  std::map<std::string, store::Grant> grants = {};  // by grant_id
  std::vector<std::string> codes = {}, states = {};

  [[nodiscard]] bool is_meant(const std::string& session_id, const std::string& user_id, const std::string& name, const std::string& email) const {
    if (query.sessions.contains(session_id)) return true;
    return !query.user.empty() && (query.user == user_id || query.user == name || query.user == email);
  }
  [[nodiscard]] bool is_meant(const store::Grant& grant) const { return is_meant(grant.session_id, grant.user_id, grant.user_name, grant.user_email); }

  void operator()(const store::PendingRecord& record) {
    const auto& leg = record.pending;
    if (is_meant(leg.session_id, leg.user_id, leg.user_name, leg.user_email)) states.push_back(leg.internal_state);
  }
  void operator()(const store::CodeRecord& record) {
    if (!is_meant(record.code.grant)) return;
    if (!record.used && record.code.expires_at > now) codes.push_back(record.signature);
    grants.emplace(record.code.grant.grant_id, record.code.grant);
  }
  void operator()(const store::RefreshRecord& record) {
    if (is_meant(record.token.grant)) grants.emplace(record.token.grant.grant_id, record.token.grant);
  }
  void operator()(const auto& /*other*/) {}
};

}  // namespace

Task<Result<EndedLogins>> end_logins(store::Store& store, LoginQuery query, TimePoint now, Progress progress) {
  Collect found{query, now};
  std::uint64_t seen = 0;
  std::optional<std::string> cursor = "";
  while (cursor) {
    CO_TRY(auto page, co_await store.scan_records(*cursor, kLoginsPage, store::RecordChoice::Logins));
    for (const auto& record : page.records) std::visit(found, record);
    seen += page.records.size();
    if (progress) progress(seen);
    cursor = std::move(page.next);
  }
  EndedLogins out;
  for (auto& state : found.states) {
    CO_TRY(const auto taken, co_await store.take_pending(std::move(state), now));
    if (taken) ++out.pending;
  }
  for (auto& [id, grant] : found.grants) {
    CO_TRY(const bool over, co_await store.is_grant_revoked(id, now));
    if (over) continue;
    grant.session_id.clear();  // the tokens of the session are the caller's business
    CO_TRY_VOID(co_await store.revoke_grant(std::move(grant), now));
    ++out.grants;
  }
  // A code whose grant is revoked gives no tokens here; used up, it gives none at a ToolHive either.
  for (auto& signature : found.codes) CO_TRY_VOID(co_await store.redeem_code(std::move(signature), now));
  co_return out;
}

}  // namespace vmcpauth::inspect
