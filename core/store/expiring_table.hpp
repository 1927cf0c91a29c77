// A keyed table whose records leave in the order of their expiry: the building block of the memory store's bounds.
// Keys are in order too, for cursors. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/base/clock.hpp"

namespace vmcpauth::store {

template <class Value>
class ExpiringTable {
 public:
  [[nodiscard]] Value* find(const std::string& key) {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second.value;
  }
  // Only while it has not expired at `now`.
  [[nodiscard]] Value* find(const std::string& key, TimePoint now) {
    const auto it = entries_.find(key);
    return it == entries_.end() || it->second.order->first <= now ? nullptr : &it->second.value;
  }
  [[nodiscard]] std::optional<TimePoint> expiry(const std::string& key) const {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return std::nullopt;
    return it->second.order->first;
  }

  // Replaces what was there.
  void put(const std::string& key, Value value, TimePoint expires_at) {
    erase(key);
    const auto order = order_.emplace(expires_at, key);
    entries_.emplace(key, Entry{std::move(value), order});
  }
  void set_expiry(const std::string& key, TimePoint expires_at) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    order_.erase(it->second.order);
    it->second.order = order_.emplace(expires_at, key);
  }
  void erase(const std::string& key) { (void)take(key); }
  std::optional<Value> take(const std::string& key) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return std::nullopt;
    std::optional<Value> value(std::move(it->second.value));
    order_.erase(it->second.order);
    entries_.erase(it);
    return value;
  }

  // What expires soonest, without and with taking it out.
  [[nodiscard]] Value* first() { return order_.empty() ? nullptr : find(order_.begin()->second); }
  std::optional<Value> take_first() { return order_.empty() ? std::nullopt : take(std::string(order_.begin()->second)); }
  std::optional<Value> take_expired(TimePoint now) { return order_.empty() || order_.begin()->first > now ? std::nullopt : take_first(); }
  // Calls visit(key, value, expiry) for the keys after `cursor` in their order, until it says false. ("" = from the first.)
  template <class Visit>
  void visit_after(const std::string& cursor, Visit visit) const {
    for (auto it = cursor.empty() ? entries_.begin() : entries_.upper_bound(cursor); it != entries_.end(); ++it) {
      if (!visit(it->first, it->second.value, it->second.order->first)) return;
    }
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Order = std::multimap<TimePoint, std::string>;
  struct Entry {
    Value value;
    Order::iterator order;
  };
  std::map<std::string, Entry> entries_;
  Order order_;
};

}  // namespace vmcpauth::store
