// Verified tokens by SHA-256 of their text, so that a token's signature is checked once in five minutes instead of once a
// request. Bounded and sharded; a full shard drops an entry not used lately (clock algorithm). Thread-safe.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/clock.hpp"
#include "core/crypto/digest.hpp"
#include "core/identity/identity.hpp"

namespace vmcpauth::identity {

// What is kept of a token that was found good.
struct TokenFacts {
  std::string subject, session_id;
  std::vector<std::string> scopes, audiences;
  TimePoint expires_at;
  IdentityPtr identity;  // set when the token alone makes the whole Identity (no session behind it)
};
using TokenFactsPtr = std::shared_ptr<const TokenFacts>;

class TokenCache {
 public:
  static constexpr Seconds kLifetime{300};
  explicit TokenCache(std::size_t capacity = 10'000);

  // Null when unknown or past its time.
  [[nodiscard]] TokenFactsPtr find(const crypto::Sha256& hash, TimePoint now);
  // Keeps it until `until`, kLifetime at most.
  void put(const crypto::Sha256& hash, TokenFactsPtr facts, TimePoint now, TimePoint until);
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    crypto::Sha256 hash;
    TokenFactsPtr facts;
    TimePoint until;
    bool used = false;
  };
  struct HashOfHash {
    // Any eight bytes of a SHA-256 are a good hash.
    std::size_t operator()(const crypto::Sha256& hash) const noexcept;
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<crypto::Sha256, std::size_t, HashOfHash> index;
    std::vector<Entry> slots;
    std::size_t hand = 0;
  };
  [[nodiscard]] Shard& shard_of(const crypto::Sha256& hash) noexcept { return shards_[hash[31] % kShards]; }
  [[nodiscard]] std::size_t free_slot(Shard& shard, TimePoint now);

  std::size_t shard_capacity_;
  std::array<Shard, kShards> shards_;
};

}  // namespace vmcpauth::identity
