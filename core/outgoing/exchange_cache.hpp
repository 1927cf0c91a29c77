// Exchanged tokens by the SHA-256 of their subject token: bounded, least recently used out first, nothing served past
// its time. One cache a strategy, so the configuration is part of the key by construction. Thread-safe.
#pragma once

#include <cstring>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::outgoing {

struct ExchangedToken {
  Secret token;
  TimePoint usable_until;
};
using ExchangedTokenPtr = std::shared_ptr<const ExchangedToken>;

// How long a token without expires_in is used again.
inline constexpr Seconds kUnknownLifetime{60};

// A little before the token expires, so that it does not do so on its way.
[[nodiscard]] TimePoint usable_until(std::optional<Seconds> lifetime, TimePoint now);

class ExchangeCache {
 public:
  explicit ExchangeCache(std::size_t capacity) : capacity_(capacity) {}

  // Null when there is none that is usable now.
  [[nodiscard]] ExchangedTokenPtr find(const crypto::Sha256& key, TimePoint now);
  // Replaces what is there; a token whose time is over is not kept.
  void put(const crypto::Sha256& key, ExchangedTokenPtr token, TimePoint now);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Hash {
    std::size_t operator()(const crypto::Sha256& key) const noexcept {
      std::size_t out = 0;
      std::memcpy(&out, key.data(), sizeof out);  // a digest is its own hash
      return out;
    }
  };
  struct Entry {
    crypto::Sha256 key;
    ExchangedTokenPtr token;
  };
  struct State {
    std::list<Entry> entries;  // most recently used first
    std::unordered_map<crypto::Sha256, std::list<Entry>::iterator, Hash> index;
  };

  std::size_t capacity_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::outgoing
