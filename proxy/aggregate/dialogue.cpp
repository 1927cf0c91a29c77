#include "proxy/aggregate/dialogue.hpp"

#include <algorithm>

#include "core/mcp/param_headers.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr int kMaxResumptions = 50;
constexpr std::chrono::milliseconds kDefaultRetry{1'000};
constexpr std::chrono::milliseconds kLongestRetry{10'000};
constexpr int kServerError = -32000;

enum class Verdict : std::uint8_t { Answer, SessionLost, OtherRevision, Refused };

bool has_error_code(const BackendReply& reply, int code) {
  return reply.response && reply.response->error.is_object() && reply.response->error.at("code") == code;
}

Verdict judge_legacy(const BackendReply& reply, bool had_session, bool old_transport) {
  if (reply.status == 401 || reply.status == 403) return Verdict::Refused;
  if (old_transport && (reply.status == 400 || reply.status == 404)) return Verdict::SessionLost;
  if (reply.status == 404 && had_session) return Verdict::SessionLost;
  if (reply.status == 400 && has_error_code(reply, kServerError)) return Verdict::SessionLost;
  // 2025-11-25 answers requests it has understood with 200; this one was refused unread.
  if (reply.status == 400 && reply.response) return Verdict::OtherRevision;
  return reply.response ? Verdict::Answer : Verdict::Refused;
}

Verdict judge_modern(const BackendReply& reply) {
  if (reply.status == 401 || reply.status == 403) return Verdict::Refused;
  if (has_error_code(reply, static_cast<int>(mcp::RpcCode::UnsupportedProtocolVersion))) return Verdict::OtherRevision;
  const bool bare = !reply.response || has_error_code(reply, kServerError);
  if (bare && (reply.status == 400 || reply.status == 404 || reply.status == 405)) return Verdict::OtherRevision;
  return reply.response ? Verdict::Answer : Verdict::Refused;
}

std::string name_header(const std::string& method, const Json& params) {
  const char* member = method == "resources/read" ? "uri" : "name";
  if (method != "tools/call" && method != "prompts/get" && method != "resources/read") return {};
  const auto value = params.find(member);
  return value != params.end() && value->is_string() ? mcp::encode_mcp_header(value->get_ref<const std::string&>()) : std::string();
}

void add_modern_headers(http::Headers& headers, const Question& question) {
  headers.set("MCP-Protocol-Version", std::string(mcp::kModernRevision));
  headers.set("Mcp-Method", question.method);
  if (auto name = name_header(question.method, question.params); !name.empty()) headers.set("Mcp-Name", std::move(name));
  if (!question.input_schema.is_object()) return;
  const auto mirrored = mcp::mirrored_parameters(question.input_schema);
  const auto arguments = question.params.find("arguments");
  if (!mirrored || arguments == question.params.end()) return;
  // Arguments that no header can carry are the backend's to refuse.
  const auto values = mcp::mirror(*mirrored, *arguments);
  if (!values) return;
  for (const auto& header : *values) headers.set(header.name, header.value);
}

class Dialogue {
 public:
  Dialogue(std::shared_ptr<Link> link, const AggregateDependencies& dependencies, Caller caller, Question question, MessageListener& listener)
      : link_(std::move(link)), dependencies_(dependencies), caller_(std::move(caller)), question_(std::move(question)), listener_(listener) {}

  Task<Result<mcp::Message>> run() {
    for (bool second = false;; second = true) {
      CO_TRY(const auto revision, co_await peer().find_revision(caller_));
      const bool modern = revision == Revision::Modern;
      if (!modern) {
        CO_TRY_VOID(co_await link_->ensure(caller_));
      }
      const std::string session = modern ? std::string() : link_->session_id();
      auto reply = co_await send(modern);
      if (!reply) {
        peer().report(reply.error());
        co_return std::unexpected(std::move(reply).error().note("backend \"" + peer().name() + "\""));
      }
      const auto verdict = modern ? judge_modern(*reply) : judge_legacy(*reply, !session.empty(), peer().transport() == config::Transport::Sse);
      const bool final_word = second && reply->response && verdict != Verdict::Refused;
      if (verdict == Verdict::Answer || final_word) {
        peer().report(std::nullopt);
        co_return *std::move(reply->response);
      }
      if (verdict == Verdict::SessionLost) link_->lose(session);
      if (verdict == Verdict::OtherRevision) peer().forget_revision(revision);
      if (second || verdict == Verdict::Refused) co_return std::unexpected(refused(*reply));
    }
  }

 private:
  [[nodiscard]] BackendPeer& peer() const noexcept { return link_->peer(); }

  [[nodiscard]] double since(SteadyPoint start) const { return std::chrono::duration<double, std::milli>(dependencies_.clock.steady() - start).count(); }

  Error refused(const BackendReply& reply) const {
    Error error = reply.accepted() ? Error(ErrorCode::BadResponse,
                                           "backend \"" + peer().name() + "\" ended its answer without a result; the request may have been carried out")
                                   : refusal(peer(), reply.status, reply.response ? printable(dump_json(reply.response->error)) : reply.text);
    peer().report(error);
    return error;
  }

  Task<Result<BackendReply>> send(bool modern) {
    mcp::Hop hop{.era = modern ? mcp::Era::Modern : mcp::Era::Legacy,
                 .self = dependencies_.self,
                 .client_capabilities = question_.client_capabilities,
                 .log_level = question_.log_level,
                 .progress_token = question_.wants_progress ? std::optional(question_.id) : std::nullopt};
    auto body = mcp::request_text(question_.id, question_.method, mcp::params_for_backend(question_.params, hop));
    auto cancellation = question_.cancellation;
    const auto began = dependencies_.clock.steady();
    auto request = co_await peer().request(caller_, std::move(body), std::move(cancellation));
    if (question_.times) question_.times->outgoing_ms = since(began);
    if (!request) co_return std::unexpected(std::move(request).error());
    const auto asked = dependencies_.clock.steady();
    auto reply = co_await carry(*std::move(request), modern);
    if (question_.times) question_.times->backend_ms = since(asked);
    if (question_.times && reply) question_.times->status = reply->status;
    co_return reply;
  }

  Task<Result<BackendReply>> carry(http::StreamRequest request, bool modern) {
    std::optional<mcp::RequestId> awaited(question_.id);
    const auto at_most = std::max(question_.at_most, peer().timeout());
    if (modern) {
      add_modern_headers(request.headers, question_);
      auto reply = co_await converse(dependencies_.http, std::move(request), std::move(awaited), listener_, at_most);
      co_return reply;
    }
    CO_TRY(auto reply, co_await link_->exchange(std::move(request), std::move(awaited), listener_, at_most));
    CO_TRY_VOID(co_await resume(reply));
    co_return reply;
  }

  // 2025-11-25: a server may close the stream and expect the client back with the last event's id.
  Task<Result<void>> resume(BackendReply& reply) {
    for (int i = 0; i < kMaxResumptions; ++i) {
      if (reply.response || !reply.accepted() || reply.last_event_id.empty()) break;
      const auto wait = std::min(reply.retry.value_or(kDefaultRetry), kLongestRetry);
      co_await pause_for(wait);
      auto cancellation = question_.cancellation;
      std::string nothing;
      CO_TRY(auto request, co_await peer().request(caller_, std::move(nothing), std::move(cancellation)));
      request.method = "GET";
      request.headers.remove("content-type");
      request.headers.set("Accept", "text/event-stream");
      request.headers.set("Last-Event-ID", reply.last_event_id);
      link_->add_headers(request.headers);
      std::optional<mcp::RequestId> awaited(question_.id);
      const auto at_most = std::max(question_.at_most, peer().timeout());
      auto again = co_await converse(dependencies_.http, std::move(request), std::move(awaited), listener_, at_most);
      if (!again) co_return std::unexpected(std::move(again).error());
      if (!again->accepted()) break;
      if (again->last_event_id.empty()) again->last_event_id = reply.last_event_id;
      if (!again->retry) again->retry = reply.retry;
      reply = *std::move(again);
    }
    co_return Result<void>{};
  }

  std::shared_ptr<Link> link_;
  const AggregateDependencies& dependencies_;
  const Caller caller_;
  const Question question_;
  MessageListener& listener_;
};

}  // namespace

Task<Result<mcp::Message>> ask(std::shared_ptr<Link> link, const AggregateDependencies& dependencies, Caller caller, Question question,
                               MessageListener& listener) {
  Dialogue dialogue(std::move(link), dependencies, std::move(caller), std::move(question), listener);
  auto outcome = co_await dialogue.run();
  co_return outcome;
}

}  // namespace vmcpauth::proxy
