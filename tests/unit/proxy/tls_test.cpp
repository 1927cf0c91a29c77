// Whom outbound connections trust: the client and the forwarder against TLS servers of another make (cpp-httplib).
#include "proxy/tls.hpp"

#include <set>

#include "proxy/backend.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/proxy/outbound.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
namespace fs = std::filesystem;

TEST_CASE("http client: TLS peers are verified, and the error says what was wrong") {
  TempDir folder;
  TestAuthority authority(folder.path());
  struct Case {
    const char* name;
    CertificateFiles files;
    bool trusted;
    const char* error;  // "" = works
  };
  const Case cases[] = {
      {"good", authority.issue("good", "DNS:localhost"), true, ""},
      {"good by address", authority.issue("address", "DNS:localhost,IP:127.0.0.1"), true, ""},
      {"another name", authority.issue("other", "DNS:example.org"), true, "certificate verify failed: hostname mismatch"},
      {"a name that only begins like ours", authority.issue("prefix", "DNS:localhost.example.org"), true, "certificate verify failed: hostname mismatch"},
      {"expired", authority.issue("expired", "DNS:localhost", -1), true, "certificate verify failed: certificate has expired"},
      {"self-signed", authority.self_signed("self", "DNS:localhost"), true, "certificate verify failed: self-signed certificate"},
      {"unknown authority", authority.issue("unknown", "DNS:localhost"), false, "certificate verify failed: unable to get local issuer certificate"},
  };
  Client client;
  for (const auto& c : cases) {
    INFO(c.name);
    Running<httplib::SSLServer> peer(c.files.certificate.c_str(), c.files.key.c_str());
    auto policy = kLoopback;
    if (c.trusted) policy.ca_bundle_path = authority.bundle();
    const auto answer = client.get("https://localhost:" + std::to_string(peer.port) + "/hello", policy);
    if (*c.error == '\0') {
      REQUIRE(answer);
      CHECK(answer->body == "hello");
      continue;
    }
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == ErrorCode::Unreachable);
    CHECK(http::to_lower(answer.error().message()) == "tls with localhost:" + std::to_string(peer.port) + " failed: " + c.error);
  }
  Running<httplib::SSLServer> peer(cases[1].files.certificate.c_str(), cases[1].files.key.c_str());
  auto policy = kLoopback;
  policy.ca_bundle_path = authority.bundle();
  for (int i = 0; i < 3; ++i) {  // again with a remembered session
    const auto answer = client.get("https://127.0.0.1:" + std::to_string(peer.port) + "/hello", policy);
    REQUIRE(answer);
    CHECK(answer->body == "hello");
  }
  policy.ca_bundle_path = folder.path() / "missing.pem";
  const auto missing = client.get("https://127.0.0.1:" + std::to_string(peer.port) + "/hello", policy);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == ErrorCode::InvalidConfig);
}

TEST_CASE("http client: CA certificates may come as text, which goes before a path") {
  TempDir folder;
  TestAuthority authority(folder.path());
  fs::create_directories(folder.path() / "other");
  TestAuthority stranger(folder.path() / "other");
  const auto files = authority.issue("good", "IP:127.0.0.1");
  Running<httplib::SSLServer> peer(files.certificate.c_str(), files.key.c_str());
  const std::string url = "https://127.0.0.1:" + std::to_string(peer.port) + "/hello";
  const std::string ours = slurp(authority.bundle());
  const std::string theirs = slurp(stranger.bundle());
  struct Case {
    const char* name;
    std::string pem;
    ErrorCode error;  // Internal = works
  };
  const Case cases[] = {
      {"ours", ours, ErrorCode::Internal},
      {"several, with words between", "# one\n" + ours + "\n# two\n" + theirs, ErrorCode::Internal},
      {"a key beside it", slurp(files.key) + ours, ErrorCode::Internal},
      {"another authority", theirs, ErrorCode::Unreachable},
      {"nothing", "", ErrorCode::InvalidConfig},
      {"words only", "no certificate", ErrorCode::InvalidConfig},
      {"a key only", slurp(files.key), ErrorCode::InvalidConfig},
      {"cut off", ours.substr(0, ours.size() / 2), ErrorCode::InvalidConfig},
      {"damaged after a good one", ours + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ErrorCode::InvalidConfig},
  };
  Client client;
  for (const auto& c : cases) {
    INFO(c.name);
    auto policy = kLoopback;
    policy.ca_bundle_pem = c.pem;
    policy.ca_bundle_path = folder.path() / "missing.pem";
    CHECK(proxy::check_trust(policy).has_value() == (c.error != ErrorCode::InvalidConfig));
    const auto answer = client.get(url, policy);
    if (c.error == ErrorCode::Internal) {
      REQUIRE(answer);
      CHECK(answer->body == "hello");
    } else {
      REQUIRE_FALSE(answer);
      CHECK(answer.error().code() == c.error);
    }
  }
  auto by_path = kLoopback;
  CHECK(proxy::check_trust(by_path));
  by_path.ca_bundle_path = folder.path() / "missing.pem";
  CHECK(proxy::check_trust(by_path).error().code() == ErrorCode::InvalidConfig);
}

