// JSON, TOML, excerpts and rendering.
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
};

Reading read(std::string name, std::string text, const ReadLimits& limits = {}) {
  Reading out;
  const bool toml = name.ends_with(".toml");
  const auto file = out.sources.add(std::move(name), std::move(text));
  out.documents = toml ? read_toml(out.sources, file, out.diagnostics, limits) : read_json(out.sources, file, out.diagnostics, limits);
  return out;
}

}  // namespace

TEST_CASE("json: values and positions") {
  const auto r = read("a.json", R"({"s": "a\u00e9\ud83d\ude00\n", "i": -12, "f": 1.5e3, "b": true, "n": null, "l": [1, {}], "big": 99999999999999999999})");
  REQUIRE(r.documents.size() == 1);
  const Node& root = r.documents[0];
  CHECK(root.find("s")->value.text == "a\xC3\xA9\xF0\x9F\x98\x80\n");
  CHECK(root.find("i")->value.integer == -12);
  CHECK(root.find("f")->value.kind == NodeKind::Float);
  CHECK(root.find("b")->value.boolean);
  CHECK(root.find("n")->value.kind == NodeKind::Null);
  CHECK(root.find("l")->value.items.size() == 2);
  CHECK(root.find("big")->value.kind == NodeKind::Float);
  CHECK(r.sources.text(root.find("i")->value.at) == "-12");
  CHECK(r.sources.text(root.find("s")->key_at) == "\"s\"");
}

TEST_CASE("json: refuses what RFC 8259 refuses") {
  const auto text =
      GENERATE(as<std::string>{}, "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "01", "1.", "1e", "+1", "-", ".5", "NaN", "'a'", "\"a", "\"\\x\"",
               "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\u0000\"", "\"a\nb\"", "tru", "nul", "1 2", "// c\n1", "{\"a\":1 \"b\":2}", "[1 2]");
  CAPTURE(text);
  const auto r = read("a.json", text);
  CHECK(r.documents.empty());
  CHECK(r.diagnostics.has_errors());
}

