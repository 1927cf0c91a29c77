#include <string>

#include "core/config/document.hpp"
#include "core/config/render.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth::config;

namespace {

struct Reading {
  Sources sources;
  Diagnostics diagnostics;
  std::vector<Node> documents;

  explicit Reading(std::string text, const ReadLimits& limits = {}) {
    const auto file = sources.add("a.yaml", std::move(text));
    documents = read_yaml(sources, file, diagnostics, limits);
    diagnostics.sort();
  }
  [[nodiscard]] std::string findings() const { return render(diagnostics, sources); }
  [[nodiscard]] const Node& at(std::string_view key) const { return documents.at(0).find(key)->value; }
};

}  // namespace

TEST_CASE("yaml: plain scalars resolve as Kubernetes resolves them") {
  struct Case {
    const char* text;
    NodeKind kind;
    std::int64_t value;  // integers, and 0/1 for booleans
  };
  const auto c =
      GENERATE(Case{"yes", NodeKind::Bool, 1}, Case{"No", NodeKind::Bool, 0}, Case{"on", NodeKind::Bool, 1}, Case{"OFF", NodeKind::Bool, 0},
               Case{"y", NodeKind::Bool, 1}, Case{"n", NodeKind::Bool, 0}, Case{"true", NodeKind::Bool, 1}, Case{"tRue", NodeKind::String, 0},
               Case{"0777", NodeKind::Integer, 511}, Case{"0o17", NodeKind::Integer, 15}, Case{"0x1F", NodeKind::Integer, 31},
               Case{"0b101", NodeKind::Integer, 5}, Case{"-0b11", NodeKind::Integer, -3}, Case{"+12", NodeKind::Integer, 12},
               Case{"1_000", NodeKind::Integer, 1000}, Case{"-9223372036854775808", NodeKind::Integer, INT64_MIN},
               Case{"9223372036854775808", NodeKind::Float, 0}, Case{"08", NodeKind::Float, 0}, Case{"1.5e3", NodeKind::Float, 0},
               Case{".5", NodeKind::Float, 0}, Case{".inf", NodeKind::Float, 0}, Case{"1:30", NodeKind::String, 0}, Case{"2001-12-14", NodeKind::String, 0},
               Case{"1.2.3", NodeKind::String, 0}, Case{"-", NodeKind::String, 0}, Case{"~", NodeKind::Null, 0}, Case{"null", NodeKind::Null, 0},
               Case{"nULL", NodeKind::String, 0}, Case{"\"yes\"", NodeKind::String, 0}, Case{"'1'", NodeKind::String, 0}, Case{"!!str 1", NodeKind::String, 0},
               Case{"!!int '7'", NodeKind::Integer, 7}, Case{"1h30m", NodeKind::String, 0}, Case{"0x", NodeKind::String, 0}, Case{"1e", NodeKind::String, 0});
  CAPTURE(c.text);
  const Reading reading(std::string("[") + c.text + "]\n");
  REQUIRE(reading.documents.size() == 1);
  REQUIRE(reading.documents[0].items.size() == 1);
  const Node& node = reading.documents[0].items[0];
  CHECK(node.kind == c.kind);
  if (c.kind == NodeKind::Integer) CHECK(node.integer == c.value);
  if (c.kind == NodeKind::Bool) CHECK(node.boolean == (c.value == 1));
}

TEST_CASE("yaml: positions point at keys and values") {
  const Reading reading("a: 1\nlonger: \"quoted text\"\nempty:\nümlaut: &x value\nblock: |\n  text\nlist:\n  - one\n");
  const auto place = [&](const Span& span) {
    const auto location = reading.sources.locate(span);
    return std::to_string(location.line) + ":" + std::to_string(location.column) + "+" + std::to_string(span.length);
  };
  CHECK(reading.findings().empty());
  CHECK(place(reading.at("a").at) == "1:4+1");
  CHECK(place(reading.at("longer").at) == "2:9+13");
  CHECK(place(reading.at("empty").at) == "3:1+5");
  CHECK(place(reading.at("ümlaut").at) == "4:12+5");
  CHECK(place(reading.documents[0].find("block")->key_at) == "5:1+5");
  CHECK(place(reading.at("list").items[0].at) == "8:5+3");
}

TEST_CASE("yaml: documents are separate, empty ones are dropped, a broken one costs only itself") {
  const Reading reading("# comment\n---\na: 1\n---\n---\nb: [1, 2\n--- # three\nc: 3\n...\nd: 4\n");
  REQUIRE(reading.documents.size() == 3);
  CHECK(reading.documents[1].find("c") != nullptr);
  CHECK(reading.documents[2].find("d") != nullptr);
  CHECK(reading.diagnostics.count(Severity::Error) == 1);
  CHECK(reading.diagnostics.all()[0].rule == Rule::YamlSyntax);
}

TEST_CASE("yaml: merge keys: own keys win, then the earlier mapping") {
  const Reading reading("base: &b {p: 1, q: 1}\nother: &o {q: 2, r: 2}\nall:\n  <<: [*b, *o]\n  p: 9\n");
  CHECK(reading.findings().empty());
  const Node& all = reading.at("all");
  REQUIRE(all.members.size() == 3);
  CHECK(all.find("p")->value.integer == 9);
  CHECK(all.find("q")->value.integer == 1);
  CHECK(all.find("r")->value.integer == 2);
}

