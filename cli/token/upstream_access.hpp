// Providers of the configuration, made ready for the token commands: refreshing and giving back tokens with the same client
// and endpoints as serve uses.
#pragma once

#include <memory>
#include <string>

#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/config/runtime.hpp"
#include "core/store/store_browser.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/registrations.hpp"

namespace vmcpauth::cli {

// --verbose
[[nodiscard]] Option verbose_option();

// An HTTP client that tells on standard error whom it asks and what the status was: -v. Never a query, a header or a body.
class ToldHttpClient final : public http::HttpClient {
 public:
  ToldHttpClient(http::HttpClient& inner, const Logger& logger) : inner_(inner), logger_(logger) {}
  [[nodiscard]] Task<Result<http::ClientResponse>> send(http::ClientRequest request) override;

 private:
  http::HttpClient& inner_;
  const Logger& logger_;
};

class UpstreamAccess {
 public:
  // `runtime` and `store` must outlive the object; `store` may be null where no provider registers itself.
  UpstreamAccess(const World& world, const Invocation& invocation, proxy::Network& network, const config::Runtime& runtime, store::Store& store);
  ~UpstreamAccess();

  // The provider of that name. InvalidInput, InvalidConfig.
  [[nodiscard]] Result<std::unique_ptr<upstream::Provider>> provider(const std::string& name);
  [[nodiscard]] http::HttpClient& http() noexcept { return http_; }

 private:
  const World& world_;
  const config::Runtime& runtime_;
  Logger logger_;
  ToldHttpClient http_;
  std::unique_ptr<upstream::Registrations> registrations_;
};

// The logger of a token command: warnings, with -v every step, on standard error.
[[nodiscard]] Logger command_logger(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
