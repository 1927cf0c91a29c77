#include "core/store/memory_store.hpp"

#include "core/store/memory_tables.hpp"
#include "core/store/once_key.hpp"

namespace vmcpauth::store {
namespace {

// Makes room for one more DCR client: the one idle longest goes, if it is old enough.
bool make_room(MemoryTables& tables, const MemoryStoreLimits& limits, TimePoint now) {
  if (tables.fixed_clients.size() + tables.dcr_clients.size() < limits.clients) return true;
  const Client* oldest = tables.dcr_clients.first();
  if (oldest == nullptr || oldest->created_at + limits.client_min_age > now) return false;
  (void)tables.dcr_clients.take_first();
  return true;
}

template <class Value, class OnDrop>
void drop_expired(ExpiringTable<Value>& table, TimePoint now, std::size_t limit, OnDrop on_drop) {
  for (std::size_t i = 0; i < limit; ++i) {
    auto dropped = table.take_expired(now);
    if (!dropped) return;
    on_drop(*dropped);
  }
}

}  // namespace

MemoryStore::MemoryStore(MemoryStoreLimits limits) : limits_(limits), state_(std::make_unique<State>()) {}
MemoryStore::~MemoryStore() = default;

Task<Result<void>> MemoryStore::put_client(Client client) {
  auto done = state_->tables.with([&](MemoryTables& tables) -> Result<void> {
    const bool known = tables.fixed_clients.contains(client.id) || tables.dcr_clients.find(client.id) != nullptr;
    if (!known && !make_room(tables, limits_, client.created_at)) return fail(ErrorCode::TooLarge, "no room for another client");
    const std::string id = client.id;
    tables.fixed_clients.erase(id);
    tables.dcr_clients.erase(id);
    if (client.dcr_issued) {
      const auto expires_at = client.created_at + limits_.client_idle;
      tables.dcr_clients.put(id, std::move(client), expires_at);
    } else {
      tables.fixed_clients.emplace(id, std::move(client));
    }
    return {};
  });
  co_return done;
}

Task<Result<std::optional<Client>>> MemoryStore::find_client(std::string id) {
  auto found = state_->tables.with([&](MemoryTables& tables) -> std::optional<Client> {
    const auto fixed = tables.fixed_clients.find(id);
    if (fixed != tables.fixed_clients.end()) return fixed->second;
    const Client* client = tables.dcr_clients.find(id);
    return client == nullptr ? std::nullopt : std::optional<Client>(*client);
  });
  co_return found;
}

Task<Result<void>> MemoryStore::touch_client(std::string id, TimePoint now) {
  state_->tables.with([&](MemoryTables& tables) { tables.dcr_clients.set_expiry(id, now + limits_.client_idle); });
  co_return Result<void>{};
}

Task<Result<User>> MemoryStore::find_or_create_user(std::string provider, std::string subject, std::string new_id, TimePoint now) {
  auto user = state_->tables.with([&](MemoryTables& tables) -> Result<User> {
    const auto key = identity_key(provider, subject);
    const auto found = tables.users.find(key);
    if (found != tables.users.end()) return found->second.user;
    if (tables.users.size() >= limits_.users) return fail(ErrorCode::TooLarge, "no room for another user");
    return tables.users.emplace(key, StoredUser{provider, subject, {new_id, now}}).first->second.user;
  });
  co_return user;
}

Task<Result<bool>> MemoryStore::remember_once(std::string key, TimePoint expires_at, TimePoint now) {
  const auto digest = once_digest(key);
  auto fresh = state_->tables.with([&](MemoryTables& tables) -> Result<bool> {
    if (tables.once_keys.find(digest, now) != nullptr) return false;
    if (tables.once_keys.size() >= limits_.once_keys) drop_expired(tables.once_keys, now, limits_.swept_a_call, [](auto&) {});
    if (tables.once_keys.size() >= limits_.once_keys) return fail(ErrorCode::TooLarge, "no room for another single-use identifier");
    tables.once_keys.put(digest, {}, expires_at);
    return true;
  });
  co_return fresh;
}

Task<Result<void>> MemoryStore::put_registration(std::string key, UpstreamRegistration registration) {
  auto done = state_->tables.with([&](MemoryTables& tables) -> Result<void> {
    if (!tables.registrations.contains(key) && tables.registrations.size() >= limits_.registrations) {
      return fail(ErrorCode::TooLarge, "no room for another upstream registration");
    }
    tables.registrations.insert_or_assign(key, std::move(registration));
    return {};
  });
  co_return done;
}

Task<Result<std::optional<UpstreamRegistration>>> MemoryStore::find_registration(std::string key, TimePoint now) {
  auto found = state_->tables.with([&](MemoryTables& tables) -> std::optional<UpstreamRegistration> {
    const auto it = tables.registrations.find(key);
    if (it == tables.registrations.end()) return std::nullopt;
    const auto& stored = it->second;
    if (stored.secret_expires_at && *stored.secret_expires_at <= now) {
      tables.registrations.erase(it);
      return std::nullopt;
    }
    return stored.clone();
  });
  co_return found;
}

Task<Result<Secret>> MemoryStore::keep(std::string name, Secret value) {
  auto kept = state_->tables.with([&](MemoryTables& tables) { return tables.kept.try_emplace(name, std::move(value)).first->second.clone(); });
  co_return kept;
}

Task<Result<void>> MemoryStore::sweep(TimePoint now) {
  state_->tables.with([&](MemoryTables& tables) {
    const auto limit = limits_.swept_a_call;
    const auto nothing = [](auto&) {};
    drop_expired(tables.pending, now, limit, [&](PendingAuthorization& leg) { tables.abandon(leg.session_id); });
    // A code that was never redeemed leaves a session that nobody holds a token of.
    drop_expired(tables.codes, now, limit, [&](AuthorizationCode& code) { tables.sessions.erase(code.grant.session_id); });
    drop_expired(tables.used_codes, now, limit, nothing);
    drop_expired(tables.refresh_tokens, now, limit, nothing);
    drop_expired(tables.grants, now, limit, nothing);
    drop_expired(tables.sessions, now, limit, nothing);
    drop_expired(tables.dcr_clients, now, limit, nothing);
    drop_expired(tables.once_keys, now, limit, nothing);
  });
  co_return Result<void>{};
}

MemoryStore::Sizes MemoryStore::sizes() const {
  return state_->tables.with([](const MemoryTables& t) {
    return Sizes{t.fixed_clients.size() + t.dcr_clients.size(),
                 t.pending.size(),
                 t.codes.size(),
                 t.used_codes.size(),
                 t.refresh_tokens.size(),
                 t.grants.size(),
                 t.sessions.size(),
                 t.users.size(),
                 t.once_keys.size(),
                 t.registrations.size()};
  });
}

}  // namespace vmcpauth::store
