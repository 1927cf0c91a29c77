// What `vmcpauth serve` was asked to do, after the command line has been parsed and before any file is read.
// Filled by cli/serve_command, consumed by the composition root (proxy/serve). Knows no terminal: whatever
// depends on one (colour, "auto") has been decided by the time this exists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/log.hpp"
#include "core/base/url.hpp"

namespace vmcpauth::proxy {

struct ListenAddress {
  std::string host;        // a name or an address; IPv6 without brackets
  std::uint16_t port = 0;  // 0 = any free port

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

inline constexpr std::uint16_t kDefaultPort = 4483;
inline constexpr const char* kDefaultHost = "127.0.0.1";

// Which issuer tokens and metadata name. Audience and resource follow the issuer.
struct LocalIssuer {};     // the origin we listen on, whatever the manifest says
struct ManifestIssuer {};  // what the manifest says, unchanged: for a host name or tunnel that leads here
struct GivenIssuer {
  Url url;
};
using IssuerChoice = std::variant<LocalIssuer, ManifestIssuer, GivenIssuer>;

// Which upstream providers are replaced by built-in ones of the same name.
struct RealProviders {};
struct MockAllProviders {};
struct MockProviders {
  std::vector<std::string> names;  // at least one
};
using ProviderChoice = std::variant<RealProviders, MockAllProviders, MockProviders>;

// How the log (standard error) and the banner (standard output) look.
struct Presentation {
  LogLevel log_level = LogLevel::Info;
  LogFormat log_format = LogFormat::Human;
  bool log_colour = false;
  bool banner = true;
  bool banner_colour = false;
};

struct ServeOptions {
  std::vector<std::string> paths;       // manifests, folders or vMCP runtime files; empty = demo mode
  std::optional<std::string> server;    // the VirtualMCPServer to run when the files hold several
  std::optional<std::string> overlay;   // none = vmcpauth.toml beside the first path, when it is there
  std::optional<ListenAddress> listen;  // none = kDefaultHost:kDefaultPort; demo mode then takes a free port when that is taken
  IssuerChoice issuer = LocalIssuer{};
  ProviderChoice providers = RealProviders{};
  bool walkthrough = false;  // a page between two legs of a login
  std::optional<std::string> store;  // a store location (proxy/store/location.hpp); none = what the configuration says, else SQLite; the demo: memory
  Presentation presentation;
  std::string version;  // for the banner and /health

  [[nodiscard]] bool demo() const noexcept { return paths.empty(); }
};

}  // namespace vmcpauth::proxy