TEST_CASE("yaml: keys become strings as in JSON") {
  const Reading reading("on: 1\n0x10: 2\n'<<': 3\n");
  REQUIRE(reading.documents.size() == 1);
  CHECK(reading.documents[0].find("true") != nullptr);
  CHECK(reading.documents[0].find("16") != nullptr);
  CHECK(reading.documents[0].find("<<") != nullptr);
}

TEST_CASE("yaml: CRLF and a byte order mark change nothing") {
  const Reading reading(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: two\r\nc: |\r\n  x\r\n  y\r\nd: 4\r\n");
  CHECK(reading.findings().empty());
  CHECK(reading.at("b").text == "two");
  CHECK(reading.at("d").integer == 4);
  CHECK(reading.sources.locate(reading.at("d").at).line == 6);
  CHECK(reading.sources.locate(reading.at("b").at).column == 4);
}

TEST_CASE("yaml: bad input is a finding with a place") {
  struct Case {
    const char* name;
    std::string text;
    const char* finding;
  };
  const auto c = GENERATE(Case{"duplicate key", "a: 1\nb: 2\na: 3\n", "a.yaml:3:1: error[VMA108]: the key \"a\" is written twice"},
                          Case{"NUL", std::string("a: 1\nb: \0\n", 10), "a.yaml:2:4: error[VMA104]: control character U+0000 is not allowed"},
                          Case{"end of text character", "a: 1\nb: \x04\nc: 1\n", "a.yaml:2:4: error[VMA104]: control character U+0004 is not allowed"},
                          Case{"invalid UTF-8", "a: 1\nb: \xC3\x28\n", "a.yaml:2:4: error[VMA103]: byte 0xC3 is not valid UTF-8 here"},
                          Case{"overlong UTF-8", "b: \xC0\xAF\n", "a.yaml:1:4: error[VMA103]: byte 0xC0 is not valid UTF-8 here"},
                          Case{"tab indentation", "a:\n\tb: 1\n", "error[VMA105]"}, Case{"undefined alias", "a: *nope\n", "error[VMA105]"},
                          Case{"alias of itself", "a: &x [1, *x]\n", "a.yaml:1:11: error[VMA109]: the alias refers to a value that contains it"},
                          Case{"merge of a string", "a: {<<: text}\n", "a.yaml:1:9: error[VMA112]: a merge key (<<) takes a mapping or a list of mappings"},
                          Case{"list as key", "? [1]\n: 2\n", "a.yaml:1:3: error[VMA111]: a mapping key must be a plain value, not a list or a mapping"},
                          Case{"null as key", "~: 2\n", "a.yaml:1:1: error[VMA111]: a mapping key must not be empty"},
                          Case{"unknown tag", "a: !ruby/object 2\n", "a.yaml:1:4: error[VMA113]"},
                          Case{"tag that does not fit", "a: !!int two\n", "a.yaml:1:4: error[VMA113]"}, Case{"unclosed quote", "a: \"b\n", "error[VMA105]"},
                          Case{"stray bracket", "]\n", "error[VMA105]"}, Case{"two mappings on a line", "a: b: c\n", "error[VMA105]"},
                          Case{"deep nesting", std::string(10'000, '[') + std::string(10'000, ']') + "\n", "error[VMA110]: nested deeper than 100 levels"});
  CAPTURE(c.name);
  const Reading reading(c.text);
  CAPTURE(reading.findings());
  CHECK(reading.diagnostics.has_errors());
  CHECK_THAT(reading.findings(), ContainsSubstring(c.finding));
}

TEST_CASE("yaml: an alias bomb stops within its budget") {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    const char p = static_cast<char>(c - 1);
    text += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) text += std::string(i > 0 ? "," : "") + "*" + p;
    text += "]\n";
  }
  const Reading reading(text);
  CHECK(reading.documents.empty());
  CHECK_THAT(reading.findings(), ContainsSubstring("error[VMA110]: aliases expand to more than 100000 values"));
}

TEST_CASE("yaml: one long text aliased often stops within its budget") {
  std::string text = "a: &a " + std::string(1'000'000, 'x') + "\nb: [";
  for (int i = 0; i < 50; ++i) text += "*a, ";
  const Reading reading(text + "]\n");
  CHECK(reading.documents.empty());
  CHECK_THAT(reading.findings(), ContainsSubstring("error[VMA110]"));
}

TEST_CASE("yaml: files and numbers of values are bounded") {
  CHECK_THAT(Reading("a: 1\n", {.max_bytes = 4}).findings(), ContainsSubstring("error[VMA102]: the file has 5 bytes; at most 4 are read"));
  CHECK_THAT(Reading("[1,2,3,4]\n", {.max_nodes = 4}).findings(), ContainsSubstring("error[VMA110]: more than 4 values in one file"));
}

TEST_CASE("yaml: a broken line with a secret is not shown") {
  const Reading reading("kind: Secret\nstringData:\n  password: \"hunter2\n");
  CAPTURE(reading.findings());
  CHECK(reading.diagnostics.has_errors());
  CHECK(reading.findings().find("hunter2") == std::string::npos);
}
