#include "proxy/serve/configuration.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/config/render.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxStdinBytes = 10U << 20U;

Result<std::string> read_stdin() {
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    text.append(buffer.data(), got);
    if (text.size() > kMaxStdinBytes) return fail(ErrorCode::TooLarge, "standard input is larger than 10 MiB");
  }
  if (std::ferror(stdin) != 0) return fail(ErrorCode::Io, "standard input cannot be read");
  return text;
}

// The overlay's value has been checked by its field table; what is still wrong is said in the command line's words.
Result<ListenAddress> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  ListenAddress address;
  if (colon != std::string::npos) {
    address.host = text.substr(0, colon);
    if (address.host.starts_with('[') && address.host.ends_with(']')) address.host = address.host.substr(1, address.host.size() - 2);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (!address.host.empty() && error == std::errc{} && stop == end) return address;
  }
  return fail(ErrorCode::InvalidConfig, "[local] listen of the overlay is not HOST:PORT: " + printable(text));
}

}  // namespace

Result<Configuration> Configuration::make(const ServeOptions& options, const Files& files, const Env& env) {
  Configuration configuration(options, files, env);
  if (std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end()) {
    TRY(auto text, read_stdin());
    configuration.stdin_text_ = config::InputText{"<stdin>", std::move(text)};
  }
  return configuration;
}

config::LoadOptions Configuration::load_options(const std::string& origin) const {
  config::LoadOptions load;
  load.paths = options_.paths;
  load.stdin_text = stdin_text_;
  load.server = options_.server.value_or("");
  load.overlay_path = options_.overlay.value_or("");
  load.local_origin = origin;
  if (std::holds_alternative<ManifestIssuer>(options_.issuer)) load.issuer = "keep";
  if (const auto* given = std::get_if<GivenIssuer>(&options_.issuer)) load.issuer = given->url.text();
  load.mock_upstreams.all = std::holds_alternative<MockAllProviders>(options_.providers);
  if (const auto* mocks = std::get_if<MockProviders>(&options_.providers)) load.mock_upstreams.names = mocks->names;
  return load;
}

Result<std::optional<ListenAddress>> Configuration::listen() const {
  const auto checked = config::check(load_options(""), files_);
  if (!checked.listen) return std::nullopt;
  TRY(auto address, parse_listen(*checked.listen));
  return address;
}

Result<config::Runtime> Configuration::load(const std::string& origin) const {
  for (const auto& path : options_.paths) {
    if (path != "-" && !files_.exists(path)) return fail(ErrorCode::NotFound, path + ": No such file or directory");
  }
  auto loaded = config::load(load_options(origin), files_, env_);
  const auto text = config::render(loaded.diagnostics, loaded.sources, {.colour = options_.presentation.log_colour});
  if (!text.empty()) std::fputs(text.c_str(), stderr);
  if (!loaded.runtime) {
    return fail(ErrorCode::InvalidConfig, "the configuration is not served: " + config::summary(loaded.diagnostics, loaded.statistics.files));
  }
  return *std::move(loaded.runtime);
}

}  // namespace vmcpauth::proxy
