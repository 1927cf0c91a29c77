// Where the old transport's endpoint event may send us, and the inbox of one question.
#include "proxy/aggregate/event_channel.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

TEST_CASE("event channel: the endpoint is at the stream's own origin") {
  struct Case {
    std::string stream, text, want;
  };
  const auto c = GENERATE(values<Case>({{"http://a.test:81/sse", "/messages?sessionId=1", "http://a.test:81/messages?sessionId=1"},
                                        {"http://a.test:81/x/sse", "messages?sessionId=1", "http://a.test:81/x/messages?sessionId=1"},
                                        {"https://a.test/sse", "https://a.test/m", "https://a.test/m"},
                                        {"https://a.test/sse", "https://a.test:443/m", "https://a.test:443/m"}}));
  const auto url = endpoint_url(*Url::parse(c.stream), c.text);
  REQUIRE(url);
  CHECK(url->text() == c.want);
}

TEST_CASE("event channel: another origin, another scheme or nonsense is no endpoint") {
  const std::string text = GENERATE("https://b.test/m", "http://a.test/m", "https://a.test:444/m", "//b.test/m", "https://a.test@b.test/m",
                                    "file:///etc/passwd", "javascript:alert(1)://", "https://", "/m\r\nHost: b.test", "/m m");
  CAPTURE(text);
  CHECK_FALSE(endpoint_url(*Url::parse("https://a.test/sse"), text));
}

TEST_CASE("inbox: hands out what came in order, and forgets the oldest when nobody reads") {
  Inbox inbox;
  int changes = 0;
  inbox.on_change([&] { ++changes; });
  for (std::size_t i = 0; i < Inbox::kMaxMessages + 3; ++i) {
    inbox.put({.kind = mcp::MessageKind::Notification, .id = {}, .method = std::to_string(i), .result = {}, .error = {}});
  }
  CHECK(changes == static_cast<int>(Inbox::kMaxMessages + 3));
  CHECK(inbox.take()->method == "3");
  inbox.end();
  CHECK_FALSE(inbox.is_over());
  while (inbox.take()) {
  }
  CHECK(inbox.is_over());
}
