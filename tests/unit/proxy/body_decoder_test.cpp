#include "proxy/body_decoder.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using proxy::BodyDecoder;

namespace {

struct Outcome {
  std::string content, rest;
  bool done = false, failed = false;
};

// Feeds the text in pieces of n bytes.
Outcome decode(BodyDecoder decoder, const std::string& text, std::size_t n) {
  Outcome out;
  std::size_t at = 0;
  while (at < text.size() && !decoder.done()) {
    std::string piece = text.substr(at, n);
    const auto step = decoder.decode(piece.data(), piece.size());
    if (!step) return {{}, {}, false, true};
    out.content += step->data;
    at += step->consumed;
    if (step->consumed == 0 && !decoder.done()) break;
  }
  out.done = decoder.done();
  out.rest = text.substr(at);
  return out;
}

}  // namespace

TEST_CASE("body: the content is the same however the bytes are cut, and nothing after the end is taken") {
  struct Case {
    BodyDecoder decoder;
    std::string text, content, rest;
  };
  const Case cases[] = {
      {BodyDecoder::none(), "GET", "", "GET"},
      {BodyDecoder::length(0), "GET", "", "GET"},
      {BodyDecoder::length(5), "helloGET", "hello", "GET"},
      {BodyDecoder::chunked(), "5\r\nhello\r\n0\r\n\r\nGET", "hello", "GET"},
      {BodyDecoder::chunked(), "1\r\nh\r\n0004\r\nello\r\n0\r\n\r\nGET", "hello", "GET"},
      {BodyDecoder::chunked(), "A;name=\"va;lue\"\r\n0123456789\r\n1\r\nx\r\n0;last\r\nTrailer: x\r\nB:\r\n\r\nGET", "0123456789x", "GET"},
      {BodyDecoder::chunked(), "0\r\n\r\n", "", ""},
  };
  for (const auto& c : cases) {
    for (std::size_t n = 1; n <= c.text.size(); ++n) {
      INFO(c.text << " by " << n);
      const auto out = decode(c.decoder, c.text, n);
      CHECK_FALSE(out.failed);
      CHECK(out.done);
      CHECK(out.content == c.content);
      CHECK(out.rest == c.rest);
    }
  }
}

TEST_CASE("body: a truncated body is never done") {
  const std::string whole = "5\r\nhello\r\n0\r\nT: x\r\n\r\n";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto out = decode(BodyDecoder::chunked(), whole.substr(0, n), n + 1);
    CHECK_FALSE(out.failed);
    CHECK_FALSE(out.done);
  }
  CHECK_FALSE(decode(BodyDecoder::length(5), "hell", 4).done);
  CHECK_FALSE(decode(BodyDecoder::until_close(), "anything", 3).done);
}

TEST_CASE("body: broken chunks fail however they are cut") {
  for (const std::string& text :
       {std::string("\r\n"), std::string("g\r\n"), std::string("-1\r\n"), std::string("1 \r\nx"), std::string("1\nx"), std::string("1\rx"),
        std::string("1\r\nxy"), std::string("1\r\nx\n"), std::string("1;\n"), std::string("0\r\n\n"), std::string("0\r\n x\r\n"), std::string("0\r\na\nb"),
        std::string("0\r\n:x\r\n"), std::string("1234567890abcdef\r\n"), std::string("1;a\0b", 5)}) {
    for (std::size_t n = 1; n <= text.size(); ++n) {
      INFO(text << " by " << n);
      CHECK(decode(BodyDecoder::chunked(), text, n).failed);
    }
  }
}
