#include "proxy/aggregate/call.hpp"

#include <utility>

#include "proxy/aggregate/backend_messages.hpp"
#include "proxy/aggregate/input_round.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr int kUrlElicitationRequired = -32042;
constexpr int kMissingCapability = -32021;

}  // namespace

Call::Call(SessionPtr session, std::size_t backend, mcp::RequestId key, ClientRequest request, Caller caller, OutletPtr outlet)
    : session_(std::move(session)),
      backend_(backend),
      key_(std::move(key)),
      request_(std::move(request)),
      caller_(std::move(caller)),
      link_(session_->link(backend)),
      attachment_(Attachment{.client_id = request_.id,
                             .progress_token = request_.progress_token,
                             .outlet = std::move(outlet),
                             .inputs = {},
                             .late_result = {},
                             .late_error = {}}) {}

void Call::begin(std::shared_ptr<Call> call) {
  start(run(std::move(call)), [] {});
}

Task<void> Call::run(std::shared_ptr<Call> call) {
  auto outcome = co_await call->rounds();
  call->finish_with(outcome);
  call->session_->remove_call(call->key_, call.get());
}

Question Call::question(Json params) {
  const auto id = session_->next_id();
  question_id_.store(id);
  auto level = request_.log_level;
  if (!level && session_->facts().era == mcp::Era::Legacy) level = session_->log_level();
  return {.id = id,
          .method = request_.method,
          .params = std::move(params),
          .input_schema = request_.route.input_schema,
          .wants_progress = !request_.progress_token.is_null(),
          .log_level = std::move(level),
          .client_capabilities = mcp::capabilities_for_backend(session_->facts().client_capabilities),
          .cancellation = cancellation_,
          .times = times_};
}

Task<Result<mcp::Message>> Call::rounds() {
  auto params = request_.params;
  if (session_->facts().era == mcp::Era::Legacy) {
    params.erase("inputResponses");
    params.erase("requestState");
  }
  for (int round = 0; round < kMaxRounds; ++round) {
    auto asked = question(params);
    CO_TRY(auto answer, co_await ask(link_, session_->house().dependencies, caller_, std::move(asked), *this));
    const bool interim = answer.result.is_object() && answer.result.value("resultType", Json()) == "input_required";
    if (!interim || session_->facts().era == mcp::Era::Modern) co_return answer;
    auto wanted = answer.result.value("inputRequests", Json::object());
    CO_TRY(auto responses, co_await gather(std::move(wanted)));
    params["inputResponses"] = std::move(responses);
    params.erase("requestState");
    if (answer.result.contains("requestState")) params["requestState"] = answer.result["requestState"];
  }
  co_return fail(ErrorCode::BadResponse, "backend \"" + link_->peer().name() + "\" asked for input again and again");
}

Task<Result<Json>> Call::gather(Json input_requests) {
  if (!input_requests.is_object()) co_return fail(ErrorCode::BadResponse, "backend \"" + link_->peer().name() + "\" asked for input in no readable way");
  auto round = std::make_shared<InputRound>(input_requests.size());
  for (const auto& [key, wanted] : input_requests.items()) {
    const auto method = wanted.is_object() ? wanted.value("method", std::string()) : std::string();
    const auto capability = mcp::capability_of_request(method);
    if (capability.empty() || !session_->facts().client_capabilities.contains(capability)) {
      co_return fail(ErrorCode::Unsupported, "backend \"" + link_->peer().name() + "\" needs " + printable(method, 60) + ", which this client does not offer");
    }
    const auto id = session_->ask_client({.answer = [round, key = key](mcp::Message response) { round->answer(key, std::move(response)); },
                                          .link = nullptr,
                                          .backend_id = {},
                                          .backend_token = {},
                                          .outlet = nullptr});
    if (!id) co_return fail(ErrorCode::TooLarge, "too many requests wait for this client");
    round->asked.push_back(*id);
    push(mcp::request_text(*id, method, mcp::params_for_client(wanted.value("params", Json::object()))));
  }
  auto outcome = co_await round->wait(kInputTime, cancellation_);
  for (const auto id : round->asked) session_->forget_asked(id);
  co_return outcome;
}

void Call::cancel() {
  if (cancellation_.cancelled()) return;
  const auto id = question_id_.load();
  cancellation_.cancel();
  if (id == 0 || !link_->is_open() || session_->house().closing) return;
  post_to_backend(session_, link_, mcp::notification_text("notifications/cancelled", {{"requestId", id}, {"reason", "cancelled by the client"}}));
}

void Call::on_message(mcp::Message message) {
  if (message.kind == mcp::MessageKind::Request) {
    request(message);
  } else {
    notification(std::move(message));
  }
}

