#include "core/store/record.hpp"

#include "core/store/retention.hpp"

namespace vmcpauth::store {
namespace {

struct Kind {
  std::string_view operator()(const ClientRecord&) const { return "client"; }
  std::string_view operator()(const PendingRecord&) const { return "pending"; }
  std::string_view operator()(const CodeRecord&) const { return "code"; }
  std::string_view operator()(const RefreshRecord&) const { return "refresh"; }
  std::string_view operator()(const RevokedGrantRecord&) const { return "revoked_grant"; }
  std::string_view operator()(const UpstreamRecord&) const { return "upstream"; }
  std::string_view operator()(const UserRecord&) const { return "user"; }
  std::string_view operator()(const OnceRecord&) const { return "once"; }
  std::string_view operator()(const RegistrationRecord&) const { return "registration"; }
};

struct Expiry {
  TimePoint operator()(const ClientRecord& r) const { return r.expires_at.value_or(TimePoint::max()); }
  TimePoint operator()(const PendingRecord& r) const { return r.pending.expires_at; }
  TimePoint operator()(const CodeRecord& r) const { return r.used ? r.code.expires_at + kReplayMemory : r.code.expires_at; }
  TimePoint operator()(const RefreshRecord& r) const { return r.token.expires_at; }
  TimePoint operator()(const RevokedGrantRecord& r) const { return r.expires_at; }
  TimePoint operator()(const UpstreamRecord& r) const { return row_expiry(r.tokens); }
  TimePoint operator()(const UserRecord&) const { return TimePoint::max(); }
  TimePoint operator()(const OnceRecord& r) const { return r.expires_at; }
  TimePoint operator()(const RegistrationRecord& r) const { return r.registration.secret_expires_at.value_or(TimePoint::max()); }
};

}  // namespace

std::string_view kind_of(const Record& record) noexcept { return std::visit(Kind{}, record); }
TimePoint expiry_of(const Record& record) noexcept { return std::visit(Expiry{}, record); }

}  // namespace vmcpauth::store
