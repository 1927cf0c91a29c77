#include "core/outgoing/exchange_cache.hpp"

#include <algorithm>

namespace vmcpauth::outgoing {
namespace {

constexpr Seconds kExpiryMargin{30};

}  // namespace

TimePoint usable_until(std::optional<Seconds> lifetime, TimePoint now) {
  const Seconds known = lifetime.value_or(kUnknownLifetime);
  return now + known - std::min(kExpiryMargin, known / 5);
}

ExchangedTokenPtr ExchangeCache::find(const crypto::Sha256& key, TimePoint now) {
  return state_.with([&](State& state) -> ExchangedTokenPtr {
    const auto it = state.index.find(key);
    if (it == state.index.end()) return nullptr;
    if (it->second->token->usable_until <= now) {
      state.entries.erase(it->second);
      state.index.erase(it);
      return nullptr;
    }
    state.entries.splice(state.entries.begin(), state.entries, it->second);
    return it->second->token;
  });
}

void ExchangeCache::put(const crypto::Sha256& key, ExchangedTokenPtr token, TimePoint now) {
  if (capacity_ == 0 || token->usable_until <= now) return;
  state_.with([&](State& state) {
    if (const auto it = state.index.find(key); it != state.index.end()) {
      state.entries.erase(it->second);
      state.index.erase(it);
    }
    if (state.entries.size() >= capacity_) {
      state.index.erase(state.entries.back().key);
      state.entries.pop_back();
    }
    state.entries.push_front({key, std::move(token)});
    state.index.emplace(key, state.entries.begin());
  });
}

std::size_t ExchangeCache::size() const {
  return state_.with([](const State& state) { return state.entries.size(); });
}

}  // namespace vmcpauth::outgoing