void Call::push(std::string json) {
  const auto outlet = attachment_.with([](const Attachment& attachment) { return attachment.outlet; });
  if (outlet) outlet->push(std::move(json));
}

void Call::notification(mcp::Message message) {
  if (take_change(*session_, backend_, message)) return;
  if (message.method == "notifications/cancelled") {
    take_withdrawal(*session_, *link_, message);
    return;
  }
  auto params = mcp::params_for_client(std::move(message.params));
  if (message.method == "notifications/progress") {
    if (params.value("progressToken", Json()) != question_id_.load()) return;
    params["progressToken"] = attachment_.with([](const Attachment& attachment) { return attachment.progress_token; });
    if (params["progressToken"].is_null()) return;
  }
  if (message.method == "notifications/message" && !is_loud_enough(*session_, request_.log_level, params)) return;
  push(mcp::notification_text(message.method, std::move(params)));
}

void Call::request(const mcp::Message& message) {
  if (auto answer = answer_for_client(*session_, message)) {
    post_to_backend(session_, link_, *std::move(answer));
    return;
  }
  if (session_->facts().era == mcp::Era::Legacy) {
    ask_legacy_client(message);
  } else {
    ask_modern_client(message);
  }
}

void Call::ask_legacy_client(const mcp::Message& message) {
  const auto outlet = attachment_.with([](const Attachment& attachment) { return attachment.outlet; });
  waiting_.fetch_add(1);
  const bool asked = forward_request(session_, link_, message, outlet, [call = weak_from_this()] {
    if (const auto self = call.lock()) self->waiting_.fetch_sub(1);
  });
  if (!asked) waiting_.fetch_sub(1);
}

void Call::ask_modern_client(const mcp::Message& message) {
  const auto key = "r" + std::to_string(session_->next_id());
  const bool taken = attachment_.with([&](Attachment& attachment) {
    if (attachment.inputs.size() >= kMaxInputs) return false;
    waiting_.fetch_add(1);
    attachment.inputs.emplace(key, Input{message.method, mcp::params_for_client(message.params), *message.id});
    emit_inputs(attachment);
    return true;
  });
  if (!taken) post_to_backend(session_, link_, mcp::error_response_text(*message.id, not_possible("Too many requests wait for the client")));
}

// With the attachment's lock held: the interim result that ends this round.
void Call::emit_inputs(Attachment& attachment) {
  if (!attachment.outlet || attachment.inputs.empty()) return;
  Json requests = Json::object();
  for (const auto& [key, input] : attachment.inputs) requests[key] = {{"method", input.method}, {"params", input.params}};
  const auto parking = std::to_string(session_->next_id()) + "-" + session_->house().dependencies.random.token(8);
  const auto until = session_->house().dependencies.clock.steady() + kInputTime;
  if (!session_->park(parking, shared_from_this(), until)) return;
  Json result{{"resultType", "input_required"}, {"requestState", sealed_state({{"parked", parking}})}};
  result["inputRequests"] = std::move(requests);
  result = mcp::result_for_client(std::move(result), mcp::Era::Modern, false, session_->house().dependencies.self);
  std::exchange(attachment.outlet, nullptr)->finish(mcp::response_text(attachment.client_id, result));
}

void Call::resume(ClientRequest request, OutletPtr outlet) {
  const auto responses = request.params.value("inputResponses", Json::object());
  std::vector<std::pair<mcp::RequestId, Json>> answers;
  attachment_.with([&](Attachment& attachment) {
    attachment.client_id = request.id;
    attachment.progress_token = std::move(request.progress_token);
    attachment.outlet = outlet;
    std::erase_if(attachment.inputs, [&](auto& entry) {
      if (!responses.is_object() || !responses.contains(entry.first)) return false;
      answers.emplace_back(entry.second.backend_id, responses.at(entry.first));
      return true;
    });
    emit_inputs(attachment);  // what is still missing is asked for again
    if (!attachment.outlet || (!attachment.late_result && !attachment.late_error)) return;
    std::exchange(attachment.outlet, nullptr)
        ->finish(final_text(attachment.client_id, attachment.late_result, attachment.late_error), final_status(attachment.late_error));
  });
  for (auto& [id, answer] : answers) {
    waiting_.fetch_sub(1);
    post_to_backend(session_, link_, mcp::response_text(id, answer));
  }
}

