// An MCP server made of answers by method, behind a FakeStreamingClient; remembers every request.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/mcp/client/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_streaming_client.hpp"

namespace vmcpauth::test {

inline constexpr const char* kMcpUrl = "https://mcp.test/mcp";

// Returns at once and remembers how long it would have been.
class InstantTimer final : public Timer {
 public:
  Task<void> pause(Milliseconds time) override {
    waited += time;
    if (on_pause) on_pause();
    co_return;
  }
  Milliseconds waited{0};
  std::function<void()> on_pause;
};

struct Seen {
  std::string http_method;
  http::Headers headers;
  Json body;  // null for GET and DELETE
};

class RecordingObserver final : public mcp::ClientObserver {
 public:
  void on_progress(const mcp::Progress& seen) override { progress.push_back(seen); }
  void on_notification(const std::string& method, const Json& /*params*/) override { notifications.push_back(method); }
  void on_reconnect(std::chrono::milliseconds pause) override { reconnects.push_back(pause); }
  void on_warning(const std::string& text) override { warnings.push_back(text); }
  std::vector<mcp::Progress> progress;
  std::vector<std::string> notifications, warnings;
  std::vector<std::chrono::milliseconds> reconnects;
};

// Accepts elicitations with `content`.
class AcceptingUser final : public mcp::ServerRequests {
 public:
  [[nodiscard]] Json capabilities() const override { return {{"elicitation", Json::object()}}; }
  Task<std::expected<Json, mcp::RpcError>> answer(std::string method, Json params) override {
    asked.push_back({std::move(method), std::move(params)});
    Json accepted{{"action", "accept"}, {"content", {{"name", "Ada"}}}};
    co_return accepted;
  }
  std::vector<std::pair<std::string, Json>> asked;
};

class ScriptedServer {
 public:
  using Answer = std::function<FakeStreamAnswer(const Json& request, const http::StreamRequest& http)>;

  ScriptedServer() {
    http.on(kMcpUrl, [this](const http::StreamRequest& request) -> Result<FakeStreamAnswer> { return dispatch(request); });
  }

  // By JSON-RPC method, or "GET"/"DELETE". What has no answer is 400 without a body.
  void on(const std::string& method, Answer answer) { answers_[method] = std::move(answer); }
  void on_result(const std::string& method, Json result) {
    on(method, [result](const Json& request, const http::StreamRequest&) { return reply(request, result); });
  }
  static FakeStreamAnswer reply(const Json& request, const Json& result) {
    return FakeStreamAnswer::complete(200, "application/json", Json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}.dump());
  }
  static FakeStreamAnswer refuse(const Json& request, int status, int code, const Json& data = nullptr) {
    Json error{{"code", code}, {"message", "no"}};
    if (!data.is_null()) error["data"] = data;
    return FakeStreamAnswer::complete(status, "application/json", Json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"error", error}}.dump());
  }
  static FakeStreamAnswer events(const std::string& text) { return FakeStreamAnswer::events(std::make_shared<Feed>(text)); }
  static std::string event(const Json& message) { return "data: " + message.dump() + "\n\n"; }

  // Answers as a modern server does.
  void be_modern() {
    on_result("server/discover",
              {{"supportedVersions", {"2026-07-28"}}, {"capabilities", Json::object()}, {"serverInfo", {{"name", "modern"}, {"version", "1"}}}});
  }
  void be_legacy(const std::string& version = "2025-11-25") {
    on("initialize", [version](const Json& request, const http::StreamRequest&) {
      auto answer = reply(request, {{"protocolVersion", version}, {"capabilities", Json::object()}, {"serverInfo", {{"name", "legacy"}, {"version", "1"}}}});
      answer.headers.add("Mcp-Session-Id", "session-1");
      return answer;
    });
    on("notifications/initialized", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(202, "", ""); });
    on("DELETE", [](const Json&, const http::StreamRequest&) { return FakeStreamAnswer::complete(200, "", ""); });
  }

  [[nodiscard]] std::vector<std::string> methods() const {
    std::vector<std::string> out;
    for (const auto& one : seen) out.push_back(one.body.is_null() ? one.http_method : one.body.value("method", "response"));
    return out;
  }
  [[nodiscard]] const Seen& last(const std::string& method) const {
    for (auto it = seen.rbegin(); it != seen.rend(); ++it) {
      if (it->http_method == method || (it->body.is_object() && it->body.value("method", "") == method)) return *it;
    }
    FAIL("nobody asked for " << method);
    return seen.front();
  }

  FakeStreamingClient http;
  std::vector<Seen> seen;

 private:
  FakeStreamAnswer dispatch(const http::StreamRequest& request) {
    Seen one{request.method, request.headers, nullptr};
    if (!request.body.empty()) one.body = Json::parse(request.body);
    seen.push_back(one);
    const auto it = answers_.find(one.body.is_null() ? request.method : one.body.value("method", "response"));
    return it == answers_.end() ? FakeStreamAnswer::complete(400, "text/plain", "") : it->second(one.body, request);
  }
  std::map<std::string, Answer> answers_;
};

// A client of that server, and what a test asks of it.
template <class Answers = mcp::NoServerRequests>
struct Connected {
  explicit Connected(ScriptedServer& server, std::optional<std::string> revision = std::nullopt)
      : client(server.http, timer, answers, observer,
               {.exchange = {.url = *Url::parse(kMcpUrl), .peer = {}, .max_message_bytes = 1U << 20U, .cancellation = cancellation},
                .headers = {},
                .revision = std::move(revision),
                .version = "9"}) {}

  Result<void> connect() { return *run_ready(client.connect()); }
  Result<mcp::Outcome> request(std::string method, Json params = Json::object(), http::Headers extra = {}) {
    auto outcome = run_ready(client.request(std::move(method), std::move(params), std::move(extra)));
    REQUIRE(outcome.has_value());
    return *std::move(outcome);
  }

  Answers answers;
  RecordingObserver observer;
  InstantTimer timer;
  Cancellation cancellation = Cancellation::create();
  mcp::Client client;
};

}  // namespace vmcpauth::test
