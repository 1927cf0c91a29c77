#include "proxy/aggregate/backend_peer.hpp"

#include <algorithm>

#include "proxy/aggregate/conversation.hpp"
#include "proxy/io_thread.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::chrono::milliseconds kProbeTimeout{10'000};
constexpr std::size_t kMaxInstructions = 8U << 10U;
constexpr std::int64_t kProbeId = 1;

std::string probe_body(const mcp::Implementation& self) {
  return mcp::request_text(kProbeId, "server/discover", mcp::params_for_backend(Json::object(), {.era = mcp::Era::Modern, .self = self}));
}

void add_probe_headers(http::Headers& headers) {
  headers.set("MCP-Protocol-Version", std::string(mcp::kModernRevision));
  headers.set("Mcp-Method", "server/discover");
}

bool counts_against(ErrorCode code) noexcept {
  return code == ErrorCode::Unreachable || code == ErrorCode::Timeout || code == ErrorCode::BadResponse || code == ErrorCode::BlockedAddress;
}

bool names_version(const Json& list, std::string_view version) { return list.is_array() && std::find(list.begin(), list.end(), version) != list.end(); }

}  // namespace

std::string_view to_string(Revision revision) noexcept {
  switch (revision) {
    case Revision::Unknown: return "unknown";
    case Revision::Legacy: return mcp::kLegacyRevision;
    case Revision::Modern: return mcp::kModernRevision;
  }
  return "unknown";
}

BackendPeer::BackendPeer(const MountedBackend& mounted, config::Transport transport, const config::Operational& rules,
                         const AggregateDependencies& dependencies)
    : mounted_(mounted), transport_(transport), rules_(rules), dependencies_(dependencies), state_(State(rules)) {}

Task<Result<Revision>> BackendPeer::find_revision(Caller caller) {
  const auto known = revision();
  if (known != Revision::Unknown) co_return known;
  // Of one caller at a time; a flight that failed for lack of a credential says nothing about the next caller.
  std::string key = caller.identity ? caller.identity->subject : std::string();
  auto work = probe(std::move(caller));
  auto outcome = co_await probing_.run(std::move(key), std::move(work));
  co_return *outcome;
}

void BackendPeer::forget_revision(Revision seen) {
  if (revision_.compare_exchange_strong(seen, Revision::Unknown)) dependencies_.logger.info("backend_revision_changed", {{"backend", name()}});
}

Task<Result<Revision>> BackendPeer::probe(Caller caller) {
  if (transport_ == config::Transport::Sse) {
    co_return fail(ErrorCode::Unsupported, "backend \"" + name() + "\" uses the HTTP+SSE transport, which cannot be aggregated");
  }
  auto body = probe_body(dependencies_.self);
  Cancellation never;
  CO_TRY(auto request, co_await this->request(std::move(caller), std::move(body), std::move(never)));
  add_probe_headers(request.headers);
  request.head_timeout = std::min(request.head_timeout, kProbeTimeout);
  request.idle_timeout = request.head_timeout;
  DeafListener nobody;
  std::optional<mcp::RequestId> awaited(kProbeId);
  auto reply = co_await converse(dependencies_.http, std::move(request), std::move(awaited), nobody);
  if (!reply) {
    report(reply.error());
    co_return std::unexpected(std::move(reply).error().note("backend \"" + name() + "\""));
  }
  auto verdict = judge_probe(reply->status, reply->response);
  if (!verdict) {
    report(verdict.error());
    co_return verdict;
  }
  revision_.store(*verdict);
  report(std::nullopt);
  dependencies_.logger.info("backend_revision", {{"backend", name()}, {"revision", to_string(*verdict)}});
  co_return verdict;
}

Result<Revision> BackendPeer::judge_probe(int status, const std::optional<mcp::Message>& response) {
  if (status == 401 || status == 403 || status >= 500) return std::unexpected(refusal(*this, status, {}));
  if (!response) return Revision::Legacy;
  if (!response->result.is_null()) {
    const auto versions = response->result.find("supportedVersions");
    if (versions == response->result.end() || !names_version(*versions, mcp::kModernRevision)) return Revision::Legacy;
    const auto instructions = optional_string(response->result, "instructions");
    declare(response->result.value("capabilities", Json::object()), instructions ? instructions->value_or("") : "");
    return Revision::Modern;
  }
  if (!mcp::is_modern_error(response->error)) return Revision::Legacy;
  const bool other_version = response->error.at("code") == static_cast<int>(mcp::RpcCode::UnsupportedProtocolVersion);
  return other_version ? Revision::Legacy : Revision::Modern;
}

http::StreamRequest BackendPeer::bare_request(std::string body) const {
  const auto& origin = mounted_.origin->settings();
  http::StreamRequest request{.method = "POST", .url = origin.url, .headers = {}, .body = std::move(body), .peer = origin.peer};
  request.connect_timeout = std::min(origin.connect_timeout, timeout());
  request.head_timeout = timeout();
  request.idle_timeout = timeout();
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json, text/event-stream");
  return request;
}