void Call::finish_with(const Result<mcp::Message>& outcome) {
  if (cancellation_.cancelled()) {
    const auto outlet = attachment_.with([](Attachment& attachment) { return std::exchange(attachment.outlet, nullptr); });
    if (!outlet) return;
    outlet->close();
    return session_->withdraw_all(outlet);
  }
  if (!outcome) {
    if (outcome.error().code() == ErrorCode::Timeout && link_->is_open()) {
      post_to_backend(session_, link_, mcp::notification_text("notifications/cancelled", {{"requestId", question_id_.load()}, {"reason", "timed out"}}));
    }
    session_->house().dependencies.logger.warn("backend_call_failed",
                                               {{"backend", link_->peer().name()}, {"method", request_.method}, {"error", outcome.error().describe()}});
    return finish(std::nullopt, call_failure(link_->peer(), outcome.error()));
  }
  if (!outcome->result.is_null()) return finish(outcome->result, std::nullopt);
  auto interim = url_elicitation(outcome->error);
  if (interim) return finish(std::move(interim), std::nullopt);
  finish(std::nullopt, mcp::error_for_client(outcome->error, session_->facts().era));
}

void Call::finish(std::optional<Json> result, std::optional<Json> error) {
  const auto ended = attachment_.with([&](Attachment& attachment) {
    auto outlet = std::exchange(attachment.outlet, nullptr);
    if (outlet) {
      outlet->finish(final_text(attachment.client_id, result, error), final_status(error));
    } else {
      attachment.late_result = std::move(result);
      attachment.late_error = std::move(error);
    }
    return outlet;
  });
  if (ended) session_->withdraw_all(ended);
}

std::string Call::final_text(const mcp::RequestId& id, const std::optional<Json>& result, const std::optional<Json>& error) const {
  if (!result) return mcp::error_response_text(id, *error);
  const bool cacheable = request_.method == "resources/read";
  auto translated = mcp::result_for_client(*result, session_->facts().era, cacheable, session_->house().dependencies.self);
  const bool interim = translated.value("resultType", Json()) == "input_required";
  if (interim && translated.contains("requestState")) translated["requestState"] = sealed_state({{"inner", translated["requestState"]}});
  return mcp::response_text(id, translated);
}

// 2026-07-28 has statuses of its own for some errors (basic/index, transports/streamable-http).
int Call::final_status(const std::optional<Json>& error) const {
  if (!error || session_->facts().era == mcp::Era::Legacy) return 200;
  const int code = error->value("code", 0);
  if (code == static_cast<int>(mcp::RpcCode::MethodNotFound)) return 404;
  return code == kMissingCapability ? 400 : 200;
}

// 2025-11-25 refuses with the URLs to visit; 2026-07-28 asks for the same and is called again.
std::optional<Json> Call::url_elicitation(const Json& error) const {
  if (session_->facts().era != mcp::Era::Modern || error.value("code", 0) != kUrlElicitationRequired) return std::nullopt;
  const auto& capabilities = session_->facts().client_capabilities;
  if (!capabilities.contains("elicitation") || !capabilities["elicitation"].is_object() || !capabilities["elicitation"].contains("url")) return std::nullopt;
  const auto data = error.find("data");
  if (data == error.end() || !data->is_object() || !data->contains("elicitations") || !data->at("elicitations").is_array()) return std::nullopt;
  Json requests = Json::object();
  for (const auto& elicitation : data->at("elicitations")) {
    if (elicitation.is_object()) requests["url" + std::to_string(requests.size())] = {{"method", "elicitation/create"}, {"params", elicitation}};
  }
  if (requests.empty()) return std::nullopt;
  Json result{{"resultType", "input_required"}};
  result["inputRequests"] = std::move(requests);
  return result;
}

std::string Call::sealed_state(const Json& more) const {
  auto state = state_binding(*session_, request_.method, request_.named);
  state["until"] = unix_seconds(session_->house().dependencies.clock.now()) + std::chrono::duration_cast<Seconds>(kInputTime).count();
  state.update(more);
  return session_->house().seals.seal("requestState", state);
}

Json call_failure(const BackendPeer& peer, const Error& error) {
  Json data{{"backend", peer.name()}, {"reason", to_string(error.code())}};
  const auto provider = peer.mounted().auth->provider();
  if (error.code() == ErrorCode::UpstreamToken && !provider.empty()) data["provider"] = provider;
  Json out{{"code", static_cast<int>(mcp::RpcCode::InternalError)}, {"message", printable(error.describe(), 1'000)}};
  out["data"] = std::move(data);
  return out;
}

Json state_binding(const Session& session, std::string_view method, std::string_view name) {
  return {{"subject", session.facts().subject}, {"method", method}, {"name", name}};
}

std::string named_by(std::string_view method, const Json& params) {
  const auto value = params.find(method == "resources/read" ? "uri" : "name");
  return value != params.end() && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace vmcpauth::proxy
