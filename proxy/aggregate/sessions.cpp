#include "proxy/aggregate/sessions.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::proxy {
namespace {

std::string user_key(const identity::Identity& identity) { return identity.anonymous ? "anonymous" : "user " + identity.subject; }

}  // namespace

SessionPtr Sessions::open(const Caller& caller, std::string version, Json client_capabilities) {
  const auto id = house_->dependencies.random.token();
  return add(id,
             {.id = id,
              .era = mcp::Era::Legacy,
              .subject = caller.identity->subject,
              .anonymous = caller.identity->anonymous,
              .version = std::move(version),
              .client_capabilities = std::move(client_capabilities)},
             caller);
}

SessionPtr Sessions::find(std::string_view id, const identity::Identity& identity) const {
  const auto session = state_.with([&](const State& state) -> SessionPtr {
    const auto it = state.sessions.find(id);
    return it == state.sessions.end() ? nullptr : it->second;
  });
  if (!session || session->facts().era != mcp::Era::Legacy || session->closed() || !session->belongs_to(identity)) return nullptr;
  return session;
}

SessionPtr Sessions::shared(const Caller& caller, const Json& client_capabilities) {
  const auto key = "shared " + hex_encode(crypto::sha256(user_key(*caller.identity) + '\n' + dump_json(client_capabilities)));
  const auto held = state_.with([&](const State& state) -> SessionPtr {
    const auto it = state.sessions.find(key);
    return it == state.sessions.end() || it->second->closed() ? nullptr : it->second;
  });
  if (held) {
    held->seen(caller, house_->dependencies.clock.steady());
    return held;
  }
  return add(key,
             {.id = {},
              .era = mcp::Era::Modern,
              .subject = caller.identity->subject,
              .anonymous = caller.identity->anonymous,
              .version = std::string(mcp::kModernRevision),
              .client_capabilities = client_capabilities},
             caller);
}

SessionPtr Sessions::add(std::string key, Session::Facts facts, const Caller& caller) {
  SessionPtr replaced;
  auto session = state_.with([&](State& state) -> SessionPtr {
    if (const auto it = state.sessions.find(key); it != state.sessions.end() && !it->second->closed()) return it->second;  // just made by another thread
    if (state.sessions.size() >= kMaxSessions) {
      replaced = make_room(state);
      if (!replaced) return nullptr;
      std::erase_if(state.sessions, [&](const auto& entry) { return entry.second == replaced; });
    }
    auto made = std::make_shared<Session>(house_, std::move(facts), shelf_of(state, *caller.identity));
    state.sessions[std::move(key)] = made;
    return made;
  });
  if (replaced) replaced->close();
  if (session) session->seen(caller, house_->dependencies.clock.steady());
  return session;
}

SessionPtr Sessions::make_room(State& state) const {
  SessionPtr idlest;
  auto since = house_->dependencies.clock.steady() - kReplaceable;
  for (const auto& [key, session] : state.sessions) {
    const auto idle = session->idle_since();
    if (idle && *idle < since) {
      since = *idle;
      idlest = session;
    }
  }
  return idlest;
}

std::shared_ptr<Shelf> Sessions::shelf_of(State& state, const identity::Identity& identity) {
  const auto key = user_key(identity);
  if (const auto it = state.shelves.find(key); it != state.shelves.end()) return it->second;
  if (state.shelves.size() >= kMaxShelves) {
    std::erase_if(state.shelves, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  std::vector<std::string> names;
  for (const auto& peer : house_->peers) names.push_back(peer->name());
  auto shelf = std::make_shared<Shelf>(std::move(names), house_->rules);
  state.shelves[key] = shelf;
  return shelf;
}

void Sessions::close(const SessionPtr& session) {
  state_.with([&](State& state) { state.sessions.erase(session->facts().id); });
  session->close();
}

void Sessions::sweep() {
  const auto now = house_->dependencies.clock.steady();
  std::vector<SessionPtr> all, over;
  state_.with([&](State& state) {
    std::erase_if(state.sessions, [&](const auto& entry) {
      const auto idle = entry.second->idle_since();
      const bool end = entry.second->closed() || (idle && now - *idle > kIdleTime);
      (end ? over : all).push_back(entry.second);
      return end;
    });
  });
  for (const auto& session : over) session->close();
  for (const auto& session : all) session->give_up(now);
}

void Sessions::close_all() {
  std::vector<SessionPtr> all;
  state_.with([&](State& state) {
    for (auto& [key, session] : state.sessions) all.push_back(session);
    state.sessions.clear();
  });
  for (const auto& session : all) session->close();
}

std::size_t Sessions::count() const {
  return state_.with([](const State& state) { return state.sessions.size(); });
}

}  // namespace vmcpauth::proxy
