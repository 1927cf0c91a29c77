// The last good catalog of every backend for one user, and the view they make together: what is listed while a backend
// cannot be asked. Shared by all sessions of the user; nobody else's answers get in. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/mcp/aggregate.hpp"

namespace vmcpauth::proxy {

class Shelf {
 public:
  // `backends`: the names, in the order of their indices from here on. The rules outlive the shelf.
  Shelf(std::vector<std::string> backends, const config::Aggregation& rules) : backends_(std::move(backends)), rules_(rules), state_(State(backends_.size())) {}

  // Whether the backend was asked no longer than `age` ago and has not announced a change since.
  [[nodiscard]] bool is_fresh(std::size_t backend, SteadyPoint now, std::chrono::milliseconds age) const;
  // Null when the backend never answered this user.
  [[nodiscard]] mcp::CatalogPtr catalog(std::size_t backend) const;
  // True for the one who is to ask the backend now; it ends with put() or tried().
  [[nodiscard]] bool begin(std::size_t backend, SteadyPoint now);
  // True when the catalog differs from what was there.
  bool put(std::size_t backend, mcp::CatalogPtr catalog, SteadyPoint now);
  // The backend could not be asked: the next attempt waits for its age as after an answer.
  void tried(std::size_t backend, SteadyPoint now);
  // Whether a backend is being asked that was begun with after `since`.
  [[nodiscard]] bool is_waiting(SteadyPoint since) const;
  // Called once, when the next backend has answered or failed.
  void on_settled(std::function<void()> waker);
  // The backend announced a change.
  void mark_stale(std::size_t backend);

  // Made anew when a catalog changed; what the merge dropped is new then too, and in View::dropped.
  [[nodiscard]] mcp::ViewPtr view();
  // The view's drops that nobody took yet, for the log.
  [[nodiscard]] std::vector<mcp::Dropped> take_news();

 private:
  struct Slot {
    mcp::CatalogPtr catalog;
    SteadyPoint asked{};
    bool stale = true;
    std::optional<SteadyPoint> pending;
  };
  struct State {
    explicit State(std::size_t count) : slots(count) {}
    std::vector<Slot> slots;
    mcp::ViewPtr view;
    std::vector<mcp::Dropped> news;
    std::vector<std::function<void()>> wakers;
  };
  const std::vector<std::string> backends_;
  const config::Aggregation& rules_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
