#include "proxy/aggregate/input_round.hpp"

#include "core/base/encoding.hpp"
#include "proxy/aggregate/thread_waker.hpp"

namespace vmcpauth::proxy {

void InputRound::answer(const std::string& key, mcp::Message response) {
  auto wake = state_.with([&](State& state) {
    if (response.result.is_null()) {
      state.refusal = printable(response.error.is_object() ? response.error.value("message", std::string()) : std::string(), 200);
      if (state.refusal.empty()) state.refusal = "no reason given";
    } else {
      state.responses[key] = std::move(response.result);
    }
    if (state.left > 0) --state.left;
    return state.wake;
  });
  if (wake) wake();
}

Task<Result<Json>> InputRound::wait(std::chrono::milliseconds at_most, Cancellation cancellation) {
  ThreadWaker waker;
  const auto hook = cancellation.on_cancel(waker.function());
  state_.with([&](State& state) { state.wake = waker.function(); });
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    const auto [left, refusal] = state_.with([](const State& state) { return std::pair(state.left, state.refusal); });
    if (cancellation.cancelled()) co_return fail(ErrorCode::Cancelled, "the call was cancelled");
    if (!refusal.empty()) co_return fail(ErrorCode::Denied, "the client refused what the backend asked it: " + refusal);
    if (left == 0) co_return state_.with([](const State& state) { return state.responses; });
    const bool woken = co_await waker.wait(deadline);
    if (!woken) co_return fail(ErrorCode::Timeout, "the client did not answer what the backend asked it");
  }
}

}  // namespace vmcpauth::proxy
