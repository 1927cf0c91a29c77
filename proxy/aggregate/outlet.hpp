// Messages on their way to one client stream: pushed by whoever has them, on any thread, and taken in order by the exchange
// that is attached. Bounded; what was taken is kept for a while, so that a stream can be resumed (2025-11-25, "Resumability").
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/guarded.hpp"

namespace vmcpauth::proxy {

class Outlet {
 public:
  static constexpr std::size_t kMaxItems = 1'024;
  static constexpr std::size_t kMaxBytes = 8U << 20U;

  struct Item {
    std::uint64_t number = 0;  // 1, 2, … in the order of pushing
    std::string json;
    bool last = false;  // the stream ends with it
    int status = 200;   // of a plain answer, when it is all there is
  };

  // A message that more may follow. Past the bounds the oldest goes.
  void push(std::string json);
  // The last message; what comes later is dropped.
  void finish(std::string json, int status = 200);
  // The end without a last message.
  void close();

  // The first item after `number`, if it is there.
  [[nodiscard]] std::optional<Item> after(std::uint64_t number) const;
  // Nothing comes after `number` any more.
  [[nodiscard]] bool is_over(std::uint64_t number) const;

  // Called after each change from now on, from any thread. Whoever was attached before is woken and has lost its place;
  // the number says whether one still has it.
  [[nodiscard]] std::uint64_t attach(std::function<void()> waker);
  [[nodiscard]] bool is_attached(std::uint64_t place) const;
  void detach(std::uint64_t place);

  // How far a client has been served, for one that comes back without saying so.
  void mark_taken(std::uint64_t number);
  [[nodiscard]] std::uint64_t taken() const;

 private:
  struct State {
    std::deque<Item> items;
    std::size_t bytes = 0;
    std::uint64_t next = 1;
    std::uint64_t place = 0;
    std::uint64_t taken = 0;
    bool closed = false;
    std::function<void()> waker;
  };
  void add(std::string json, bool last, int status);
  Guarded<State> state_;
};
using OutletPtr = std::shared_ptr<Outlet>;

}  // namespace vmcpauth::proxy
