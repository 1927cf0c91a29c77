#include "cli/token/upstream_access.hpp"

#include <ostream>

#include "cli/token/token_config.hpp"
#include "core/upstream/make_provider.hpp"
#include "proxy/serve/stored_registrations.hpp"

namespace vmcpauth::cli {

Option verbose_option() {
  return {.name = "verbose", .letter = 'v', .help = "say on standard error whom is asked and what happens", .detail = "Secrets stay redacted."};
}

Task<Result<http::ClientResponse>> ToldHttpClient::send(http::ClientRequest request) {
  const std::string method = request.method;
  const std::string url = request.url.origin() + request.url.path();
  auto response = co_await inner_.send(std::move(request));
  if (response) {
    logger_.debug("http", {{"method", method}, {"url", url}, {"status", response->status}});
  } else {
    logger_.debug("http_failed", {{"method", method}, {"url", url}, {"error", response.error().describe()}});
  }
  co_return response;
}

Logger command_logger(const World& world, const Invocation& invocation) {
  const auto level = invocation.has("verbose") ? LogLevel::Debug : LogLevel::Warn;
  return Logger(world.clock, level, LogFormat::Human, false, [&error = world.error](std::string_view line) { error << line << std::flush; });
}

UpstreamAccess::UpstreamAccess(const World& world, const Invocation& invocation, proxy::Network& network, const config::Runtime& runtime, store::Store& store)
    : world_(world),
      runtime_(runtime),
      logger_(command_logger(world, invocation)),
      http_(network.http(), logger_),
      registrations_(std::make_unique<proxy::StoredRegistrations>(store, world.clock)) {}

UpstreamAccess::~UpstreamAccess() = default;

Result<std::unique_ptr<upstream::Provider>> UpstreamAccess::provider(const std::string& name) {
  TRY(const auto* settings, find_upstream(runtime_, name));
  return upstream::make_provider(*settings, {http_, world_.clock, logger_, *registrations_, runtime_.auth_server->issuer});
}

}  // namespace vmcpauth::cli
