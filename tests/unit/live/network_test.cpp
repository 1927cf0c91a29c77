// The same questions over real sockets: a provider of another make (cpp-httplib), a closed port, a certificate nobody signed,
// a peer that never answers.
#include <httplib.h>

#include <thread>

#include "core/live/examine.hpp"
#include "proxy/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_peer.hpp"
#include "tests/support/temp_dir.hpp"

using namespace vmcpauth;
using namespace std::chrono_literals;

namespace {

template <class Server>
class Provider {
 public:
  template <class... Arguments>
  explicit Provider(std::string scheme, Arguments... arguments) : server(arguments...) {
    const int port = server.bind_to_any_port("127.0.0.1");
    issuer = scheme + "://127.0.0.1:" + std::to_string(port);
    server.Get("/.well-known/openid-configuration", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(R"({"issuer":")" + issuer + R"(","authorization_endpoint":")" + issuer + R"(/a","token_endpoint":")" + issuer +
                               R"(/t","jwks_uri":")" + issuer + R"(/jwks","code_challenge_methods_supported":["S256"]})",
                           "application/json");
    });
    server.Get("/jwks", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(
          R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})",
          "application/json");
    });
    thread_ = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Provider() {
    server.stop();
    thread_.join();
  }

  Server server;
  std::string issuer;

 private:
  std::thread thread_;
};

config::Party party(const std::string& issuer) { return {.role = config::PartyRole::OidcUpstream, .name = "upstream x", .issuer = {issuer, {0, 1, 1}}}; }

std::vector<std::string> ask(std::vector<config::Party> parties, Milliseconds deadline = 10s) {
  proxy::SystemNetwork network;
  const SystemClock clock;
  live::Examination examination{.parties = std::move(parties), .deadline = deadline};
  const auto found = network.run(live::examine(std::move(examination), network.http(), clock));
  std::vector<std::string> out;
  for (const auto& finding : found.all()) out.push_back(config::rule_id(finding.rule) + " " + finding.message);
  return out;
}

}  // namespace

TEST_CASE("live over sockets: a provider that is as it should be") {
  const Provider<httplib::Server> good("http");
  CHECK(ask({party(good.issuer)}).empty());
}

TEST_CASE("live over sockets: closed ports, unknown names and certificates nobody signed are named") {
  std::string closed;
  {
    test::RawListener listener;
    closed = listener.origin();
  }
  const test::TempDir folder;
  const test::TestAuthority authority(folder.path());
  const auto files = authority.self_signed("self", "IP:127.0.0.1");
  const Provider<httplib::SSLServer> unsigned_peer("https", files.certificate.c_str(), files.key.c_str());
  const auto found = ask({party(closed), party(unsigned_peer.issuer), party("https://nobody.invalid"), party("https://10.0.0.1")});
  REQUIRE(found.size() == 4);
  CHECK(found[0].starts_with("VMA801"));
  CHECK(found[1].starts_with("VMA801"));
  CHECK_THAT(found[1], ContainsSubstring("certificate"));
  CHECK(found[2].starts_with("VMA801"));
  CHECK(found[3].starts_with("VMA802"));
}

TEST_CASE("live over sockets: many that never answer cost one deadline") {
  test::RawListener silent;
  const auto started = std::chrono::steady_clock::now();
  const auto found = ask({party(silent.origin()), party(silent.origin()), party(silent.origin()), party(silent.origin())}, 500ms);
  CHECK(std::chrono::steady_clock::now() - started < 5s);
  REQUIRE(found.size() == 4);
  for (const auto& message : found) CHECK(message.starts_with("VMA812"));
}
