// One backend as all sessions share it: where and how it is called, which revision it speaks (probed once, again when it
// answers against it), how it is doing, and what it last said it can do. Thread-safe; outlives every session.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "core/base/guarded.hpp"
#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/single_flight.hpp"
#include "core/config/aggregation.hpp"
#include "core/http/streaming_client.hpp"
#include "core/identity/identity.hpp"
#include "core/mcp/translation.hpp"
#include "proxy/aggregate/health.hpp"
#include "proxy/serve/mounted_backend.hpp"

namespace vmcpauth::proxy {

// Collaborators of the whole room; they outlive it.
struct AggregateDependencies {
  http::StreamingClient& http;
  const Clock& clock;
  Random& random;
  const Logger& logger;
  mcp::Implementation self;  // who we are, to both sides
};

// On whose behalf a backend is called.
struct Caller {
  identity::IdentityPtr identity;
  http::Headers headers;  // of the client's request: passthroughHeaders and tracing
};

enum class Revision : std::uint8_t { Unknown, Legacy, Modern };
[[nodiscard]] std::string_view to_string(Revision revision) noexcept;

class BackendPeer {
 public:
  BackendPeer(const MountedBackend& mounted, config::Transport transport, const config::Operational& rules, const AggregateDependencies& dependencies);

  [[nodiscard]] const std::string& name() const noexcept { return mounted_.name; }
  [[nodiscard]] const MountedBackend& mounted() const noexcept { return mounted_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return rules_.timeout_of(mounted_.name); }

  [[nodiscard]] Revision revision() const noexcept { return revision_.load(std::memory_order_relaxed); }
  // Asks the backend when it is not known. One probe at a time.
  [[nodiscard]] Task<Result<Revision>> find_revision(Caller caller);
  // The backend answered against it.
  void forget_revision(Revision seen);

  // A POST with everything but the revision's own headers: URL, credential, content types, timeouts. Errors of the strategy;
  // Unavailable while the circuit is open.
  [[nodiscard]] Task<Result<http::StreamRequest>> request(Caller caller, std::string body, Cancellation cancellation);

  // What a call told us about its health; errors that are not the backend's doing are passed over.
  void report(const std::optional<Error>& error);
  // One check without anybody's credential: any answer below 500 will do.
  [[nodiscard]] Task<void> check();

  struct Snapshot {
    HealthState health = HealthState::Unknown;
    bool circuit_open = false;
    std::string last_error;
    std::optional<std::size_t> tools, prompts, resources;  // of the last good answer, whoever asked
    Json capabilities;                                     // null: not known
    std::string instructions;
  };
  [[nodiscard]] Snapshot snapshot() const;
  void declare(Json capabilities, std::string instructions);
  void count(std::size_t tools, std::size_t prompts, std::size_t resources);

 private:
  struct State {
    explicit State(const config::Operational& rules) : health(rules) {}
    Health health;
    std::optional<std::size_t> tools, prompts, resources;
    Json capabilities;
    std::string instructions;
  };
  [[nodiscard]] Task<Result<Revision>> probe(Caller caller);
  [[nodiscard]] Result<Revision> judge_probe(int status, const std::optional<mcp::Message>& response);
  [[nodiscard]] http::StreamRequest bare_request(std::string body) const;
  void tell(LogEvent event) const;

  const MountedBackend& mounted_;
  config::Transport transport_;
  const config::Operational& rules_;
  const AggregateDependencies& dependencies_;
  std::atomic<Revision> revision_{Revision::Unknown};
  SingleFlight<Result<Revision>> probing_;
  Guarded<State> state_;
};

// What a refusal with this status means, for people. Unauthenticated for 401 and 403, else BadResponse.
[[nodiscard]] Error refusal(const BackendPeer& peer, int status, const std::string& text);

// Waits; sooner when the io threads stop.
[[nodiscard]] Task<void> pause_for(std::chrono::milliseconds time);

}  // namespace vmcpauth::proxy
