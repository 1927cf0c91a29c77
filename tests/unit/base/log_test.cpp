#include "core/base/log.hpp"

#include "core/base/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;

TEST_CASE("log: a JSON line is one JSON object whatever the value holds") {
  test::RecordingLog log;
  log.logger.info("request", {{"path", "/a\n\"b\\\x01"}, {"status", 200}, {"ms", 1.25}});
  const auto object = parse_json_object(*log.text);
  REQUIRE(object);
  CHECK((*object)["event"] == "request");
  CHECK((*object)["status"] == 200);
  CHECK((*object)["time"] == "2027-01-15T08:00:00.000Z");
  CHECK(log.text->find('\n') == log.text->size() - 1);
}

TEST_CASE("log: below the threshold nothing is written") {
  std::string text;
  test::FakeClock clock;
  const Logger logger(clock, LogLevel::Warn, LogFormat::Human, false, [&](std::string_view line) { text += line; });
  logger.info("listening");
  CHECK(text.empty());
  logger.warn("sweep_failed", {{"reason", "a b"}, {"tools", 3}});
  CHECK_THAT(text, ContainsSubstring("warn  sweep_failed reason=\"a b\" tools=3\n"));
}
