// What a command needs to talk to an MCP server as somebody: the credential store, the login engine and the decorated HTTP
// client, in the right order of construction. Used by `login` and `call`.
#pragma once

#include <memory>

#include "cli/login_options.hpp"
#include "cli/world.hpp"
#include "core/client/authorizing_http_client.hpp"
#include "core/client/server_tokens.hpp"
#include "core/client/user_agent.hpp"
#include "proxy/network.hpp"

namespace vmcpauth::cli {

enum class Verbosity : std::uint8_t { Quiet, Normal, Verbose };

// --verbose and --quiet of an invocation.
[[nodiscard]] Verbosity verbosity_of(const Invocation& invocation);

// Prints progress on standard error.
class TerminalProgress final : public client::Progress {
 public:
  TerminalProgress(std::ostream& out, Verbosity verbosity) : out_(out), verbosity_(verbosity) {}
  void report(client::ProgressKind kind, std::string text) override;

 private:
  std::ostream& out_;
  Verbosity verbosity_;
};

class SignedIn {
 public:
  struct Settings {
    LoginRequest login;
    client::Asking asking = client::Asking::Never;
    bool fresh = false;  // log in whatever is stored
    Verbosity verbosity = Verbosity::Normal;
  };
  // World and network outlive it. NotFound (no place for credentials), Io, InvalidInput (the store's key).
  [[nodiscard]] static Result<std::unique_ptr<SignedIn>> open(const World& world, proxy::Network& network, Settings settings);

  // Requests to the server carry the credential.
  [[nodiscard]] http::HttpClient& http() noexcept { return http_; }
  // For the decorator of another port (client::AuthorizingStreamingClient).
  [[nodiscard]] client::ServerAccess& access() noexcept { return access_; }
  [[nodiscard]] client::ServerTokens& tokens() noexcept { return tokens_; }
  [[nodiscard]] client::Progress& progress() noexcept { return progress_; }

 private:
  SignedIn(const World& world, proxy::Network& network, client::CredentialStore store, Settings settings);
  TerminalProgress progress_;
  client::CredentialStore store_;
  std::unique_ptr<client::UserAgent> agent_;
  client::ServerTokens tokens_;
  client::ServerAccess access_;
  client::AuthorizingHttpClient http_;
};

}  // namespace vmcpauth::cli