Task<Result<http::StreamRequest>> BackendPeer::request(Caller caller, std::string body, Cancellation cancellation) {
  const auto now = dependencies_.clock.steady();
  const bool admitted = state_.with([&](State& state) { return state.health.admits(now); });
  if (!admitted) {
    co_return fail(ErrorCode::Unavailable, "backend \"" + name() + "\" failed " + std::to_string(rules_.circuit_breaker.failure_threshold) +
                                               " times in a row and is left alone for a while (circuitBreaker)");
  }
  CO_TRY(auto credential, co_await mounted_.auth->apply(caller.identity));
  auto request = bare_request(std::move(body));
  for (const auto& header : caller.headers) request.headers.set(header.name, header.value);
  for (const auto& header : credential) request.headers.set(header.name, header.value);
  request.cancellation = std::move(cancellation);
  co_return request;
}

void BackendPeer::report(const std::optional<Error>& error) {
  if (error && !counts_against(error->code())) return;
  const auto now = dependencies_.clock.steady();
  const bool changed = state_.with([&](State& state) { return error ? state.health.failed(error->message(), now) : state.health.succeeded(); });
  if (changed) tell(error ? LogEvent("backend_down") : LogEvent("backend_up"));
}

void BackendPeer::tell(LogEvent event) const {
  const auto now = snapshot();
  const auto& log = dependencies_.logger;
  if (now.health == HealthState::Down) {
    log.warn(event, {{"backend", name()}, {"error", now.last_error}});
  } else {
    log.info(event, {{"backend", name()}, {"revision", to_string(revision())}, {"tools", now.tools ? std::to_string(*now.tools) : "not known yet"}});
  }
}

Task<void> BackendPeer::check() {
  if (transport_ == config::Transport::Sse) co_return;
  auto request = bare_request(probe_body(dependencies_.self));
  add_probe_headers(request.headers);
  request.connect_timeout = request.head_timeout = rules_.health_check_timeout;
  request.idle_timeout = rules_.health_check_timeout;
  DeafListener nobody;
  std::optional<mcp::RequestId> awaited(kProbeId);
  auto reply = co_await converse(dependencies_.http, std::move(request), std::move(awaited), nobody);
  if (!reply) {
    report(reply.error());
  } else if (reply->status >= 500) {
    report(refusal(*this, reply->status, reply->text));
  } else {
    if (revision() == Revision::Unknown && reply->status != 401 && reply->status != 403) {
      if (const auto verdict = judge_probe(reply->status, reply->response)) revision_.store(*verdict);
    }
    report(std::nullopt);
  }
}

BackendPeer::Snapshot BackendPeer::snapshot() const {
  const auto now = dependencies_.clock.steady();
  return state_.with([&](const State& state) {
    return Snapshot{.health = state.health.state(),
                    .circuit_open = state.health.circuit_open(now),
                    .last_error = state.health.last_error(),
                    .tools = state.tools,
                    .prompts = state.prompts,
                    .resources = state.resources,
                    .capabilities = state.capabilities,
                    .instructions = state.instructions};
  });
}

void BackendPeer::declare(Json capabilities, std::string instructions) {
  if (!capabilities.is_object()) capabilities = Json::object();
  instructions = printable(instructions, kMaxInstructions);
  state_.with([&](State& state) {
    state.capabilities = std::move(capabilities);
    state.instructions = std::move(instructions);
  });
}

void BackendPeer::count(std::size_t tools, std::size_t prompts, std::size_t resources) {
  const bool changed = state_.with([&](State& state) {
    const bool differs = state.tools != tools || state.prompts != prompts || state.resources != resources;
    state.tools = tools;
    state.prompts = prompts;
    state.resources = resources;
    return differs;
  });
  if (!changed) return;
  dependencies_.logger.info("backend_offers", {{"backend", name()},
                                               {"revision", to_string(revision())},
                                               {"tools", static_cast<std::int64_t>(tools)},
                                               {"prompts", static_cast<std::int64_t>(prompts)},
                                               {"resources", static_cast<std::int64_t>(resources)}});
}

Error refusal(const BackendPeer& peer, int status, const std::string& text) {
  const auto provider = peer.mounted().auth->provider();
  if (status == 401 || status == 403) {
    const std::string whose = provider.empty() ? "the credential of strategy " + std::string(peer.mounted().auth->strategy())
                                               : "the token of provider \"" + std::string(provider) + "\"";
    return Error(ErrorCode::Unauthenticated, "backend \"" + peer.name() + "\" refused " + whose + " (HTTP " + std::to_string(status) + ")");
  }
  return Error(ErrorCode::BadResponse, "backend \"" + peer.name() + "\" answered HTTP " + std::to_string(status) + (text.empty() ? "" : ": " + text));
}

Task<void> pause_for(std::chrono::milliseconds time) {
  if (IoThread::current() == nullptr) co_return;
  Wakeup wakeup(*IoThread::current());
  const auto deadline = std::chrono::steady_clock::now() + time;
  const bool woken = co_await wakeup.wait(deadline);
  static_cast<void>(woken);
}

}  // namespace vmcpauth::proxy
