#include "core/identity/token_cache.hpp"

#include <algorithm>
#include <cstring>

namespace vmcpauth::identity {

std::size_t TokenCache::HashOfHash::operator()(const crypto::Sha256& hash) const noexcept {
  std::size_t out = 0;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

TokenCache::TokenCache(std::size_t capacity) : shard_capacity_(std::max<std::size_t>(1, capacity / kShards)) {}

TokenFactsPtr TokenCache::find(const crypto::Sha256& hash, TimePoint now) {
  Shard& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  const auto it = shard.index.find(hash);
  if (it == shard.index.end()) return nullptr;
  Entry& entry = shard.slots[it->second];
  if (now >= entry.until) return nullptr;
  entry.used = true;
  return entry.facts;
}

void TokenCache::put(const crypto::Sha256& hash, TokenFactsPtr facts, TimePoint now, TimePoint until) {
  until = std::min(until, now + kLifetime);
  if (until <= now) return;
  Shard& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  const auto known = shard.index.find(hash);
  const std::size_t slot = known != shard.index.end() ? known->second : free_slot(shard, now);
  shard.slots[slot] = {.hash = hash, .facts = std::move(facts), .until = until, .used = false};
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
