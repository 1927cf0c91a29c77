// A server that answers an MCP client with arbitrary bytes: as JSON or as an event stream, in both eras, also to the resumption of
// a stream. The first byte chooses; the rest is the body of every answer.
#include <cstdint>
#include <string_view>

#include "core/mcp/client/client.hpp"
#include "tests/support/fake_streaming_client.hpp"

using namespace vmcpauth;

namespace {

class NoPause final : public Timer {
 public:
  Task<void> pause(Milliseconds /*time*/) override { co_return; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto choice = data[0];
  const std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
  test::FakeStreamingClient http;
  http.on("https://mcp.test/", [&](const http::StreamRequest& request) -> Result<test::FakeStreamAnswer> {
    const bool opening = request.body.find("\"initialize\"") != std::string::npos;
    if (opening && (choice & 4) != 0) {
      return test::FakeStreamAnswer::complete(200, "application/json", R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}})");
    }
    return (choice & 1) != 0 ? test::FakeStreamAnswer::complete(200, "text/event-stream", body)
                             : test::FakeStreamAnswer::complete(200, "application/json", body);
  });
  NoPause timer;
  mcp::NoServerRequests answers;
  mcp::ClientObserver observer;
  mcp::ClientSettings settings{
      .exchange = {.url = *Url::parse("https://mcp.test/mcp"), .peer = {}, .max_message_bytes = 1U << 16U, .max_reconnects = 3, .max_connections = 20}};
  if ((choice & 2) != 0) settings.revision = (choice & 4) != 0 ? "2025-11-25" : "2026-07-28";
  mcp::Client client(http, timer, answers, observer, settings);
  const auto connected = run_ready(client.connect());
  if (connected && *connected) {
    (void)run_ready(client.request("tools/call", {{"name", "x"}}, {}));
    (void)run_ready(client.list("tools/list", "tools", Json::object()));
  }
  return 0;
}