TEST_CASE("json: deep nesting is bounded") {
  const auto r = read("a.json", std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK(r.documents.empty());
  CHECK_THAT(render(r.diagnostics, r.sources, {.excerpts = false}), ContainsSubstring("error[VMA110]: nested deeper than 100 levels"));
}

TEST_CASE("toml: values and positions") {
  const auto r = read("a.toml", "top = \"x\"\n[t.\"a.b\"]\nn = 0x1F\nl = [true, 1.5]\nd = 2024-01-02\n");
  REQUIRE(r.documents.size() == 1);
  const Node& table = r.documents[0].find("t")->value.find("a.b")->value;
  CHECK(table.find("n")->value.integer == 31);
  CHECK(table.find("l")->value.items[0].boolean);
  CHECK(table.find("d")->value.kind == NodeKind::String);
  CHECK(r.sources.text(table.find("n")->key_at) == "n");
  CHECK(r.sources.locate(table.find("n")->value.at).line == 3);
  CHECK(r.sources.locate(table.find("n")->value.at).column == 5);
}

TEST_CASE("toml: bad input is a finding") {
  const auto text = GENERATE(as<std::string>{}, "a = ", "a = 1\na = 2", "[t]\n[t]", "a = \"x", "a = 1 b = 2", "= 1", "a.b = 1\na = 2", "[[", "a = 2024-13-01");
  CAPTURE(text);
  const auto r = read("a.toml", text);
  CHECK(r.documents.empty());
  CHECK_THAT(render(r.diagnostics, r.sources, {.excerpts = false}), ContainsSubstring("error[VMA107]"));
}

TEST_CASE("toml: what makes toml++ assert is a finding at its line") {
  const auto r = read("a.toml", "a = 1\n[t]\n[`x]\nb = 2\n");
  CHECK(r.documents.empty());
  CHECK(render(r.diagnostics, r.sources, {.excerpts = false}) == "a.toml:3:1: error[VMA107]: this line is not TOML\n");
}

TEST_CASE("toml: other alphabets are for strings and comments") {
  const auto fine = read("a.toml", "# größer\na = \"größer \\\" ü\" # ü\nb = 'ä'\n\"ö\" = 1\n");
  CHECK(fine.documents.size() == 1);
  CHECK(fine.diagnostics.all().empty());
  const auto text = GENERATE(as<std::string>{}, "é = 1\n", "a = 1 é\n", "a = é\n", "[é]\n", "a = \"x\" \xEF\xBB\xB7\n", "a = \"\"\"\\\n é\"\"\"\n",
                             "a = \"open\né = 1\n", "a = -\"x.'é\n",
                             "\xC2\xA0"
                             "a = 1\n",
                             "a = 7'é'\n");
  CAPTURE(text);
  const auto r = read("a.toml", text);
  CHECK(r.documents.empty());
  CHECK_THAT(render(r.diagnostics, r.sources, {.excerpts = false}), ContainsSubstring("error[VMA107]"));
}

TEST_CASE("toml: deep nesting does not crash") {
  const auto r = read("a.toml", "a = " + std::string(50'000, '['));
  CHECK(r.documents.empty());
  CHECK(r.diagnostics.has_errors());
}

TEST_CASE("sources: columns count characters, carets stay in their line") {
  Sources sources;
  const auto file = sources.add("a", "äöü: x\nsecond line\r\nlast");
  const Span x{file, 8, 1};
  CHECK(sources.locate(x).column == 6);
  CHECK(sources.excerpt(x).caret_column == 5);
  const Span over{file, 10, 100};
  CHECK(sources.excerpt(over).text == "second line");
  CHECK(sources.excerpt(over).caret_column + sources.excerpt(over).caret_length == 11);
  const Span past{file, 9999, 1};
  CHECK(sources.locate(past).line == 3);
  CHECK(sources.excerpt(past).text == "last");
  CHECK(sources.excerpt(past).caret_column == 4);
}

TEST_CASE("sources: the caret stands in a terminal's cells, whatever the characters are wide") {
  Sources sources;
  const auto file = sources.add("a", "a: 日本 x\nb: e\u0301 x\nc: 🔑 x\n");
  const auto caret = [&](std::string_view part, std::uint32_t length) {
    const auto excerpt = sources.excerpt({file, static_cast<std::uint32_t>(sources.text(file).find(part)), length});
    return std::pair(excerpt.caret_column, excerpt.caret_length);
  };
  CHECK(caret("日", 6) == std::pair<std::size_t, std::size_t>(3, 4));
  CHECK(caret("x\nb", 1) == std::pair<std::size_t, std::size_t>(8, 1));
  CHECK(caret("x\nc", 1) == std::pair<std::size_t, std::size_t>(5, 1));
  CHECK(caret("x\n", 1).first == 8);
  CHECK(caret("🔑", 4) == std::pair<std::size_t, std::size_t>(3, 2));
  CHECK(sources.locate({file, static_cast<std::uint32_t>(sources.text(file).find(" x\nb") + 1), 1}).column == 7);
}

TEST_CASE("sources: an excerpt steers no terminal and reads in one direction") {
  Sources sources;
  const auto file = sources.add("a", "a: \"\u009b31m\" # \u202eevil\u2066\u200f\u2028\x1b[2J");
  const auto excerpt = sources.excerpt({file, 0, 1});
  CHECK(excerpt.text == "a: \"?31m\" # ?evil????[2J");
}

TEST_CASE("sources: masked bytes are never shown and the caret still fits") {
  Sources sources;
  const auto file = sources.add("a", "key: hunter2 # hunter2\nmore: hunter2");
  sources.mark_secret({file, 5, 7});
  sources.mark_secret({file, 15, 13});  // over the line's end
  CHECK(sources.excerpt({file, 5, 7}).text == "key: [redacted] # [redacted]");
  CHECK(sources.excerpt({file, 5, 7}).caret_column == 5);
  CHECK(sources.excerpt({file, 5, 7}).caret_length == 10);
  CHECK(sources.excerpt({file, 13, 1}).caret_column == 16);
  CHECK(sources.excerpt({file, 7, 2}).caret_column == 5);
  CHECK(sources.excerpt({file, 29, 7}).text == "[redacted] hunter2");
}

TEST_CASE("sources: long lines are cut around the caret") {
  Sources sources;
  const auto file = sources.add("a", std::string(500, 'a') + "X" + std::string(500, 'b'));
  const auto excerpt = sources.excerpt({file, 500, 1});
  CHECK(excerpt.text.size() < 200);
  CHECK_THAT(excerpt.text, ContainsSubstring("aXb"));
}

TEST_CASE("render: position, excerpt, caret, second place and hint") {
  Sources sources;
  const auto file = sources.add("dir/a.yaml", "issuer: https://a/\nother: https://a\n");
  Diagnostics diagnostics;
  diagnostics.report(Rule::IssuerMismatch, {file, 8, 10}, "they differ").with_label({file, 26, 9}, "defined here").with_hint("first\nsecond");
  CHECK(render(diagnostics, sources) ==
        "dir/a.yaml:1:9: error[VMA402]: they differ\n"
        "    1 | issuer: https://a/\n"
        "      |         ^~~~~~~~~~\n"
        "  dir/a.yaml:2:8: defined here\n"
        "    2 | other: https://a\n"
        "      |        ^~~~~~~~~\n"
        "  hint: first\n"
        "        second\n");
  CHECK(render(diagnostics, sources, {.excerpts = false}) == "dir/a.yaml:1:9: error[VMA402]: they differ\n");
  CHECK(render(diagnostics, sources, {.colour = true}).find("\x1b[1;31m") != std::string::npos);
  CHECK(summary(diagnostics, 2) == "1 error in 2 files");
}

TEST_CASE("diagnostics: sorted by file and position, repetitions dropped") {
  Diagnostics diagnostics;
  diagnostics.report(Rule::WrongType, {1, 5, 1}, "b");
  diagnostics.report(Rule::WrongType, {0, 9, 1}, "a");
  diagnostics.report(Rule::WrongType, {1, 5, 1}, "b");
  diagnostics.report(Rule::UnknownField, {1, 5, 1}, "c");
  diagnostics.report(Rule::NoSuchServer, {}, "nowhere");
  diagnostics.sort();
  REQUIRE(diagnostics.all().size() == 4);
  CHECK(diagnostics.all()[0].message == "a");
  CHECK(diagnostics.all()[1].message == "c");
  CHECK(diagnostics.all()[2].message == "b");
  CHECK(diagnostics.all()[3].message == "nowhere");
}

TEST_CASE("messages: quoted values hide credentials in URLs") {
  CHECK(quoted(std::string_view("plain")) == "\"plain\"");
  CHECK(quoted(std::string_view("https://user:hunter2@host/path")) == "\"https://[redacted]@host/path\"");
  CHECK(quoted(std::string_view("https://host/@x")) == "\"https://host/@x\"");
}
