// Bytes: a status digit, 'j' or 'e' for the content type, then the body a backend sends, in pieces. What comes out of it is a
// message or an error, and the response is the one that was asked for.
#include <cstdlib>

#include "proxy/aggregate/conversation.hpp"
#include "tests/support/fake_streaming_client.hpp"

using namespace vmcpauth;

namespace {

class Counting final : public proxy::MessageListener {
 public:
  void on_message(mcp::Message message) override {
    if (message.kind == mcp::MessageKind::Response) std::abort();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const int status = text[0] == '4' ? 400 : text[0] == '5' ? 500 : 200;
  const std::string type = text[1] == 'e' ? "text/event-stream" : "application/json";
  test::FakeStreamingClient client;
  client.on("http://backend.test/", [&](const http::StreamRequest&) -> Result<test::FakeStreamAnswer> {
    auto body = std::make_shared<test::Feed>();
    const std::size_t piece = static_cast<unsigned char>(text[2]) % 64 + 1;
    for (auto rest = text.substr(3); !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) body->push(std::string(rest.substr(0, piece)));
    body->end();
    return test::FakeStreamAnswer{.status = status, .headers = {{"Content-Type", type}}, .body = body};
  });
  Counting listener;
  const mcp::RequestId asked(7);
  auto reply = run_ready(proxy::converse(client, {.url = *Url::parse("http://backend.test/mcp")}, asked, listener));
  if (!reply) std::abort();
  if (*reply && (*reply)->response && (*reply)->response->id && (*reply)->response->id != asked) std::abort();
  return 0;
}
