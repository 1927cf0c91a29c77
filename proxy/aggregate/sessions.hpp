// All sessions and the users' shelves: made, found, bounded, and ended when nobody used them for long. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "proxy/aggregate/session.hpp"

namespace vmcpauth::proxy {

class Sessions {
 public:
  static constexpr std::size_t kMaxSessions = 1'000;
  static constexpr std::size_t kMaxShelves = 1'000;
  static constexpr std::chrono::minutes kIdleTime{30};
  static constexpr std::chrono::seconds kReplaceable{60};  // when all are taken, one that is idle this long gives way

  explicit Sessions(std::shared_ptr<House> house) : house_(std::move(house)) {}

  // A session of a 2025-11-25 client. Null when there are too many.
  [[nodiscard]] SessionPtr open(const Caller& caller, std::string version, Json client_capabilities);
  // The session, if it belongs to this identity.
  [[nodiscard]] SessionPtr find(std::string_view id, const identity::Identity& identity) const;
  void close(const SessionPtr& session);

  // What 2026-07-28 requests of one user with these capabilities share. Null when there are too many.
  [[nodiscard]] SessionPtr shared(const Caller& caller, const Json& client_capabilities);

  // Ends sessions that nobody used, gives up calls whose client never came back.
  void sweep();
  void close_all();
  [[nodiscard]] std::size_t count() const;

 private:
  struct State {
    std::map<std::string, SessionPtr, std::less<>> sessions;  // 2025-11-25 by id, others by what they share
    std::map<std::string, std::shared_ptr<Shelf>, std::less<>> shelves;
  };
  [[nodiscard]] std::shared_ptr<Shelf> shelf_of(State& state, const identity::Identity& identity);
  [[nodiscard]] SessionPtr make_room(State& state) const;
  SessionPtr add(std::string key, Session::Facts facts, const Caller& caller);

  std::shared_ptr<House> house_;
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