TEST_CASE("pool key: connections are shared only where trust and policy are the same") {
  const Url url = *Url::parse("https://mcp.example.com/mcp");
  const std::vector<http::PeerPolicy> policies{{},
                                               {.ca_bundle_path = "a"},
                                               {.ca_bundle_pem = "a"},
                                               {.ca_bundle_pem = "b"},
                                               {.allow_private_addresses = true},
                                               {.allow_loopback = true},
                                               {.allow_http = true}};
  std::set<std::string> keys;
  for (const auto& policy : policies) keys.insert(proxy::pool_key(url, policy));
  CHECK(keys.size() == policies.size());
  CHECK(proxy::pool_key(url, {.ca_bundle_pem = std::string(100'000, 'a')}).size() < 200);
}

TEST_CASE("forward: a backend trusts the CA certificates of its own configuration") {
  TempDir folder;
  TestAuthority authority(folder.path());
  const auto files = authority.issue("good", "IP:127.0.0.1");
  Running<httplib::SSLServer> peer(files.certificate.c_str(), files.key.c_str());
  const Url url = *Url::parse("https://127.0.0.1:" + std::to_string(peer.port));
  for (const bool trusted : {true, false}) {
    proxy::BackendSettings settings{.name = "tls", .url = url};
    if (trusted) settings.peer.ca_bundle_pem = slurp(authority.bundle());
    const auto backend = proxy::Backend::make(std::move(settings));
    REQUIRE(backend);
    FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
      proxy::ForwardRequest request;
      request.backend = *backend;
      request.target = exchange.head().path;
      const auto summary = co_await exchange.forward(std::move(request));
      static_cast<void>(summary);
    });
    Served served(handler);
    auto client = served.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(status_of(client.take_message()) == (trusted ? 200 : 502));
  }
  proxy::BackendSettings broken{.name = "tls", .url = url};
  broken.peer.ca_bundle_pem = "no certificate";
  CHECK_FALSE(proxy::Backend::make(std::move(broken)));
}

TEST_CASE("http client: a server that speaks no TLS is a TLS error") {
  RawListener listener;
  std::thread talker([&] {
    auto peer = listener.accept();
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    static_cast<void>(peer.take_rest(1s));
  });
  Client client;
  const auto answer = client.get("https://127.0.0.1:" + std::to_string(listener.port()) + "/");
  talker.join();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ErrorCode::Unreachable);
  CHECK(answer.error().message().find("TLS with 127.0.0.1:") == 0);
}

TEST_CASE("forward: https backends are verified like any other peer") {
  TempDir folder;
  TestAuthority authority(folder.path());
  const auto good = authority.issue("good", "IP:127.0.0.1");
  const auto bad = authority.issue("bad", "DNS:example.org");
  for (const bool trusted : {true, false}) {
    const auto& files = trusted ? good : bad;
    Running<httplib::SSLServer> peer(files.certificate.c_str(), files.key.c_str());
    proxy::BackendSettings settings{.name = "tls", .url = *Url::parse("https://127.0.0.1:" + std::to_string(peer.port))};
    settings.peer.ca_bundle_path = authority.bundle();
    const auto backend = proxy::Backend::make(std::move(settings));
    REQUIRE(backend);
    FunctionHandler handler([&](Exchange& exchange) -> Task<void> {
      proxy::ForwardRequest request;
      request.backend = *backend;
      request.target = exchange.head().path;
      const auto summary = co_await exchange.forward(std::move(request));
      static_cast<void>(summary);
    });
    Served served(handler);
    auto client = served.connect();
    const std::string body(500'000, 'z');
    for (int i = 0; i < 3; ++i) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
      const auto answer = client.take_message();
      CHECK(status_of(answer) == (trusted ? 200 : 502));
      if (!trusted) break;
      CHECK(body_of(answer) == body);
    }
  }
  proxy::BackendSettings settings{.name = "tls", .url = *Url::parse("https://127.0.0.1:1")};
  settings.peer.ca_bundle_path = folder.path() / "missing.pem";
  CHECK_FALSE(proxy::Backend::make(std::move(settings)));
}
