#include "core/client/device_grant.hpp"

#include <algorithm>

namespace vmcpauth::client {
namespace {

constexpr Seconds kSlowDown{5};  // RFC 8628 §3.5
constexpr Seconds kLongestInterval{60};
constexpr std::int64_t kDefaultLifetime = 600;
constexpr std::int64_t kLongestLifetime = 3600;

Result<Url> page_url(const std::optional<std::string>& text, const http::PeerPolicy& policy) {
  if (!text) return fail(ErrorCode::BadResponse, "the device authorization response has no verification_uri");
  auto url = Url::parse(*text);
  if (!url || !oauth::is_scheme_allowed(*url, policy))
    return fail(ErrorCode::BadResponse, "the device authorization response's verification_uri is not an https URL");
  return *std::move(url);
}

Result<DeviceAuthorization> read(const Json& document, const http::PeerPolicy& policy) {
  TRY(auto device_code, required_string(document, "device_code"));
  TRY(const auto user_code, required_string(document, "user_code"));
  TRY(auto page, optional_string(document, "verification_uri"));
  if (!page) {
    TRY(page, optional_string(document, "verification_url"));  // Google's spelling
  }
  TRY(auto url, page_url(page, policy));
  TRY(const auto lifetime, optional_integer(document, "expires_in"));
  TRY(const auto interval, optional_integer(document, "interval"));
  TRY(const auto complete, optional_string(document, "verification_uri_complete"));
  DeviceAuthorization out{Secret(std::move(device_code)),
                          {.user_code = printable(user_code, 100),
                           .verification_uri = std::move(url),
                           .complete = std::nullopt,
                           .lifetime = Seconds(std::clamp<std::int64_t>(lifetime.value_or(kDefaultLifetime), 1, kLongestLifetime))},
                          Seconds(std::clamp<std::int64_t>(interval.value_or(5), 1, kLongestInterval.count()))};
  if (complete) {
    if (auto with_code = page_url(complete, policy)) out.prompt.complete = *std::move(with_code);
  }
  return out;
}

}  // namespace

Result<Url> device_endpoint(const Discovery& discovery) {
  TRY(const auto text, optional_string(discovery.server.document, "device_authorization_endpoint"));
  auto url = text ? Url::parse(*text) : Result<Url>(fail(ErrorCode::NotFound, "none"));
  if (url && oauth::is_scheme_allowed(*url, discovery.peer)) return url;
  return fail(ErrorCode::Unsupported, "authorization server " + discovery.server.issuer + " does not offer the device grant; leave --device out");
}

Task<Result<DeviceAuthorization>> begin_device_grant(Ports ports, Discovery discovery, ClientIdentity client, TokenTarget target) {
  CO_TRY(const auto url, device_endpoint(discovery));
  Grant grant{{}, {}, "device authorization endpoint"};
  if (!target.scopes.empty()) grant.form.emplace_back("scope", oauth::join_scope(target.scopes));
  grant.form.emplace_back("resource", target.resource);
  // A public client names itself; post_form adds client_id for every other method but Basic.
  TokenEndpoint endpoint{url, discovery.server.issuer, discovery.peer};
  const auto peer = endpoint.peer(grant.endpoint);
  CO_TRY(const auto document, co_await post_form(ports, std::move(endpoint), std::move(client), nullptr, std::move(grant)));
  auto device = read(document, discovery.peer);
  if (!device) co_return std::unexpected(upstream::with_peer(Error(ErrorCode::BadResponse, device.error().message()), peer));
  co_return device;
}

Task<Result<TokenAnswer>> poll_device_grant(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, DeviceAuthorization device,
                                            TokenTarget target) {
  const auto give_up_at = ports.clock.steady() + device.prompt.lifetime;
  while (ports.clock.steady() < give_up_at) {
    co_await ports.timer.pause(std::chrono::duration_cast<Milliseconds>(device.interval));
    TokenEndpoint same = endpoint;
    ClientIdentity identity = client.clone();
    Grant grant = device_code_grant(device.device_code, target);
    auto answer = co_await ask_for_tokens(ports, std::move(same), std::move(identity), key, std::move(grant));
    if (answer) co_return answer;
    const auto code = answer.error().oauth_code().value_or("");
    if (code == "authorization_pending") continue;
    if (code == "slow_down") {
      device.interval = std::min(device.interval + kSlowDown, kLongestInterval);
      continue;
    }
    if (answer.error().code() == ErrorCode::Timeout) continue;  // §3.5: back off and go on
    if (code == "access_denied") co_return fail(ErrorCode::Denied, "the login was declined on the other device");
    if (code == "expired_token") break;
    co_return answer;
  }
  co_return fail(ErrorCode::Expired, "the code " + device.prompt.user_code + " was not entered in time");
}

}  // namespace vmcpauth::client
