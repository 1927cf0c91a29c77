// A whole authorization server with fakes around it, a browser with a cookie jar, and a client that walks the code flow.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/authserver/auth_server.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/oauth/pkce.hpp"
#include "core/store/memory_store.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::test {

inline constexpr const char* kIssuer = "https://vmcp.example";
inline constexpr const char* kResource = "https://vmcp.example/mcp";
inline constexpr const char* kRedirect = "http://127.0.0.1:7777/callback";
inline constexpr const char* kVerifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The parameters of a query string, by name; the last of equal names wins.
[[nodiscard]] std::map<std::string, std::string> query_of(const std::string& url);
[[nodiscard]] std::string location(const http::Response& response);  // "" when none

// The path that the form of a step page posts to; "" on other pages.
[[nodiscard]] std::string step_of(const std::string& html);

// Keeps cookies like a browser that only ever visits us.
class Browser {
 public:
  http::Response visit(authserver::AuthServer& server, const std::string& path, const FormFields& query);
  http::Response send(authserver::AuthServer& server, http::Request request);
  std::map<std::string, std::string> cookies;
};

struct Tokens {
  http::Response response;
  Json body;
};

class World {
 public:
  // Upstreams in chain order; configure `config` before start().
  explicit World(std::vector<std::string> upstreams = {"github", "slack"});
  void start();

  [[nodiscard]] FakeProvider& provider(std::size_t index) { return *providers_[index]; }
  [[nodiscard]] authserver::AuthServer& server() { return *server_; }

  http::Response send(http::Request request);
  http::Response get(const std::string& path, const FormFields& query = {});
  http::Response post_form(const std::string& path, const FormFields& form, const http::Headers& headers = {});
  http::Response post_json(const std::string& path, const std::string& body);

  // Registers and gives the answer; with no argument a public client with kRedirect.
  Json register_client(const Json& metadata = {{"redirect_uris", {kRedirect}}, {"client_name", "test"}});
  [[nodiscard]] FormFields authorize_query(const std::string& client_id) const;
  // Walks every leg, each provider answering with a code, and gives the final redirect.
  http::Response log_in(Browser& browser, const FormFields& query);
  // The provider's redirect back for the last leg it was sent.
  http::Response answer(Browser& browser, std::size_t provider_index, const FormFields& more = {{"code", "upstream-code"}});
  // Whole login with a fresh browser; the code.
  std::string obtain_code(const std::string& client_id, const FormFields& more = {});
  Tokens redeem(const std::string& client_id, const std::string& code, const FormFields& more = {});
  Tokens refresh(const std::string& client_id, const std::string& token, const FormFields& more = {});
  [[nodiscard]] static Json claims_of(const std::string& jwt);  // unverified

  [[nodiscard]] std::vector<store::UpstreamTokens> upstream_tokens(const std::string& session_id);
  // Sessions that hold upstream tokens.
  [[nodiscard]] std::size_t live_sessions() const { return store.sizes().sessions; }

  FakeClock clock;
  CountingRandom random;
  FakeHttpClient http;
  RecordingLog log;
  authserver::Timeline timeline;
  store::MemoryStore store;
  config::AuthServer config;
  std::optional<authserver::WalkthroughSettings> walkthrough;

 private:
  std::vector<std::unique_ptr<FakeProvider>> providers_;
  std::unique_ptr<authserver::AuthServer> server_;
};

// The fields with one of them replaced (or added); an empty optional removes it.
[[nodiscard]] FormFields with(FormFields fields, const std::string& name, std::optional<std::string> value);

}  // namespace vmcpauth::test
