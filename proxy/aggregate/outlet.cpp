#include "proxy/aggregate/outlet.hpp"

#include <algorithm>
#include <utility>

namespace vmcpauth::proxy {

void Outlet::push(std::string json) { add(std::move(json), false, 200); }
void Outlet::finish(std::string json, int status) { add(std::move(json), true, status); }

void Outlet::add(std::string json, bool last, int status) {
  auto waker = state_.with([&](State& state) -> std::function<void()> {
    if (state.closed) return {};
    state.bytes += json.size();
    state.items.push_back({state.next++, std::move(json), last, status});
    while (state.items.size() > 1 && (state.items.size() > kMaxItems || state.bytes > kMaxBytes)) {
      state.bytes -= state.items.front().json.size();
      state.items.pop_front();
    }
    state.closed = last;
    return state.waker;
  });
  if (waker) waker();
}

void Outlet::close() {
  auto waker = state_.with([](State& state) {
    state.closed = true;
    return state.waker;
  });
  if (waker) waker();
}

std::optional<Outlet::Item> Outlet::after(std::uint64_t number) const {
  return state_.with([&](const State& state) -> std::optional<Item> {
    if (state.items.empty() || state.items.back().number <= number) return std::nullopt;
    const auto first = state.items.front().number;  // numbers have no gaps
    return state.items[number < first ? 0 : static_cast<std::size_t>(number - first + 1)];
  });
}

bool Outlet::is_over(std::uint64_t number) const {
  return state_.with([&](const State& state) { return state.closed && (state.items.empty() || state.items.back().number <= number); });
}

std::uint64_t Outlet::attach(std::function<void()> waker) {
  const auto place = state_.with([&](State& state) {
    state.waker.swap(waker);
    return ++state.place;
  });
  if (waker) waker();
  return place;
}

bool Outlet::is_attached(std::uint64_t place) const {
  return state_.with([&](const State& state) { return state.place == place; });
}

void Outlet::detach(std::uint64_t place) {
  std::function<void()> gone;
  state_.with([&](State& state) {
    if (state.place == place) gone.swap(state.waker);
  });
}

void Outlet::mark_taken(std::uint64_t number) {
  state_.with([&](State& state) { state.taken = std::max(state.taken, number); });
}

std::uint64_t Outlet::taken() const {
  return state_.with([](const State& state) { return state.taken; });
}

}  // namespace vmcpauth::proxy
