#include "proxy/aggregate/aggregator.hpp"

#include "core/outgoing/request_headers.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxRpcBytes = 16U << 20U;
constexpr std::size_t kMaxLoggedMethod = 60;
constexpr std::chrono::milliseconds kHousekeepingInterval{5'000};

// Fields of one hop: ours to set.
bool is_own(std::string_view name) {
  const auto lower = http::to_lower(name);
  return lower.starts_with("mcp-") || lower.starts_with("content-") || lower.starts_with("accept") || lower == "last-event-id" || lower == "user-agent";
}

// Nobody: looks at the backends that need no user, so that what they offer is known before the first one comes.
SessionPtr make_observer(const std::shared_ptr<House>& house) {
  std::vector<std::string> names;
  for (const auto& peer : house->peers) names.push_back(peer->name());
  auto shelf = std::make_shared<Shelf>(std::move(names), house->rules);
  auto nobody = std::make_shared<identity::Identity>();
  nobody->anonymous = true;
  auto observer =
      std::make_shared<Session>(house, Session::Facts{.id = {}, .era = mcp::Era::Modern, .subject = {}, .anonymous = true, .version = {}}, std::move(shelf));
  observer->seen({.identity = std::move(nobody), .headers = {}}, house->dependencies.clock.steady());
  return observer;
}

bool needs_no_user(const BackendPeer& peer) {
  const auto strategy = peer.mounted().auth->strategy();
  return strategy == "unauthenticated" || strategy == "header_injection";
}

Task<void> look_at(SessionPtr observer, std::size_t backend) {
  auto& peer = *observer->house().peers[backend];
  co_await peer.check();
  const auto now = peer.snapshot();
  if (now.health != HealthState::Up || now.tools || !needs_no_user(peer)) co_return;
  auto caller = observer->caller();
  co_await refresh(observer, backend, std::move(caller));
}

Task<void> keep_house(std::shared_ptr<House> house, std::weak_ptr<Sessions> sessions) {
  const auto& clock = house->dependencies.clock;
  const auto observer = make_observer(house);
  auto next_check = clock.steady();
  while (!house->closing) {
    if (clock.steady() >= next_check) {
      next_check = clock.steady() + house->operational.health_check_interval;
      for (std::size_t i = 0; i < house->peers.size(); ++i) {
        auto look = look_at(observer, i);
        start(std::move(look), [] {});
      }
    }
    if (const auto alive = sessions.lock()) {
      alive->sweep();
    } else {
      co_return;
    }
    const auto wait = std::min(kHousekeepingInterval, house->operational.health_check_interval);
    co_await pause_for(wait);
  }
}

Json or_null(const std::optional<std::size_t>& count) { return count ? Json(*count) : Json(); }

}  // namespace

Aggregator::Aggregator(AggregateDependencies dependencies, std::shared_ptr<const MountedBackends> backends, const config::Runtime& runtime,
                       outgoing::Passthrough passthrough)
    : house_(std::make_shared<House>(dependencies, std::move(backends), runtime)),
      sessions_(std::make_shared<Sessions>(house_)),
      passthrough_(std::move(passthrough)),
      legacy_(house_, *sessions_),
      modern_(house_, *sessions_) {
  const auto tell_source = [&](const config::WorkloadTools& entry) {
    if (!entry.tool_config_ref.empty()) dependencies.logger.info("tool_config", {{"workload", entry.workload}, {"name", entry.tool_config_ref}});
  };
  for (const auto& entry : house_->rules.own_tools) tell_source(entry);
  for (const auto& entry : house_->rules.tools) {
    if (!house_->index_of(entry.workload)) dependencies.logger.warn("aggregation_tools_unmatched", {{"workload", entry.workload}});
    tell_source(entry);
  }
}

Aggregator::~Aggregator() { retire(); }

