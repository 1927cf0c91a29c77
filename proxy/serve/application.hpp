// One configuration at work: authorization server, incoming auth and backends assembled, and the route table that sends
// each request to them. Made from a Runtime at start and again at every SIGHUP; what must survive that lives in Surroundings.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/authserver/auth_server.hpp"
#include "core/authserver/timeline.hpp"
#include "core/base/timer.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/identity/origin_guard.hpp"
#include "core/identity/upstream_refresher.hpp"
#include "core/outgoing/request_headers.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/provider.hpp"
#include "core/upstream/registrations.hpp"
#include "proxy/exchange.hpp"
#include "proxy/serve/incoming.hpp"
#include "proxy/serve/mounted_backend.hpp"
#include "proxy/serve/request_record.hpp"

namespace vmcpauth::proxy {

// Collaborators that outlive every Application.
struct Surroundings {
  store::SessionStore& store;
  upstream::Registrations& registrations;
  http::HttpClient& http;
  const Clock& clock;
  Random& random;
  Timer& timer;
  const Logger& logger;
  authserver::Timeline& timeline;
  std::vector<std::string> hosts;  // names besides loopback that requests may name in Host
  std::string version;
  bool walkthrough = false;  // the browser stops at a page between two legs
};

class Application final : public RequestHandler {
 public:
  // InvalidConfig and what the rooms' own factories say.
  [[nodiscard]] static Result<std::shared_ptr<Application>> make(config::Runtime runtime, Surroundings surroundings);

  [[nodiscard]] Task<void> handle(Exchange& exchange) override;

  [[nodiscard]] const config::Runtime& runtime() const noexcept { return runtime_; }
  [[nodiscard]] const std::map<std::string, MountedBackend, std::less<>>& backends() const noexcept { return backends_; }
  [[nodiscard]] const authserver::AuthServer* auth_server() const noexcept { return auth_server_.get(); }

 private:
  Application(config::Runtime runtime, Surroundings surroundings, identity::OriginGuard guard)
      : runtime_(std::move(runtime)), surroundings_(std::move(surroundings)), guard_(std::move(guard)) {}
  [[nodiscard]] Result<void> make_auth_server();
  [[nodiscard]] Result<void> mount_backends();

  [[nodiscard]] Task<void> dispatch(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> serve_backend(Exchange& exchange, std::string_view name, RequestRecord& record);
  [[nodiscard]] Task<void> forward(Exchange& exchange, const MountedBackend& backend, identity::IdentityPtr identity, RequestRecord& record);
  // The Identity when the request may go on; null when it has been answered with a challenge.
  [[nodiscard]] Task<identity::IdentityPtr> admit(Exchange& exchange, const Resource& resource, RequestRecord& record);
  [[nodiscard]] http::Response health() const;
  [[nodiscard]] http::Response no_aggregate() const;

  config::Runtime runtime_;
  Surroundings surroundings_;
  identity::OriginGuard guard_;
  outgoing::Passthrough passthrough_;
  std::vector<std::unique_ptr<upstream::Provider>> providers_;
  std::unique_ptr<identity::UpstreamRefresher> refresher_;
  std::unique_ptr<authserver::AuthServer> auth_server_;
  std::unique_ptr<Incoming> incoming_;
  std::map<std::string, MountedBackend, std::less<>> backends_;
};

}  // namespace vmcpauth::proxy
