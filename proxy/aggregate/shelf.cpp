#include "proxy/aggregate/shelf.hpp"

#include <algorithm>
#include <utility>

namespace vmcpauth::proxy {

bool Shelf::is_fresh(std::size_t backend, SteadyPoint now, std::chrono::milliseconds age) const {
  return state_.with([&](const State& state) {
    const auto& slot = state.slots[backend];
    return !slot.stale && now - slot.asked <= age;
  });
}

mcp::CatalogPtr Shelf::catalog(std::size_t backend) const {
  return state_.with([&](const State& state) { return state.slots[backend].catalog; });
}

bool Shelf::begin(std::size_t backend, SteadyPoint now) {
  return state_.with([&](State& state) {
    auto& slot = state.slots[backend];
    if (slot.pending) return false;
    slot.pending = now;
    slot.stale = false;  // what is announced from here on comes after the answer
    return true;
  });
}

bool Shelf::put(std::size_t backend, mcp::CatalogPtr catalog, SteadyPoint now) {
  std::vector<std::function<void()>> wakers;
  const bool changed = state_.with([&](State& state) {
    auto& slot = state.slots[backend];
    slot.asked = now;
    slot.pending.reset();
    wakers.swap(state.wakers);
    if (slot.catalog && *slot.catalog == *catalog) return false;
    slot.catalog = std::move(catalog);
    state.view = nullptr;
    return true;
  });
  for (const auto& wake : wakers) wake();
  return changed;
}

void Shelf::tried(std::size_t backend, SteadyPoint now) {
  std::vector<std::function<void()>> wakers;
  state_.with([&](State& state) {
    state.slots[backend].asked = now;
    state.slots[backend].pending.reset();
    wakers.swap(state.wakers);
  });
  for (const auto& wake : wakers) wake();
}

bool Shelf::is_waiting(SteadyPoint since) const {
  return state_.with([&](const State& state) {
    return std::any_of(state.slots.begin(), state.slots.end(), [&](const Slot& slot) { return slot.pending && *slot.pending > since; });
  });
}

void Shelf::on_settled(std::function<void()> waker) {
  state_.with([&](State& state) { state.wakers.push_back(std::move(waker)); });
}

void Shelf::mark_stale(std::size_t backend) {
  state_.with([&](State& state) { state.slots[backend].stale = true; });
}

mcp::ViewPtr Shelf::view() {
  std::vector<mcp::NamedCatalog> catalogs;
  auto made = state_.with([&](State& state) {
    for (std::size_t i = 0; !state.view && i < backends_.size(); ++i) catalogs.push_back({backends_[i], state.slots[i].catalog});
    return state.view;
  });
  if (made) return made;
  made = mcp::aggregate(catalogs, rules_);
  return state_.with([&](State& state) {
    for (std::size_t i = 0; i < catalogs.size(); ++i) {
      if (catalogs[i].catalog != state.slots[i].catalog) return made;  // overtaken: good for now, not to be kept
    }
    state.view = made;
    state.news = made->dropped();
    return made;
  });
}

std::vector<mcp::Dropped> Shelf::take_news() {
  return state_.with([](State& state) { return std::exchange(state.news, {}); });
}

}  // namespace vmcpauth::proxy
