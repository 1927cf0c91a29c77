// The event stream format (WHATWG HTML §9.2.5, §9.2.6) and its bounds.
#include "core/http/sse.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using http::SseEvent;
using http::SseParser;

namespace {

// "type|id|data" of every event, whatever the size of the pieces.
std::vector<std::string> read(std::string_view text, std::size_t piece) {
  SseParser parser;
  std::vector<std::string> out;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    const auto events = parser.feed(text.substr(0, piece));
    REQUIRE(events);
    for (const auto& event : *events) out.push_back(event.type + "|" + event.id.value_or("-") + "|" + event.data);
  }
  return out;
}

}  // namespace

TEST_CASE("sse: reads what the standard says, in pieces of any size") {
  struct Case {
    std::string_view text;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases{
      {"data: one\n\n", {"message|-|one"}},
      {"data: one\r\n\r\ndata: two\r\rdata: three\n\n", {"message|-|one", "message|-|two", "message|-|three"}},
      {"\xEF\xBB\xBF"
       "data: one\n\n\xEF\xBB\xBF"
       "data: two\n\ndata: three\n\n",
       {"message|-|one", "message|-|three"}},
      {"data: a\ndata:b\ndata:  c\n\n", {"message|-|a\nb\n c"}},
      {"data\n\ndata\ndata\n\ndata:", {"message|-|", "message|-|\n"}},
      {"event: ping\nid: 7\ndata: x\n\ndata: y\n\n", {"ping|7|x", "message|-|y"}},
      {"event: ping\n\ndata: y\n\n", {"message|-|y"}},
      {"id: 7\ndata: x\n\nid\ndata: y\n\n", {"message|7|x", "message||y"}},
      {std::string_view("id: 7\0\ndata: x\n\n", 16), {"message|-|x"}},
      {": comment\n:\ndata: x\n: between\ndata: y\n\n", {"message|-|x\ny"}},
      {"Data: x\ndatax: y\nretry: 10\n\n", {}},
      {"data: never finished\n", {}},
  };
  for (const auto& [text, want] : cases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, text.size()}) {
      CAPTURE(std::string(text), piece);
      CHECK(read(text, piece) == want);
    }
  }
}

TEST_CASE("sse: remembers the last id, also of events without data, and the retry time") {
  SseParser parser;
  REQUIRE(parser.feed("id: 1\nretry: 250\ndata: x\n\nid: 2\n\nid: 3\n"));
  CHECK(parser.last_event_id() == "2");
  CHECK(parser.retry() == std::chrono::milliseconds(250));
  for (const std::string bad : {"retry: \n", "retry: 1s\n", "retry: -1\n", "retry: 99999999999999999999\n", "retry: 1.5\n"}) {
    REQUIRE(parser.feed(bad));
    CHECK(parser.retry() == std::chrono::milliseconds(250));
  }
}

TEST_CASE("sse: bounds lines and events, refuses what is not UTF-8") {
  const auto code = [](std::string_view text) {
    SseParser parser({.max_event_bytes = 40, .max_line_bytes = 20});
    const auto events = parser.feed(text);
    return events ? std::optional<ErrorCode>() : events.error().code();
  };
  CHECK(code("data: 12345678901234\n\n") == std::nullopt);
  CHECK(code("data: 123456789012345\n\n") == ErrorCode::TooLarge);
  CHECK(code(": 12345678901234567890") == ErrorCode::TooLarge);
  CHECK(code("data: 1234567\ndata: 1234567\ndata: 1234567\ndata: 1234567\n") == ErrorCode::TooLarge);
  CHECK(code("data: 1234567\n\ndata: 1234567\n\ndata: 1234567\n\ndata: 1234567\n\n") == std::nullopt);
  CHECK(code("data: \xFF\n\n") == ErrorCode::InvalidInput);
}

TEST_CASE("sse: what is written reads the same") {
  const std::vector<SseEvent> events{{.data = "plain", .id = std::nullopt},
                                     {.type = "ping", .data = "two\nlines", .id = "a-1"},
                                     {.type = "message", .data = "", .id = ""},
                                     {.type = "message", .data = " leading space", .id = " id"}};
  for (const auto& event : events) {
    SseParser parser;
    const auto read = parser.feed(http::sse_text(event, std::chrono::milliseconds(5)) + http::sse_comment("still here"));
    REQUIRE(read);
    REQUIRE(read->size() == 1);
    CHECK(read->front().type == event.type);
    CHECK(read->front().data == event.data);
    CHECK(read->front().id == event.id);
    CHECK(parser.retry() == std::chrono::milliseconds(5));
  }
}

TEST_CASE("sse: a field that would end its line is left out, data breaks become lines") {
  CHECK(http::sse_text({.type = "a\ndata: forged", .data = "x\r\ny\rz", .id = "1\n"}) == "data: x\ndata: y\ndata: z\n\n");
  CHECK(http::sse_text({.data = "x", .id = std::string("1\0", 2)}) == "data: x\n\n");
  CHECK(http::sse_comment("a\nb") == ":\n\n");
}
