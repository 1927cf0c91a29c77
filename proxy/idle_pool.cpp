#include "proxy/idle_pool.hpp"

#include <array>

namespace vmcpauth::proxy {

namespace {
// A connection that was silent for this long gets a last look: its end may not have been reported yet.
constexpr std::chrono::milliseconds kTrustedSilence{500};
}  // namespace

class IdlePool::Entry final : public Deadline {
 public:
  Entry(IdlePool& pool, const std::string& key, Stream stream) : pool_(pool), key_(key), since_(pool.thread_.now()), stream_(std::move(stream)) {
    stream_.attach(nullptr);
    stream_.arm_read();
  }
  void expired() override { pool_.remove(*this); }

  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  // Nothing arrived. TLS may have delivered session tickets, so there the answer is read.
  [[nodiscard]] bool usable() {
    const bool fresh = pool_.thread_.now() - since_ < kTrustedSilence;
    if (fresh && !stream_.readable()) return true;
    std::array<char, 1> byte{};
    return stream_.read(byte).would_block();
  }
  [[nodiscard]] Stream release() { return std::move(stream_); }

 private:
  IdlePool& pool_;
  const std::string& key_;  // the map's own
  SteadyPoint since_;
  Stream stream_;
};

IdlePool::IdlePool(IoThread& thread) noexcept : thread_(thread) {}
IdlePool::~IdlePool() = default;

std::optional<Stream> IdlePool::take(const std::string& key) {
  const auto it = by_key_.find(key);
  if (it == by_key_.end()) return std::nullopt;
  while (!it->second.empty()) {
    const auto entry = std::move(it->second.back());
    it->second.pop_back();
    if (entry->usable()) return entry->release();
  }
  by_key_.erase(it);
  return std::nullopt;
}

void IdlePool::put(const std::string& key, Stream stream, std::chrono::milliseconds idle, std::size_t at_most) {
  if (at_most == 0 || thread_.stopping()) return;
  auto& [own_key, entries] = *by_key_.try_emplace(key).first;
  if (entries.size() >= at_most) entries.erase(entries.begin());
  entries.push_back(std::make_unique<Entry>(*this, own_key, std::move(stream)));
  thread_.watch(*entries.back(), thread_.now() + idle);
}

void IdlePool::remove(Entry& entry) {
  const auto it = by_key_.find(entry.key());
  if (it == by_key_.end()) return;
  std::erase_if(it->second, [&](const auto& held) { return held.get() == &entry; });
  if (it->second.empty()) by_key_.erase(it);
}

void IdlePool::clear() { by_key_.clear(); }

std::size_t IdlePool::size(const std::string& key) const {
  const auto it = by_key_.find(key);
  return it == by_key_.end() ? 0 : it->second.size();
}

}  // namespace vmcpauth::proxy
