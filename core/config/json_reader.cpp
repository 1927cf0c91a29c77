// Strict JSON (RFC 8259) with positions: nlohmann/json, which the wire uses, does not keep them.
#include <algorithm>
#include <charconv>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/config/document.hpp"

namespace vmcpauth::config {
namespace {

struct Stop {
  std::size_t at;
  std::size_t masked_from;  // start of what was being read
  Rule rule;
  std::string message;
};

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | (code >> 6U));
    byte(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    byte(0xE0U | (code >> 12U));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xF0U | (code >> 18U));
    byte(0x80U | ((code >> 12U) & 0x3FU));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
}

class JsonReader {
 public:
  JsonReader(std::string_view text, FileId file, Diagnostics& diagnostics, const ReadLimits& limits)
      : text_(text), file_(file), diagnostics_(diagnostics), limits_(limits) {}

  Node read_document() {
    Node root = read_value(0);
    skip_blank();
    if (at_ != text_.size()) fail("more text after the JSON value");
    return root;
  }

 private:
  [[noreturn]] void fail(std::string message, Rule rule = Rule::JsonSyntax) const { throw Stop{at_, std::min(at_, token_), rule, std::move(message)}; }
  [[nodiscard]] Span span(std::size_t from, std::size_t to) const { return {file_, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)}; }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  void expect(char c, std::string_view what) {
    if (peek() != c) fail(fmt::format("expected {}", what));
    ++at_;
  }

  Node read_value(int depth) {
    skip_blank();
    if (depth > limits_.max_depth) fail(fmt::format("nested deeper than {} levels", limits_.max_depth), Rule::TooComplex);
    if (++nodes_ > limits_.max_nodes) fail(fmt::format("more than {} values in one file", limits_.max_nodes), Rule::TooComplex);
    switch (peek()) {
      case '{': return read_object(depth);
      case '[': return read_array(depth);
      case '"': return read_string();
      case 't':
      case 'f':
      case 'n': return read_word();
      default: return read_number();
    }
  }

  Node read_object(int depth) {
    Node node;
    node.kind = NodeKind::Mapping;
    node.at = span(at_, at_ + 1);
    ++at_;
    skip_blank();
    std::unordered_set<std::string> keys;
    if (peek() == '}') return ++at_, node;
    while (true) {
      skip_blank();
      if (peek() != '"') fail("expected a member name in double quotes");
      Node key = read_string();
      skip_blank();
      expect(':', "a colon after the member name");
      Node value = read_value(depth + 1);
      if (keys.insert(key.text).second) {
        node.members.push_back({std::move(key.text), key.at, std::move(value)});
      } else {
        auto& finding = diagnostics_.report(Rule::DuplicateKey, key.at, fmt::format("the key \"{}\" is written twice", key.text));
        if (const auto* first = node.find(key.text)) finding.with_label(first->key_at, "first written here");
      }
      skip_blank();
      if (peek() == '}') return ++at_, node;
      expect(',', "a comma or a closing brace");
    }
  }

  Node read_array(int depth) {
    Node node;
    node.kind = NodeKind::Sequence;
    node.at = span(at_, at_ + 1);
    ++at_;
    skip_blank();
    if (peek() == ']') return ++at_, node;
    while (true) {
      node.items.push_back(read_value(depth + 1));
      skip_blank();
      if (peek() == ']') return ++at_, node;
      expect(',', "a comma or a closing bracket");
    }
  }

  Node read_word() {
    Node node;
    for (const std::string_view word : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      node.kind = word == "null" ? NodeKind::Null : NodeKind::Bool;
      node.boolean = word == "true";
      node.text = word;
      node.at = span(at_, at_ + word.size());
      at_ += word.size();
      return node;
    }
    fail("expected a value");
  }

  std::size_t digits() {
    const auto start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }

  Node read_number() {
    const auto start = at_;
    Node node;
    node.kind = NodeKind::Integer;
    if (peek() == '-') ++at_;
    const auto first = at_;
    if (digits() == 0) {
      at_ = start;
      fail("expected a value");
    }
    if (text_[first] == '0' && at_ - first > 1) fail("a number must not start with 0");
    if (peek() == '.') {
      node.kind = NodeKind::Float;
      ++at_;
      if (digits() == 0) fail("expected a digit after the decimal point");
    }
    if (peek() == 'e' || peek() == 'E') {
      node.kind = NodeKind::Float;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (digits() == 0) fail("expected a digit in the exponent");
    }
    node.text = text_.substr(start, at_ - start);
    node.at = span(start, at_);
    if (node.kind == NodeKind::Integer) {
      const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), node.integer);
      if (error != std::errc{}) node.kind = NodeKind::Float;
    }
    return node;
  }

  std::uint32_t read_hex4() {
    std::uint32_t code = 0;
    const auto* begin = text_.data() + at_;
    if (text_.size() - at_ < 4) fail("expected four hexadecimal digits");
    const auto [end, error] = std::from_chars(begin, begin + 4, code, 16);
    if (error != std::errc{} || end != begin + 4) fail("expected four hexadecimal digits");
    at_ += 4;
    return code;
  }

  void read_escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const auto index = kLetters.find(peek());
    if (at_ < text_.size() && index != std::string_view::npos) {
      out += kValues[index];
      ++at_;
      return;
    }
    if (peek() != 'u') fail("unknown escape");
    ++at_;
    auto code = read_hex4();
    if (code >= 0xD800 && code < 0xDC00) {
      if (!text_.substr(at_).starts_with("\\u")) fail("a high surrogate without a low one");
      at_ += 2;
      const auto low = read_hex4();
      if (low < 0xDC00 || low > 0xDFFF) fail("a high surrogate without a low one");
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      fail("a low surrogate without a high one");
    }
    if (code == 0) fail("the character NUL is not allowed", Rule::ControlCharacter);
    append_utf8(out, code);
  }

  Node read_string() {
    const auto start = at_;
    token_ = start;
    Node node;
    node.kind = NodeKind::String;
    for (++at_; peek() != '"';) {
      if (at_ >= text_.size()) {
        at_ = start;
        fail("this string is not closed");
      }
      const char c = text_[at_++];
      if (c == '\\') {
        read_escape(node.text);
      } else if (static_cast<unsigned char>(c) < 0x20) {
        --at_;
        fail("control characters must be escaped in a string");
      } else {
        node.text += c;
      }
    }
    ++at_;
    token_ = std::string_view::npos;
    node.at = span(start, at_);
    return node;
  }

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  std::size_t token_ = std::string_view::npos;  // start of the string being read
  std::size_t nodes_ = 0;
};

}  // namespace

std::vector<Node> read_json(Sources& sources, FileId file, Diagnostics& diagnostics, const ReadLimits& limits) {
  std::vector<Node> out;
  if (!check_text(sources, file, diagnostics, limits)) return out;
  try {
    out.push_back(JsonReader(sources.text(file), file, diagnostics, limits).read_document());
  } catch (const Stop& problem) {
    // What does not parse may hold a secret: the excerpt shows nothing after the position.
    const Span at{file, static_cast<std::uint32_t>(problem.at), 1};
    const auto from = static_cast<std::uint32_t>(problem.masked_from);
    sources.mark_secret({file, from, static_cast<std::uint32_t>(sources.text(file).size()) - from});
    diagnostics.report(problem.rule, at, problem.message);
  }
  return out;
}

}  // namespace vmcpauth::config
