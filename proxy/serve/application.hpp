// One configuration at work: authorization server, incoming auth and backends assembled, and the route table that sends
// each request to them. Made from a Runtime at start and again at every SIGHUP; what must survive that lives in Surroundings.
#pragma once

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
#include "proxy/aggregate/aggregator.hpp"
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
  bool walkthrough = false;                  // the browser stops at a page between two legs
  http::StreamingClient* streams = nullptr;  // null: /mcp is not aggregated
  Executor* background = nullptr;            // where backends are watched; null: they are not
  bool strict_upstreams = false;             // one unusable upstream token refuses the whole request
};

class Application final : public RequestHandler {
 public:
  // InvalidConfig and what the rooms' own factories say.
  [[nodiscard]] static Result<std::shared_ptr<Application>> make(config::Runtime runtime, Surroundings surroundings);

  [[nodiscard]] Task<void> handle(Exchange& exchange) override;

  [[nodiscard]] const config::Runtime& runtime() const noexcept { return runtime_; }
  [[nodiscard]] const MountedBackends& backends() const noexcept { return *backends_; }
  // Another configuration takes over, or the server stops: streams of the aggregate end.
  void retire();
  [[nodiscard]] const authserver::AuthServer* auth_server() const noexcept { return auth_server_.get(); }

 private:
  Application(config::Runtime runtime, Surroundings surroundings, identity::OriginGuard guard)
      : runtime_(std::move(runtime)), surroundings_(std::move(surroundings)), guard_(std::move(guard)) {}
  [[nodiscard]] Result<void> make_auth_server();
  [[nodiscard]] Result<void> mount_backends();
  void make_aggregator();

  [[nodiscard]] Task<void> dispatch(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> refuse(Exchange& exchange, const Error& error, RequestRecord& record);
  [[nodiscard]] Task<void> serve_health(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> serve_resource_metadata(Exchange& exchange, RequestRecord& record);
  // The authorization server's paths, and what is nowhere.
  [[nodiscard]] Task<void> serve_other(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> serve_aggregate(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> serve_status(Exchange& exchange, RequestRecord& record);
  [[nodiscard]] Task<void> serve_backend(Exchange& exchange, std::string_view name, RequestRecord& record);
  [[nodiscard]] Task<void> forward(Exchange& exchange, const MountedBackend& backend, identity::IdentityPtr identity, RequestRecord& record);
  // The Identity when the request may go on; null when it has been answered with a challenge.
  [[nodiscard]] Task<identity::IdentityPtr> admit(Exchange& exchange, const Resource& resource, RequestRecord& record);
  [[nodiscard]] http::Response no_aggregate() const;

  config::Runtime runtime_;
  Surroundings surroundings_;
  identity::OriginGuard guard_;
  outgoing::Passthrough passthrough_;
  std::vector<std::unique_ptr<upstream::Provider>> providers_;
  std::unique_ptr<identity::UpstreamRefresher> refresher_;
  std::unique_ptr<authserver::AuthServer> auth_server_;
  std::unique_ptr<Incoming> incoming_;
  std::shared_ptr<MountedBackends> backends_ = std::make_shared<MountedBackends>();
  std::unique_ptr<Aggregator> aggregator_;
};

}  // namespace vmcpauth::proxy
