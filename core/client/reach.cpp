#include "core/client/reach.hpp"

#include "core/http/address.hpp"

namespace vmcpauth::client {
namespace {

http::PeerPolicy policy(const Trust& trust, bool ours) {
  return {.allow_private_addresses = ours, .allow_loopback = ours, .allow_http = false, .ca_bundle_path = trust.ca_bundle_path};
}

}  // namespace

http::PeerPolicy server_policy(const Trust& trust) { return policy(trust, true); }

Task<Result<http::PeerPolicy>> named_policy(http::HttpClient& http, Url server, Trust trust) {
  if (server.is_loopback()) co_return policy(trust, true);
  if (const auto address = http::IpAddress::parse(server.host())) co_return policy(trust, !http::is_public_address(*address));
  CO_TRY(auto root, Url::parse(server.origin() + "/"));
  http::ClientRequest request{.method = "HEAD", .url = std::move(root), .peer = policy(trust, false)};
  auto answer = co_await http.send(std::move(request));
  if (answer) co_return policy(trust, false);
  const auto code = answer.error().code();
  if (code == ErrorCode::BlockedAddress) co_return policy(trust, true);
  if (code == ErrorCode::Unreachable || code == ErrorCode::Timeout) co_return std::unexpected(std::move(answer).error());
  co_return policy(trust, false);
}

}  // namespace vmcpauth::client
