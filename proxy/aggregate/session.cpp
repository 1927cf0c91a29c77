#include "proxy/aggregate/session.hpp"

#include <algorithm>

#include "proxy/aggregate/call.hpp"

namespace vmcpauth::proxy {
namespace {

Task<void> post_task(SessionPtr session, std::shared_ptr<Link> link, std::string body) {
  auto caller = session->caller();
  co_await link->post(std::move(caller), std::move(body));
}

Task<void> close_links(SessionPtr session) {
  for (std::size_t i = 0; i < session->house().peers.size(); ++i) {
    auto caller = session->caller();
    auto link = session->link(i);
    co_await link->close(std::move(caller));
  }
}

bool wants(const Subscription& subscription, std::string_view method, const Json& params) {
  if (method == "notifications/tools/list_changed") return subscription.tools;
  if (method == "notifications/prompts/list_changed") return subscription.prompts;
  if (method == "notifications/resources/list_changed") return subscription.resources;
  if (method != "notifications/resources/updated") return false;
  const auto uri = params.find("uri");
  return uri != params.end() && uri->is_string() && subscription.uris.contains(uri->get_ref<const std::string&>());
}

}  // namespace

Session::Session(std::shared_ptr<House> house, Facts facts, std::shared_ptr<Shelf> shelf)
    : house_(std::move(house)), facts_(std::move(facts)), shelf_(std::move(shelf)) {
  const auto capabilities = mcp::capabilities_for_backend(facts_.client_capabilities);
  for (const auto& peer : house_->peers) links_.push_back(std::make_shared<Link>(*peer, house_->dependencies, capabilities));
}

void Session::seen(Caller caller, SteadyPoint now) {
  state_.with([&](State& state) {
    std::swap(state.caller, caller);
    state.last_seen = now;
  });
}

Caller Session::caller() const {
  return state_.with([](const State& state) { return state.caller; });
}

std::optional<SteadyPoint> Session::idle_since() const {
  if (has_listeners()) return std::nullopt;
  return state_.with([](const State& state) { return state.calls.empty() && state.parked.empty() ? std::optional(state.last_seen) : std::nullopt; });
}

bool Session::add_call(const mcp::RequestId& id, std::shared_ptr<Call> call) {
  return state_.with([&](State& state) { return state.calls.size() < kMaxCalls && state.calls.try_emplace(id, std::move(call)).second; });
}

void Session::remove_call(const mcp::RequestId& id, const Call* call) {
  std::shared_ptr<Call> gone;  // dies outside the lock
  state_.with([&](State& state) {
    const auto it = state.calls.find(id);
    if (it == state.calls.end() || it->second.get() != call) return;
    gone = std::move(it->second);
    state.calls.erase(it);
  });
}

void Session::cancel_call(const mcp::RequestId& id) {
  const auto call = state_.with([&](State& state) {
    const auto it = state.calls.find(id);
    return it == state.calls.end() ? nullptr : it->second;
  });
  if (call) call->cancel();
}

bool Session::park(const std::string& key, std::shared_ptr<Call> call, SteadyPoint until) {
  return state_.with([&](State& state) {
    if (state.parked.size() >= kMaxCalls) return false;
    state.parked[key] = {std::move(call), until};
    return true;
  });
}

std::shared_ptr<Call> Session::unpark(const std::string& key) {
  return state_.with([&](State& state) -> std::shared_ptr<Call> {
    auto node = state.parked.extract(key);
    return node ? std::move(node.mapped().call) : nullptr;
  });
}

void Session::give_up(SteadyPoint now) {
  std::vector<std::shared_ptr<Call>> late;
  state_.with([&](State& state) {
    std::erase_if(state.parked, [&](auto& entry) {
      if (entry.second.until > now) return false;
      late.push_back(std::move(entry.second.call));
      return true;
    });
  });
  for (const auto& call : late) call->cancel();
}

std::optional<std::int64_t> Session::ask_client(Asked asked) {
  const auto id = next_id();
  return state_.with([&](State& state) -> std::optional<std::int64_t> {
    const auto same = std::count_if(state.asked.begin(), state.asked.end(), [&](const auto& held) { return asked.link && held.second.link == asked.link; });
    if (state.asked.size() >= kMaxAsked || static_cast<std::size_t>(same) >= kMaxAskedByOne) return std::nullopt;
    state.asked.emplace(id, std::move(asked));
    return id;
  });
}

bool Session::answer(mcp::Message response) {
  if (!response.id || !std::holds_alternative<std::int64_t>(*response.id)) return false;
  auto node = state_.with([&](State& state) { return state.asked.extract(std::get<std::int64_t>(*response.id)); });
  if (!node) return false;
  node.mapped().answer(std::move(response));
  return true;
}

void Session::forget_asked(std::int64_t id) {
  const auto gone = state_.with([&](State& state) { return state.asked.extract(id); });
}

void Session::withdraw_all(const OutletPtr& outlet) {
  std::map<std::int64_t, Asked> gone;  // they die outside the lock
  state_.with([&](State& state) {
    for (auto it = state.asked.begin(); it != state.asked.end();) {
      const auto held = it++;
      if (held->second.outlet == outlet) gone.insert(state.asked.extract(held));
    }
  });
  for (const auto& [id, asked] : gone) main_->push(mcp::notification_text("notifications/cancelled", {{"requestId", id}, {"reason", "the call has ended"}}));
}

void Session::client_progress(Json params) {
  const auto token = params.find("progressToken");
  if (token == params.end() || !token->is_number_integer()) return;
  const auto id = token->get<std::int64_t>();
  std::shared_ptr<Link> link;
  state_.with([&](const State& state) {
    const auto it = state.asked.find(id);
    if (it == state.asked.end() || !it->second.backend_token) return;
    link = it->second.link;
    *token = mcp::to_json(*it->second.backend_token);
  });
  if (link) post_to_backend(shared_from_this(), link, mcp::notification_text("notifications/progress", std::move(params)));
}

void Session::withdraw(const Link& link, const mcp::RequestId& backend_id, const Json& params) {
  std::optional<std::int64_t> id;
  OutletPtr outlet;
  const auto gone = state_.with([&](State& state) {
    const auto it = std::find_if(state.asked.begin(), state.asked.end(),
                                 [&](const auto& entry) { return entry.second.link.get() == &link && entry.second.backend_id == backend_id; });
    if (it == state.asked.end()) return decltype(state.asked)::node_type{};
    id = it->first;
    outlet = it->second.outlet;
    return state.asked.extract(it);
  });
  if (!id || !outlet) return;
  Json told = mcp::params_for_client(params);
  told["requestId"] = *id;
  outlet->push(mcp::notification_text("notifications/cancelled", std::move(told)));
}

void Session::keep_stream(const std::string& name, OutletPtr outlet) {
  state_.with([&](State& state) {
    state.streams[name] = std::move(outlet);
    state.stream_order.push_back(name);
    if (state.stream_order.size() <= kMaxStreams) return;
    state.streams.erase(state.stream_order.front());
    state.stream_order.erase(state.stream_order.begin());
  });
}

OutletPtr Session::stream(const std::string& name) const {
  if (name == "0") return main_;
  return state_.with([&](const State& state) {
    const auto it = state.streams.find(name);
    return it == state.streams.end() ? nullptr : it->second;
  });
}

void Session::forget_stream(const std::string& name) {
  state_.with([&](State& state) {
    state.streams.erase(name);
    std::erase(state.stream_order, name);
  });
}

void Session::add_subscription(std::shared_ptr<Subscription> subscription) {
  state_.with([&](State& state) { state.subscriptions.push_back(std::move(subscription)); });
}

void Session::remove_subscription(const Subscription* subscription) {
  state_.with([&](State& state) { std::erase_if(state.subscriptions, [&](const auto& held) { return held.get() == subscription; }); });
}

void Session::notify(std::string_view method, const Json& params) {
  if (facts_.era == mcp::Era::Legacy) {
    main_->push(mcp::notification_text(method, mcp::params_for_client(params)));
    return;
  }
  std::vector<std::shared_ptr<Subscription>> told;
  state_.with([&](const State& state) {
    for (const auto& subscription : state.subscriptions) {
      if (wants(*subscription, method, params)) told.push_back(subscription);
    }
  });
  for (const auto& subscription : told) {
    Json tagged = mcp::params_for_client(params);
    tagged["_meta"][std::string(mcp::kMetaSubscriptionId)] = mcp::to_json(subscription->id);
    subscription->outlet->push(mcp::notification_text(method, std::move(tagged)));
  }
}

void Session::subscribe(const std::string& uri, bool on) {
  state_.with([&](State& state) {
    if (!on) {
      state.uris.erase(uri);
    } else if (state.uris.size() < kMaxUris) {
      state.uris.insert(uri);
    }
  });
}

std::set<std::string, std::less<>> Session::uris() const {
  return state_.with([](const State& state) {
    auto all = state.uris;
    for (const auto& subscription : state.subscriptions) all.insert(subscription->uris.begin(), subscription->uris.end());
    return all;
  });
}

std::optional<std::string> Session::log_level() const {
  return state_.with([](const State& state) { return state.log_level; });
}

void Session::set_log_level(std::string level) {
  state_.with([&](State& state) { state.log_level = std::move(level); });
}

Cancellation Session::watching() const {
  return state_.with([](const State& state) { return state.watching; });
}

bool Session::begin_watching() {
  return state_.with([&](State& state) {
    if (state.is_watching || closed()) return false;
    state.is_watching = true;
    state.watching = Cancellation::create();
    return true;
  });
}

void Session::end_watching() {
  const auto watching = state_.with([](State& state) {
    state.is_watching = false;
    return state.watching;
  });
  watching.cancel();
}

void Session::close() {
  if (closed_.exchange(true)) return;
  std::vector<std::shared_ptr<Call>> calls;
  std::vector<std::shared_ptr<Subscription>> subscriptions;
  state_.with([&](State& state) {
    for (auto& [id, call] : state.calls) calls.push_back(call);
    for (auto& [key, parked] : state.parked) calls.push_back(std::move(parked.call));
    state.parked.clear();
    subscriptions = state.subscriptions;
  });
  for (const auto& call : calls) call->cancel();
  for (const auto& subscription : subscriptions) subscription->outlet->close();
  main_->close();
  end_watching();
  if (!house_->closing) start(close_links(shared_from_this()), [] {});
}

void post_to_backend(SessionPtr session, std::shared_ptr<Link> link, std::string body) {
  if (link->is_flooded()) return;
  start(post_task(std::move(session), std::move(link), std::move(body)), [] {});
}

}  // namespace vmcpauth::proxy