void Aggregator::start_housekeeping(Executor& executor) {
  executor.post([house = house_, sessions = std::weak_ptr<Sessions>(sessions_)]() mutable {
    auto task = keep_house(std::move(house), std::move(sessions));
    start(std::move(task), [] {});
  });
}

void Aggregator::retire() {
  if (house_->closing.exchange(true)) return;
  sessions_->close_all();
}

Caller Aggregator::caller_of(const http::Request& head, identity::IdentityPtr identity) const {
  auto headers = outgoing::request_headers(head.headers, passthrough_);
  headers.remove_if([&](const http::Header& header) { return is_own(header.name) && !passthrough_.contains(header.name); });
  return {.identity = std::move(identity), .headers = std::move(headers)};
}

Task<void> Aggregator::handle(Exchange& exchange, identity::IdentityPtr identity, RequestRecord& record) {
  auto caller = caller_of(exchange.head(), std::move(identity));
  const std::string method = exchange.head().method;
  if (method == "POST") {
    co_await post(exchange, std::move(caller), record);
  } else if (method == "GET") {
    co_await legacy_.get(exchange, std::move(caller));
  } else if (method == "DELETE") {
    co_await legacy_.remove(exchange, std::move(caller));
  } else {
    auto refusal = error_response(405, "method_not_allowed", "This endpoint takes POST, GET and DELETE.");
    refusal.headers.set("Allow", "POST, GET, DELETE");
    const auto sent = co_await exchange.respond(std::move(refusal));
    static_cast<void>(sent);
  }
}

Task<void> Aggregator::post(Exchange& exchange, Caller caller, RequestRecord& record) {
  if (exchange.head().content_type() != "application/json") {
    auto text = mcp::error_text(std::nullopt, {.code = mcp::RpcCode::InvalidRequest, .message = "Content-Type must be application/json", .data = {}});
    co_await answer_json(exchange, 415, std::move(text));
    co_return;
  }
  auto body = co_await exchange.read_body(kMaxRpcBytes);
  if (!body) {
    if (body.error().code() == ErrorCode::Cancelled) co_return;
    const int status = body.error().code() == ErrorCode::TooLarge ? 413 : body.error().code() == ErrorCode::Timeout ? 408 : 400;
    auto text = mcp::error_text(std::nullopt, {.code = mcp::RpcCode::InvalidRequest, .message = body.error().message(), .data = {}});
    co_await answer_json(exchange, status, std::move(text));
    co_return;
  }
  auto message = mcp::parse_message(*body, {.max_bytes = kMaxRpcBytes});
  if (!message) {
    auto text = mcp::error_text(message.error().id, message.error().error);
    co_await answer_json(exchange, 400, std::move(text));
    co_return;
  }
  record.mcp_method = printable(message->method, kMaxLoggedMethod);
  if (mcp::era_of(*message, exchange.head().headers) == mcp::Era::Modern) {
    co_await modern_.post(exchange, std::move(caller), *std::move(message), record);
  } else {
    co_await legacy_.post(exchange, std::move(caller), *std::move(message), record);
  }
}

Json Aggregator::status() const {
  Json backends = Json::array();
  for (const auto& peer : house_->peers) {
    const auto now = peer->snapshot();
    Json entry{{"name", peer->name()},
               {"health", to_string(now.health)},
               {"transport", peer->transport() == config::Transport::Sse ? "sse" : "streamable-http"},
               {"revision", to_string(peer->revision())},
               {"strategy", peer->mounted().auth->strategy()},
               {"tools", or_null(now.tools)},
               {"prompts", or_null(now.prompts)},
               {"resources", or_null(now.resources)},
               {"circuit_open", now.circuit_open}};
    if (!peer->mounted().auth->provider().empty()) entry["provider"] = peer->mounted().auth->provider();
    if (!now.last_error.empty()) entry["last_error"] = printable(now.last_error);
    backends.push_back(std::move(entry));
  }
  Json out{{"sessions", sessions_->count()}};
  out["backends"] = std::move(backends);
  return out;
}

}  // namespace vmcpauth::proxy
