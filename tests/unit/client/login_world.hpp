// An MCP server, its authorization server and a user who always agrees, all in memory: what the login engine meets.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/client/authorizing_http_client.hpp"
#include "core/client/server_tokens.hpp"
#include "core/oauth/parameters.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temp_dir.hpp"

namespace vmcpauth::test {

struct RecordingProgress final : client::Progress {
  std::vector<std::string> lines;
  void report(client::ProgressKind /*kind*/, std::string text) override { lines.push_back(std::move(text)); }
  [[nodiscard]] bool said(std::string_view part) const {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }
};

struct AgreeingAgent final : client::UserAgent {
  std::string uri = "http://127.0.0.1:7000/callback";
  std::string answer = "code=the-code&iss=https%3A%2F%2Fas.test";  // without the state
  std::vector<oauth::Parameters> asked;
  std::vector<client::DevicePrompt> devices;
  std::vector<client::LoginOutcome> outcomes;

  [[nodiscard]] Result<std::string> redirect_uri(const std::optional<std::string>& /*earlier*/) override { return uri; }
  std::size_t choice = 0;
  std::vector<std::vector<std::string>> choices;
  [[nodiscard]] Task<Result<std::size_t>> choose_issuer(std::vector<std::string> issuers) override {
    choices.push_back(std::move(issuers));
    co_return choice;
  }
  [[nodiscard]] Task<Result<std::string>> ask(client::AuthorizationPrompt prompt) override {
    asked.push_back(*oauth::Parameters::parse(Url::parse(prompt.url)->query()));
    co_return answer + "&state=" + prompt.state;
  }
  void show_device_code(const client::DevicePrompt& prompt) override { devices.push_back(prompt); }
  [[nodiscard]] Task<void> finish(client::LoginOutcome outcome) override {
    outcomes.push_back(std::move(outcome));
    co_return;
  }
};

struct LoginWorld {
  LoginWorld();

  // Sends one request to the server as the command line would.
  [[nodiscard]] Result<http::ClientResponse> call();
  // Another process: nothing but the store is kept.
  void restart(bool fresh = false, client::Asking asking = client::Asking::WhenNeeded);
  [[nodiscard]] oauth::Parameters token_request(std::size_t index) const { return *oauth::Parameters::parse(token_bodies.at(index)); }
  [[nodiscard]] std::size_t count(std::string_view url) const { return http.count(url); }

  // -- what the servers say
  Json resource{{"resource", "https://mcp.test/mcp"}, {"authorization_servers", {"https://as.test"}}};
  Json metadata{{"issuer", "https://as.test"},
                {"authorization_endpoint", "https://as.test/authorize"},
                {"token_endpoint", "https://as.test/token"},
                {"registration_endpoint", "https://as.test/register"},
                {"code_challenge_methods_supported", {"S256"}},
                {"authorization_response_iss_parameter_supported", true}};
  std::vector<http::ClientResponse> token_answers;  // first come first; then access-N with refresh-N, an hour
  std::vector<std::string> token_bodies;
  bool give_refresh_tokens = true;
  std::function<Result<Secret>(const client::SecretSource&)> read_secret;
  std::string good_token;  // what the server takes; "" = the newest
  std::string challenge = "Bearer resource_metadata=\"https://mcp.test/.well-known/oauth-protected-resource/mcp\"";

  TempDir dir;
  SystemPrivateFiles files;
  FakeEnv env;
  SystemRandom random;
  FakeClock clock;
  FakeTimer timer{clock};
  FakeHttpClient http;
  RecordingProgress progress;
  AgreeingAgent agent;
  client::LoginSettings settings{.server = *Url::parse("https://mcp.test/mcp")};
  std::unique_ptr<client::CredentialStore> store;
  std::unique_ptr<client::ServerTokens> tokens;
  std::unique_ptr<client::ServerAccess> access;
  int issued = 0;

 private:
  [[nodiscard]] http::ClientResponse give_tokens(const http::ClientRequest& request);
};

[[nodiscard]] inline http::ClientResponse json_response(int status, const Json& body) { return {status, {{"Content-Type", "application/json"}}, body.dump()}; }

}  // namespace vmcpauth::test
