#include "proxy/head_parser.hpp"
#include "proxy/head_scanner.hpp"
#include "proxy/request_head.hpp"
#include "proxy/response_head.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/llhttp_oracle.hpp"

using namespace vmcpauth;
using namespace vmcpauth::proxy;

TEST_CASE("head: the verdict does not depend on how the bytes arrive") {
  const std::string good = "\r\nGET / HTTP/1.1\r\nHost: x\r\nA:\r\n\r\nrest";
  const std::string bad = "GET / HTTP/1.1\r\nHost: x\r\nB: c\rd\r\n\r\n";
  for (std::size_t step = 1; step < good.size(); ++step) {
    HeadScanner scanner({});
    auto verdict = HeadScanner::Verdict::NeedMore;
    for (std::size_t n = step; verdict == HeadScanner::Verdict::NeedMore; n += step) verdict = scanner.scan(std::string_view(good).substr(0, n));
    CHECK(verdict == HeadScanner::Verdict::Complete);
    CHECK(good.substr(scanner.begin(), scanner.end() - scanner.begin()) == "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n\r\n");
  }
  for (std::size_t step = 1; step < bad.size(); ++step) {
    HeadScanner scanner({});
    auto verdict = HeadScanner::Verdict::NeedMore;
    for (std::size_t n = step; verdict == HeadScanner::Verdict::NeedMore; n += step) verdict = scanner.scan(std::string_view(bad).substr(0, n));
    CHECK(verdict == HeadScanner::Verdict::Malformed);
  }
}

TEST_CASE("head: a first line exactly at the limit is fine also while its LF is missing") {
  const std::string line = "GET /" + std::string(18, 'a') + " HTTP/1.1";
  HeadScanner scanner({.first_line = line.size(), .bytes = 1000, .headers = 1});
  CHECK(scanner.scan(line + "\r") == HeadScanner::Verdict::NeedMore);
  CHECK(scanner.scan(line + "\r\n\r\n") == HeadScanner::Verdict::Complete);
  CHECK(HeadScanner({.first_line = line.size() - 1, .bytes = 1000, .headers = 1}).scan(line + "\r\n") == HeadScanner::Verdict::FirstLineTooLong);
}

TEST_CASE("head: only one empty line may come before a message") {
  HeadScanner scanner({});
  CHECK(scanner.scan("\r\n\r\nGET / HTTP/1.1\r\n\r\n") == HeadScanner::Verdict::Malformed);
}

TEST_CASE("head: fields keep order, names keep case, values lose outer white space only") {
  const auto head = parse_request_head("GET /a?b=%20&c HTTP/1.1\r\nhost: x:1\r\nX-One: \t a  b \t\r\nx-two:\r\nX-One: c\r\n\r\n");
  REQUIRE(head);
  const auto& headers = head->request.headers;
  REQUIRE(headers.size() == 4);
  std::string all;
  for (const auto& h : headers) all += h.name + "=" + h.value + ";";
  CHECK(all == "host=x:1;X-One=a  b;x-two=;X-One=c;");
  CHECK(head->request.path == "/a");
  CHECK(head->request.query == "b=%20&c");
  CHECK(head->body.kind() == BodyDecoder::Kind::None);
  CHECK(head->keep_alive);
}

TEST_CASE("head: llhttp reads the same fields in it") {
  const std::string_view heads[] = {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /mcp HTTP/1.1\r\nhost:x\r\nA:\r\nB: \t \r\nC:\t d  e \t\r\nCookie: a=b; c:d\r\nContent-Length: 3\r\n\r\n",
      "GET / HTTP/1.0\r\nX-!#$%&'*+.^_`|~9: \x80\xFF\r\nX: ::\r\n\r\n",
  };
  for (const auto head : heads) {
    INFO(head);
    const auto parsed = parse_head(MessageKind::Request, head);
    REQUIRE(parsed);
    REQUIRE(test::fields_by_llhttp(MessageKind::Request, head));
    CHECK(test::llhttp_agrees(MessageKind::Request, head, parsed->headers));
    http::Headers other = parsed->headers;
    other.add("One", "more");
    CHECK_FALSE(test::llhttp_agrees(MessageKind::Request, head, other));
  }
}

TEST_CASE("head: what is no head is none") {
  for (const auto head : {"", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: b", "GET / HTTP/1.1\r\nA: b\r\n", "GET / HTTP/1.1\r\nA\r\n\r\n",
                          "GET / HTTP/1.1\r\nA\r\nB: c\r\n\r\n", "GET / HTTP/1.1\r\n:\n\r\n", "\r\n", "\n"}) {
    INFO(head);
    CHECK_FALSE(parse_head(MessageKind::Request, head));
  }
}

TEST_CASE("head: a length that is none is refused also where no body follows") {
  for (const char* text : {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                           "HTTP/1.1 304 Not Modified\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    INFO(text);
    CHECK_FALSE(parse_response_head(text, "HEAD"));
  }
}

TEST_CASE("head: Connection is read as a list") {
  CHECK_FALSE(parse_request_head("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive , CLOSE\r\n\r\n")->keep_alive);
  CHECK_FALSE(parse_request_head("GET / HTTP/1.1\r\nHost: x\r\nConnection: a\r\nConnection: close\r\n\r\n")->keep_alive);
  CHECK(parse_request_head("GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n")->keep_alive);
}

TEST_CASE("head: the body of a response is framed by status and method first") {
  using Kind = BodyDecoder::Kind;
  struct Case {
    const char* head;
    const char* method;
    Kind kind;
  };
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "GET", Kind::Length},
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD", Kind::None},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", "GET", Kind::None},
      {"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", Kind::None},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", "POST", Kind::Chunked},
      {"HTTP/1.1 200\r\n\r\n", "GET", Kind::UntilClose},
      {"HTTP/1.0 200 OK\r\n\r\n", "GET", Kind::UntilClose},
  };
  for (const auto& c : cases) {
    INFO(c.head);
    const auto head = parse_response_head(c.head, c.method);
    REQUIRE(head);
    CHECK(head->body.kind() == c.kind);
  }
  for (const char* text : {"HTTP/1.1 99 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"}) {
    INFO(text);
    const auto head = parse_response_head(text, "GET");
    REQUIRE_FALSE(head);
    CHECK(head.error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("head: lengths are digits and nothing else") {
  CHECK(*parse_content_length("0") == 0);
  CHECK(*parse_content_length("00012") == 12);
  CHECK(*parse_content_length("999999999999999999") == 999999999999999999ULL);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1,1", "1000000000000000000000", "\xD9\xA1"}) CHECK_FALSE(parse_content_length(text));
}
