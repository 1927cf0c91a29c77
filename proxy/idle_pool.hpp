// Kept-alive connections of one io thread, by pool key. Each waits for its idle timeout or for the peer to say anything,
// which ends it either way.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/stream.hpp"

namespace vmcpauth::proxy {

class IdlePool {
 public:
  explicit IdlePool(IoThread& thread) noexcept;
  ~IdlePool();

  // The most recently used connection that is still silent and open, not attached to any wakeup.
  [[nodiscard]] std::optional<Stream> take(const std::string& key);
  // Keeps the connection; the oldest of that key goes when there are `at_most`.
  void put(const std::string& key, Stream stream, std::chrono::milliseconds idle, std::size_t at_most);
  void clear();
  [[nodiscard]] std::size_t size(const std::string& key) const;

 private:
  class Entry;
  using Entries = std::vector<std::unique_ptr<Entry>>;
  void remove(Entry& entry);

  IoThread& thread_;
  std::unordered_map<std::string, Entries> by_key_;
};

}  // namespace vmcpauth::proxy
