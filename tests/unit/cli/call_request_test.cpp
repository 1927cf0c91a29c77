#include "cli/call_request.hpp"

#include "cli/call_command.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using namespace vmcpauth::cli;

namespace {

struct Words {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> options;
};

std::expected<CallRequest, UsageError> request(const Words& words, const std::string& input = "{}") {
  static const Command kCommand = call_command();
  Invocation invocation(kCommand);
  invocation.add_argument("https://mcp.test/mcp");
  for (const auto& word : words.arguments) invocation.add_argument(word);
  for (const auto& [name, value] : words.options) invocation.add_option(name, value);
  return call_request(invocation, [&]() -> Result<std::string> { return input; });
}

}  // namespace

TEST_CASE("call: the words after METHOD are its parameters") {
  struct Case {
    Words words;
    const char* params;
    const char* list;
  };
  const std::vector<Case> cases{
      {{{"tools/list"}, {}}, "{}", "tools"},
      {{{"tools/list", R"({"cursor":"x"})"}, {}}, R"({"cursor":"x"})", nullptr},
      {{{"resources/templates/list"}, {}}, "{}", "resourceTemplates"},
      {{{"tools/call", "add"}, {}}, R"({"name":"add"})", nullptr},
      {{{"tools/call", R"({"name":"add","arguments":{"a":1}})"}, {}}, R"({"name":"add","arguments":{"a":1}})", nullptr},
      {{{"tools/call", "add"}, {{"args-json", R"({"a":1})"}}}, R"({"name":"add","arguments":{"a":1}})", nullptr},
      {{{"tools/call", "add"}, {{"args-json", "-"}}}, R"({"name":"add","arguments":{"from":"stdin"}})", nullptr},
      {{{"resources/read", "file:///x"}, {}}, R"({"uri":"file:///x"})", nullptr},
      {{{"prompts/get", "hello"}, {}}, R"({"name":"hello"})", nullptr},
      {{{"custom/method", R"({"x":[1]})"}, {}}, R"({"x":[1]})", nullptr},
      {{{"logging/setLevel"}, {{"args-json", R"({"level":"debug"})"}}}, R"({"level":"debug"})", nullptr},
      {{{"custom/method", "-"}, {}}, R"({"from":"stdin"})", nullptr},
  };
  for (const auto& c : cases) {
    INFO(c.words.arguments.front() << " " << c.params);
    const auto made = request(c.words, R"({"from":"stdin"})");
    REQUIRE(made);
    CHECK(made->params == Json::parse(c.params));
    CHECK(made->list.value_or("") == std::string(c.list == nullptr ? "" : c.list));
  }
}

TEST_CASE("call: what cannot be sent is a usage error") {
  const std::vector<Words> bad{
      {{}, {}},
      {{"https://typo"}, {}},
      {{"tools call"}, {}},
      {{std::string(200, 'a')}, {}},
      {{"tools/call"}, {}},
      {{"resources/read"}, {}},
      {{"tools/call", "add", "more"}, {}},
      {{"tools/list", "word"}, {}},
      {{"custom/x", "{"}, {}},
      {{"custom/x", "{\"a\":1,\"a\":2}"}, {}},
      {{"tools/call", "add"}, {{"args-json", "[1]"}}},
      {{"tools/call", "add"}, {{"arg", "novalue"}}},
      {{"tools/call", "add"}, {{"arg", "=x"}}},
      {{"tools/list"}, {{"header", "no colon"}}},
      {{"tools/list"}, {{"header", ": x"}}},
      {{"tools/list"}, {{"header", "X-A: b\r\nX-C: d"}}},
      {{"tools/list"}, {{"header", "Host: elsewhere"}}},
      {{"tools/list"}, {{"header", "Content-Length: 1"}}},
      {{"tools/list"}, {{"header", "Transfer-Encoding: chunked"}}},
      {{"tools/list"}, {{"header", "authorization: Bearer x"}}},
  };
  for (const auto& words : bad) {
    INFO((words.arguments.empty() ? "" : words.arguments.front()) << " " << (words.options.empty() ? "" : words.options.front().second));
    CHECK_FALSE(request(words));
  }
}

TEST_CASE("call: headers, arguments and the revision are kept") {
  const auto made =
      request({{"tools/call", "add"}, {{"header", "Mcp-Param-X:  y "}, {"header", "X-Trace: 1"}, {"arg", "a=1"}, {"arg", "b=2"}, {"revision", "2025-11-25"}}});
  REQUIRE(made);
  CHECK(made->headers.get("Mcp-Param-X") == "y");
  CHECK(made->headers.get("X-Trace") == "1");
  CHECK(made->pairs == std::vector<std::string>{"a=1", "b=2"});
  CHECK(made->pairs_are_arguments);
  CHECK(made->revision == "2025-11-25");
  CHECK_FALSE(request({{"tools/list"}, {{"revision", "auto"}}})->revision);
}
