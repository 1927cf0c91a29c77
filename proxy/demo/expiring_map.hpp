// A bounded map whose entries end at a time: the memory of the demo servers. When it is full the entry that would
// end first makes room. Not thread-safe; owners keep it in a Guarded.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/base/clock.hpp"

namespace vmcpauth::proxy {

template <class Value>
class ExpiringMap {
 public:
  explicit ExpiringMap(std::size_t capacity) : capacity_(capacity) {}

  void put(const std::string& key, Value value, TimePoint expires, TimePoint now) {
    sweep(now);
    erase(key);
    if (entries_.size() >= capacity_) erase(std::string(order_.begin()->second));
    order_.emplace(expires, key);
    entries_.emplace(key, Entry{std::move(value), expires});
  }
  // The live entry, to be changed in place, or null.
  [[nodiscard]] Value* find(const std::string& key, TimePoint now) {
    sweep(now);
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second.value;
  }
  void erase(const std::string& key) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    order_.erase({it->second.expires, key});
    entries_.erase(it);
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    TimePoint expires;
  };
  void sweep(TimePoint now) {
    while (!order_.empty() && order_.begin()->first <= now) erase(std::string(order_.begin()->second));
  }

  std::size_t capacity_;
  std::map<std::string, Entry> entries_;
  std::set<std::pair<TimePoint, std::string>> order_;
};

}  // namespace vmcpauth::proxy
