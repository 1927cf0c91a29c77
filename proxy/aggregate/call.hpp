// One request of a client's that a backend answers: tools/call, prompts/get, resources/read, completion/complete. Goes on by
// itself and puts what comes into an outlet; ids, progress tokens and the requests of the backend are translated on the way.
// A 2026-07-28 client that has to give input gets an interim result, and the call waits for its next round.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/mcp/aggregate.hpp"
#include "proxy/aggregate/session.hpp"

namespace vmcpauth::proxy {

struct ClientRequest {
  mcp::RequestId id;
  std::string method;
  Json params = Json::object();  // with the backend's name for what is called
  std::string named;             // what the client called it
  mcp::Route route;
  Json progress_token;                   // null: none wanted
  std::optional<std::string> log_level;  // what a 2026-07-28 client set for this request
};

class Call final : public MessageListener, public std::enable_shared_from_this<Call> {
 public:
  static constexpr std::chrono::minutes kInputTime{5};  // a client has this long to give input
  static constexpr int kMaxRounds = 16;
  static constexpr std::size_t kMaxInputs = 32;  // that a backend may ask for within one call

  // `key`: how the session knows the call, unique among those under way.
  Call(SessionPtr session, std::size_t backend, mcp::RequestId key, ClientRequest request, Caller caller, OutletPtr outlet);

  // Runs it to its end on this thread.
  static void begin(std::shared_ptr<Call> call);
  // The client does not want it any more: the backend is told, the outlet ends without an answer.
  void cancel();
  // The next round of a 2026-07-28 client.
  void resume(ClientRequest request, OutletPtr outlet);

  // So far; complete when the outlet has the answer.
  [[nodiscard]] const QuestionTimes& times() const noexcept { return *times_; }

  void on_message(mcp::Message message) override;
  [[nodiscard]] bool excuses_silence() const override { return waiting_.load() > 0 && !cancellation_.cancelled(); }

 private:
  struct Input {  // asked of a 2026-07-28 client
    std::string method;
    Json params;
    mcp::RequestId backend_id;
  };
  struct Attachment {
    mcp::RequestId client_id;
    Json progress_token;
    OutletPtr outlet;  // null while the call waits for the client
    std::map<std::string, Input> inputs;
    std::optional<Json> late_result, late_error;
  };

  static Task<void> run(std::shared_ptr<Call> call);
  [[nodiscard]] Task<Result<mcp::Message>> rounds();
  [[nodiscard]] Question question(Json params);
  // Asks a 2025-11-25 client for what a 2026-07-28 backend needs; the inputResponses.
  [[nodiscard]] Task<Result<Json>> gather(Json input_requests);

  void notification(mcp::Message message);
  void request(const mcp::Message& message);
  void ask_legacy_client(const mcp::Message& message);
  void ask_modern_client(const mcp::Message& message);
  void emit_inputs(Attachment& attachment);
  void push(std::string json);

  void finish_with(const Result<mcp::Message>& outcome);
  void finish(std::optional<Json> result, std::optional<Json> error);
  [[nodiscard]] std::string final_text(const mcp::RequestId& id, const std::optional<Json>& result, const std::optional<Json>& error) const;
  [[nodiscard]] int final_status(const std::optional<Json>& error) const;
  [[nodiscard]] std::optional<Json> url_elicitation(const Json& error) const;
  [[nodiscard]] std::string sealed_state(const Json& more) const;

  const SessionPtr session_;
  const std::size_t backend_;
  const mcp::RequestId key_;
  const ClientRequest request_;
  const Caller caller_;
  const std::shared_ptr<Link> link_;
  const Cancellation cancellation_ = Cancellation::create();
  const std::shared_ptr<QuestionTimes> times_ = std::make_shared<QuestionTimes>();
  std::atomic<std::int64_t> question_id_{0};
  std::atomic<int> waiting_{0};  // requests of the backend's that the client has not answered
  Guarded<Attachment> attachment_;
};

// What a client is told when a backend cannot be called: a JSON-RPC error object that names the backend, and the provider
// and where to sign in when a token is what is missing.
[[nodiscard]] Json call_failure(const BackendPeer& peer, const Error& error);

// The part of a requestState that ties it to user and request.
[[nodiscard]] Json state_binding(const Session& session, std::string_view method, std::string_view name);
[[nodiscard]] std::string named_by(std::string_view method, const Json& params);

}  // namespace vmcpauth::proxy
