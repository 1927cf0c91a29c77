#include "cli/call_output.hpp"

#include <sstream>

#include "cli/call_peers.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::cli;

TEST_CASE("call: results for people") {
  struct Case {
    const char* method;
    const char* result;
    const char* text;
  };
  const std::vector<Case> cases{
      {"tools/list",
       R"({"tools":[{"name":"add","description":"Adds.\nMore.","inputSchema":{"type":"object","properties":{"a":{"type":"number"},"b":{"type":["integer","null"]},"how":{"enum":["x","y"]}},"required":["a"]}},{"name":"now"}]})",
       "add  a: number, b?: integer|null, how?: x|y\n    Adds.\nnow\n"},
      {"tools/call",
       R"({"content":[{"type":"text","text":"one\ntwo"},{"type":"image","data":"AAAA","mimeType":"image/png"},{"type":"resource_link","uri":"file:///x"}]})",
       "one\ntwo\n[image: image/png, 3 bytes]\n[resource: file:///x]\n"},
      {"tools/call", R"({"content":[],"structuredContent":{"a":1}})", "{\n  \"a\": 1\n}\n"},
      {"prompts/list", R"({"prompts":[{"name":"p","arguments":[{"name":"x","required":true},{"name":"y"}]}]})", "p  x, y?\n"},
      {"prompts/get", R"({"messages":[{"role":"user","content":{"type":"text","text":"hi"}}]})", "user:\nhi\n"},
      {"resources/list", R"({"resources":[{"uri":"file:///x","name":"X","mimeType":"text/plain"}]})", "file:///x  X  (text/plain)\n"},
      {"resources/read", R"({"contents":[{"uri":"u","text":"hello"},{"uri":"b","blob":"AAAA"}]})", "hello\n[b: binary, 3 bytes]\n"},
      {"server/discover", R"({"serverInfo":{"name":"s","version":"1"},"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}})",
       "s 1\n  revisions     2026-07-28\n  capabilities  tools\n"},
      {"custom/x", R"({"a":[1]})", "{\n  \"a\": [\n    1\n  ]\n}\n"},
      {"tools/list", R"({"tools":"none"})", "{\n  \"tools\": \"none\"\n}\n"},
      {"tools/list", R"([1])", "[\n  1\n]\n"},
      {"tools/list", R"({"tools":[1,{"name":2,"inputSchema":{"properties":{"a":1},"required":"a"}}]})", "\n  a?: any\n"},
      {"tools/call", R"({"content":"x"})", ""},
  };
  for (const auto& c : cases) {
    INFO(c.method << " " << c.result);
    CHECK(result_text(c.method, Json::parse(c.result), {}) == c.text);
  }
}

TEST_CASE("call: a terminal gets no control characters of the server's") {
  const Json result{{"content", {{{"type", "text"}, {"text", "a\x1b[31mred\nb"}}}}};
  CHECK(result_text("tools/call", result, {.sanitize = true}).find('\x1b') == std::string::npos);
  CHECK(result_text("tools/call", result, {.sanitize = false}) == "a\x1b[31mred\nb\n");
}

TEST_CASE("call: a tool's own error is one") {
  CHECK(is_tool_error(Json::parse(R"({"isError":true})")));
  for (const auto* text : {R"({"isError":false})", R"({"isError":"true"})", "{}", "[]", "null"}) CHECK_FALSE(is_tool_error(Json::parse(text)));
}

TEST_CASE("call: progress is drawn within the width") {
  CHECK(progress_text({.progress = 5, .total = 10, .message = "half"}, 80) == "[##########          ]  50%  5/10  half");
  CHECK(progress_text({.progress = 20, .total = 10, .message = {}}, 80) == "[####################] 100%  20/10");
  CHECK(progress_text({.progress = 3, .total = {}, .message = "x\x1b[2J"}, 80).find('\x1b') == std::string::npos);
  CHECK(progress_text({.progress = 1, .total = 0, .message = std::string(500, 'y')}, 40).size() <= 43);
}

TEST_CASE("call: forms are answered as the user wants") {
  const auto params = Json::parse(
      R"({"message":"who?","requestedSchema":{"properties":{"name":{"type":"string","default":"Ada"},"age":{"type":"integer"}},"required":["age"]}})");
  std::ostringstream error;
  CallObserver observer(error, {});
  const auto answer = [&](Elicit how, const std::string& typed) {
    std::istringstream input(typed);
    CallAnswers answers(how, input, error, observer);
    return **run_ready(answers.answer("elicitation/create", params));
  };
  CHECK(answer(Elicit::Defaults, "") == Json::parse(R"({"action":"accept","content":{"name":"Ada"}})"));
  CHECK(answer(Elicit::Decline, "") == Json::parse(R"({"action":"decline"})"));
  // Fields come in the order of their names: a word that is no number and an empty line are asked again.
  CHECK(answer(Elicit::Ask, "old\n\n42\n\ny\n") == Json::parse(R"({"action":"accept","content":{"age":42,"name":"Ada"}})"));
  CHECK(answer(Elicit::Ask, "42\nGrace\nn\n") == Json::parse(R"({"action":"decline"})"));
  CHECK(answer(Elicit::Ask, "42\n") == Json::parse(R"({"action":"cancel"})"));
  CHECK(error.str().find("must be integer, not old") != std::string::npos);

  std::istringstream none;
  CallAnswers off(Elicit::Off, none, error, observer);
  CHECK(off.capabilities() == Json::object());
  CallAnswers defaults(Elicit::Defaults, none, error, observer);
  CHECK(defaults.capabilities().contains("elicitation"));
  CHECK_FALSE(run_ready(defaults.answer("elicitation/create", {{"mode", "url"}}))->has_value());
  CHECK_FALSE(run_ready(defaults.answer("sampling/createMessage", Json::object()))->has_value());
}
