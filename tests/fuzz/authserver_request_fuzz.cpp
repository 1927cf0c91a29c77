// Any request to the authorization server: method, path, headers, query or body from the input. Whatever comes in, it answers,
// redirects only to what was registered, and lets no line break into a header.
#include <cstdlib>
#include <memory>

#include "core/authserver/auth_server.hpp"
#include "core/store/memory_store.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/fakes.hpp"

namespace {

using namespace vmcpauth;

struct Server {
  test::FakeClock clock;
  test::CountingRandom random;
  test::FakeHttpClient http;
  Logger logger{clock, LogLevel::Error, LogFormat::Json, false, [](std::string_view) {}};
  authserver::Timeline timeline{64};
  store::MemoryStore store{{.clients = 50, .pending = 50}};
  test::FakeProvider provider{"idp"};
  config::AuthServer config;
  std::unique_ptr<authserver::AuthServer> server;

  Server() {
    config.issuer = "https://vmcp.example";
    config.allowed_audiences = {"https://vmcp.example/mcp"};
    config.cimd.enabled = true;
    config::Upstream upstream;
    upstream.name = "idp";
    upstream.redirect_uri = "https://vmcp.example/oauth/callback";
    config.upstreams.push_back(std::move(upstream));
    store::Client client;
    client.id = "c";
    client.redirect_uris = {"http://127.0.0.1/cb", "app://x/cb"};
    client.grant_types = {"authorization_code", "refresh_token"};
    client.scopes = {"openid", "offline_access"};
    if (!run_ready(store.put_client(std::move(client)))) std::abort();
    server = *authserver::AuthServer::make(config, {store, {&provider}, clock, random, http, logger, timeline});
  }
};

bool is_expected_target(std::string_view location) {
  return location.starts_with("http://127.0.0.1/cb?") || location.starts_with("http://127.0.0.1:") || location.starts_with("app://x/cb?") ||
         location.starts_with("https://idp.test/authorize?");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server server;
  static const char* const kPaths[] = {"/oauth/authorize", "/oauth/callback", "/oauth/token", "/oauth/register"};
  if (size < 2) return 0;
  http::Request request;
  request.path = kPaths[data[0] % 4];
  request.method = (data[0] & 4U) != 0 ? "POST" : "GET";
  const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto split = text.find('\n');
  if (split != std::string::npos) request.headers.set(data[1] % 2 == 0 ? "Cookie" : "Authorization", text.substr(0, split));
  const auto rest = split == std::string::npos ? text : text.substr(split + 1);
  (request.method == "POST" ? request.body : request.query) = rest;
  request.headers.set("Content-Type", request.path == kPaths[3] ? "application/json" : "application/x-www-form-urlencoded");
  server.provider.legs.clear();
  server.provider.finished.clear();
  server.provider.callbacks.clear();
  server.http.requests.clear();
  server.clock.advance(Seconds(1));
  const auto response = run_ready(server.server->handle(std::move(request)));
  if (!response || response->status < 200 || response->status > 599) std::abort();
  for (const auto& header : response->headers) {
    if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
    if (header.name == "Location" && !is_expected_target(header.value)) {
      // A client that registered itself in this run may have its own redirect.
      if (server.store.sizes().clients < 2) std::abort();
    }
  }
  return 0;
}
