// Verified tokens by their text, so that a token's signature is checked once in five minutes instead of once a request.
// Bounded and sharded; a full shard drops an entry not used lately (clock algorithm). Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/secret.hpp"
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

  // `token` is kept as it is: give the text of tokens that were found good, and a digest of those that anybody may send.
  // Null when unknown or past its time.
  [[nodiscard]] TokenFactsPtr find(const Secret& token, TimePoint now);
  // Keeps it until `until`, kLifetime at most.
  void put(Secret token, TokenFactsPtr facts, TimePoint now, TimePoint until);
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    std::uint64_t hash = 0;
    Secret token;
    TokenFactsPtr facts;
    TimePoint until;
    bool used = false;
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::uint64_t, std::size_t> index;  // of two tokens with one hash, the later one is kept
    std::vector<Entry> slots;
    std::size_t hand = 0;
  };
  [[nodiscard]] static std::uint64_t hash_of(const Secret& token) noexcept;
  [[nodiscard]] Shard& shard_of(std::uint64_t hash) noexcept { return shards_[hash >> 60U]; }
  [[nodiscard]] std::size_t free_slot(Shard& shard, TimePoint now);

  std::size_t shard_capacity_;
  std::array<Shard, kShards> shards_;
};

}  // namespace vmcpauth::identity
