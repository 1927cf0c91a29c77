#include "core/authserver/callback_endpoint.hpp"

#include "core/authserver/claimed_leg.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxCallbackQuery = 32 * 1024;  // some providers' codes are long
constexpr std::size_t kMaxStateBytes = 128;           // ours have 43

std::optional<std::string> optional_parameter(const oauth::Parameters& parameters, std::string_view name) {
  const auto value = parameters.find(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

}  // namespace

Task<http::Response> CallbackEndpoint::handle(http::Request request) {
  if (request.query.size() > kMaxCallbackQuery) co_return dead_link("The identity provider's answer is too long.");
  auto parameters = oauth::Parameters::parse(request.query);
  if (!parameters || parameters->duplicate()) co_return dead_link("The identity provider's answer is malformed.");
  const auto state = parameters->get("state");
  if (state.empty() || state.size() > kMaxStateBytes)
    co_return dead_link("The identity provider's answer names no sign-in. Start again from your application.");
  // A step's key is no state: only a provider's answer may be given here.
  if (Walkthrough::is_step_key(state)) co_return dead_link("The identity provider's answer names no sign-in. Start again from your application.");
  auto claimed = co_await claim_leg(context_, state, std::move(request.headers));
  if (!claimed) co_return std::move(claimed).error();
  note(context_, LogLevel::Debug,
       {.login = login_id(claimed->leg.session_id),
        .kind = EventKind::CallbackReceived,
        .provider = claimed->leg.provider,
        .client_id = claimed->leg.client_id});
  upstream::CallbackParameters callback{optional_parameter(*parameters, "code"), optional_parameter(*parameters, "error"),
                                        optional_parameter(*parameters, "error_description"), optional_parameter(*parameters, "error_uri"),
                                        optional_parameter(*parameters, "iss")};
  auto response = co_await chain_.finish_leg(std::move(claimed->leg), std::move(callback), std::move(claimed->cookie));
  co_return response;
}

}  // namespace vmcpauth::authserver
