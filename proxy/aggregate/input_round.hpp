// The answers of a 2025-11-25 client to what a 2026-07-28 backend asked for in one interim result. Answers come from any
// thread; one task waits for them all.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "core/base/cancellation.hpp"
#include "core/base/guarded.hpp"
#include "core/base/task.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::proxy {

class InputRound : public std::enable_shared_from_this<InputRound> {
 public:
  explicit InputRound(std::size_t count) : state_(State{.left = count, .responses = Json::object(), .refusal = {}, .wake = {}}) {}

  void answer(const std::string& key, mcp::Message response);
  // The inputResponses. Denied when the client answered with an error, Timeout, Cancelled.
  [[nodiscard]] Task<Result<Json>> wait(std::chrono::milliseconds at_most, Cancellation cancellation);

  std::vector<std::int64_t> asked;  // the ids the client was asked with

 private:
  struct State {
    std::size_t left = 0;
    Json responses;
    std::string refusal;
    std::function<void()> wake;
  };
  Guarded<State> state_;
};

}  // namespace vmcpauth::proxy
