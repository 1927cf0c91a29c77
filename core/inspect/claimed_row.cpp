#include "core/inspect/claimed_row.hpp"

namespace vmcpauth::inspect {
namespace {

// Longer than any answer of a provider is waited for.
constexpr Seconds kClaim{30};
constexpr Seconds kPatience{35};
constexpr Milliseconds kLook{50};

}  // namespace

Task<Result<std::optional<ClaimedRow>>> claim_row(ClaimTools tools, std::string session_id, std::string provider) {
  std::string owner = tools.random.token(16);
  const auto give_up = tools.clock.steady() + kPatience;
  while (true) {
    const auto now = tools.clock.now();
    const auto until = now + kClaim;
    CO_TRY(const bool claimed, co_await tools.store.claim_refresh(session_id, provider, owner, now, until));
    CO_TRY(auto row, co_await tools.store.find_upstream_tokens(session_id, provider, now));
    if (!row) co_return std::optional<ClaimedRow>();
    if (claimed) co_return std::optional<ClaimedRow>(ClaimedRow{std::move(owner), *std::move(row)});
    if (tools.clock.steady() >= give_up) {
      co_return fail(ErrorCode::Unavailable, "another process refreshes the tokens of " + provider + " and does not come to an end; try again");
    }
    co_await tools.timer.pause(kLook);
  }
}

}  // namespace vmcpauth::inspect
