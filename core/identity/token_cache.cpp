#include "core/identity/token_cache.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace vmcpauth::identity {

// A fast hash is enough: what is found is compared whole, and of two with one hash only the later is kept.
std::uint64_t TokenCache::hash_of(const Secret& token) noexcept { return std::hash<std::string_view>{}(token.reveal()); }

TokenCache::TokenCache(std::size_t capacity) : shard_capacity_(std::max<std::size_t>(1, capacity / kShards)) {}

TokenFactsPtr TokenCache::find(const Secret& token, TimePoint now) {
  const auto hash = hash_of(token);
  Shard& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  const auto it = shard.index.find(hash);
  if (it == shard.index.end()) return nullptr;
  Entry& entry = shard.slots[it->second];
  if (now >= entry.until || !entry.token.equals(token.reveal())) return nullptr;
  entry.used = true;
  return entry.facts;
}

void TokenCache::put(Secret token, TokenFactsPtr facts, TimePoint now, TimePoint until) {
  until = std::min(until, now + kLifetime);
  if (until <= now) return;
  const auto hash = hash_of(token);
  Shard& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  const auto known = shard.index.find(hash);
  const std::size_t slot = known != shard.index.end() ? known->second : free_slot(shard, now);
  shard.slots[slot] = {.hash = hash, .token = std::move(token), .facts = std::move(facts), .until = until, .used = false};
  shard.index[hash] = slot;
}

// Clock algorithm: the hand spares an entry that was used since it last came by, once.
std::size_t TokenCache::free_slot(Shard& shard, TimePoint now) {
  if (shard.slots.size() < shard_capacity_) {
    shard.slots.emplace_back();
    return shard.slots.size() - 1;
  }
  for (;;) {
    const std::size_t slot = shard.hand;
    shard.hand = (shard.hand + 1) % shard.slots.size();
    Entry& entry = shard.slots[slot];
    if (entry.used && now < entry.until) {
      entry.used = false;
      continue;
    }
    shard.index.erase(entry.hash);
    return slot;
  }
}

std::size_t TokenCache::size() const {
  std::size_t out = 0;
  for (const auto& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    out += shard.index.size();
  }
  return out;
}

}  // namespace vmcpauth::identity
