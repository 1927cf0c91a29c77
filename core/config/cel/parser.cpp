// Recursive descent over the grammar of cel-spec, langdef "Syntax".
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "core/config/cel/ast.hpp"
#include "core/config/cel/functions.hpp"
#include "core/config/cel/lexer.hpp"

namespace vmcpauth::config::cel {
namespace {

constexpr int kMaxDepth = 64;

struct BinaryLevel {
  std::array<std::string_view, 7> symbols;
};
// Loosest first; every level is left-associative.
constexpr std::array<BinaryLevel, 3> kLevels{{{{"==", "!=", "<", "<=", ">", ">=", "in"}}, {{"+", "-"}}, {{"*", "/", "%"}}}};

ExprPtr make(Expr expr) { return std::make_unique<const Expr>(std::move(expr)); }

std::optional<ExprKind> comprehension(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, ExprKind>, 5> kMacros{
      {{"all", ExprKind::All}, {"exists", ExprKind::Exists}, {"exists_one", ExprKind::ExistsOne}, {"filter", ExprKind::Filter}, {"map", ExprKind::Transform}}};
  for (const auto& [macro, kind] : kMacros) {
    if (macro == name) return kind;
  }
  return std::nullopt;
}

// Kubernetes escapes field names that are CEL keywords or hold characters no identifier has:
// __dot__, __dash__, __slash__, __underscores__, __<keyword>__.
std::string unescape_field(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kParts{
      {{"__underscores__", "__"}, {"__dot__", "."}, {"__dash__", "-"}, {"__slash__", "/"}}};
  static constexpr std::array<std::string_view, 19> kKeywords{"true",     "false", "null",   "in",  "as",   "break",   "const",     "continue", "else", "for",
                                                              "function", "if",    "import", "let", "loop", "package", "namespace", "return",   "var"};
  if (name.size() > 4 && name.starts_with("__") && name.ends_with("__")) {
    const auto inner = std::string_view(name).substr(2, name.size() - 4);
    for (const auto keyword : kKeywords) {
      if (inner == keyword) return std::string(inner);
    }
  }
  std::string out;
  std::string_view rest = name;
  while (!rest.empty()) {
    bool matched = false;
    for (const auto& [from, to] : kParts) {
      if (!rest.starts_with(from)) continue;
      out += to;
      rest.remove_prefix(from.size());
      matched = true;
      break;
    }
    if (matched) continue;
    out += rest.front();
    rest.remove_prefix(1);
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<ExprPtr> run() {
    TRY(auto expr, expression());
    if (now().kind != TokenKind::End) return bad("unexpected '" + now().text + "'");
    return expr;
  }

 private:
  struct Depth {
    int& depth;
    explicit Depth(int& d) : depth(d) { ++depth; }
    ~Depth() { --depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
  };

  [[nodiscard]] const Token& now() const { return tokens_[at_]; }
  [[nodiscard]] bool is(std::string_view symbol) const { return now().kind == TokenKind::Symbol && now().text == symbol; }
  bool take(std::string_view symbol) {
    if (!is(symbol)) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] std::unexpected<Error> bad(const std::string& what, ErrorCode code = ErrorCode::InvalidInput) const {
    return fail(code, what + " at offset " + std::to_string(now().offset));
  }
  Result<void> expect(std::string_view symbol) {
    if (take(symbol)) return {};
    return bad("expected '" + std::string(symbol) + "'");
  }

  Result<ExprPtr> expression() {
    const Depth depth(depth_);
    if (depth_ > kMaxDepth) return bad("expression is nested too deeply", ErrorCode::TooLarge);
    const auto offset = now().offset;
    TRY(auto condition, logical("||", ExprKind::Or));
    if (!take("?")) return condition;
    TRY(auto yes, logical("||", ExprKind::Or));
    TRY_VOID(expect(":"));
    TRY(auto no, expression());
    return node(ExprKind::Conditional, offset, std::move(condition), std::move(yes), std::move(no));
  }

  template <class... Children>
  static ExprPtr node(ExprKind kind, std::size_t offset, Children... children) {
    Expr expr{.kind = kind, .offset = offset};
    (expr.children.push_back(std::move(children)), ...);
    return make(std::move(expr));
  }

  Result<ExprPtr> logical(std::string_view symbol, ExprKind kind) {
    const auto operand = [&] { return kind == ExprKind::Or ? logical("&&", ExprKind::And) : binary(0); };
    TRY(auto left, operand());
    while (is(symbol)) {
      const auto offset = now().offset;
      ++at_;
      TRY(auto right, operand());
      left = node(kind, offset, std::move(left), std::move(right));
    }
    return left;
  }

  [[nodiscard]] std::optional<std::string> binary_operator(std::size_t level) const {
    if (now().kind != TokenKind::Symbol && !(now().kind == TokenKind::Identifier && now().text == "in")) return std::nullopt;
    for (const auto symbol : kLevels.at(level).symbols) {
      if (!symbol.empty() && now().text == symbol) return now().text;
    }
    return std::nullopt;
  }

  Result<ExprPtr> binary(std::size_t level) {
    if (level == kLevels.size()) return unary();
    TRY(auto left, binary(level + 1));
    while (auto symbol = binary_operator(level)) {
      Expr call{.kind = ExprKind::Call, .name = *std::move(symbol), .offset = now().offset};
      ++at_;
      TRY(auto right, binary(level + 1));
      call.children.push_back(std::move(left));
      call.children.push_back(std::move(right));
      left = make(std::move(call));
    }
    return left;
  }

  Result<ExprPtr> unary() {
    const auto offset = now().offset;
    if (!is("!") && !is("-")) return member();
    const Depth depth(depth_);
    if (depth_ > kMaxDepth) return bad("expression is nested too deeply", ErrorCode::TooLarge);
    const bool negation = is("!");
    ++at_;
    // -9223372036854775808 is one literal: its positive part does not fit.
    if (!negation && (now().kind == TokenKind::Int || now().kind == TokenKind::Double)) {
      tokens_[at_].text.insert(0, "-");
      return member();
    }
    TRY(auto operand, unary());
    Expr call{.kind = ExprKind::Call, .name = negation ? "!" : "-", .offset = offset};
    call.children.push_back(std::move(operand));
    return make(std::move(call));
  }

  Result<ExprPtr> member() {
    TRY(auto expr, primary());
    while (true) {
      const auto offset = now().offset;
      if (take(".")) {
        if (is("?")) return bad("optional syntax", ErrorCode::Unsupported);
        if (now().kind != TokenKind::Identifier) return bad("expected a field name");
        std::string name = now().text;
        ++at_;
        if (is("(")) {
          TRY(expr, method(std::move(expr), std::move(name), offset));
        } else {
          expr = select(std::move(expr), name, offset);
        }
      } else if (take("[")) {
        if (is("?")) return bad("optional syntax", ErrorCode::Unsupported);
        TRY(auto index, expression());
        TRY_VOID(expect("]"));
        expr = node(ExprKind::Index, offset, std::move(expr), std::move(index));
      } else if (is("{")) {
        return bad("message literal", ErrorCode::Unsupported);
      } else {
        return expr;
      }
    }
  }

  static ExprPtr select(ExprPtr operand, const std::string& name, std::size_t offset) {
    Expr expr{.kind = ExprKind::Select, .name = unescape_field(name), .offset = offset};
    expr.children.push_back(std::move(operand));
    return make(std::move(expr));
  }

  Result<ExprPtr> method(ExprPtr receiver, std::string name, std::size_t offset) {
    TRY(auto arguments, argument_list(")"));
    const auto kind = comprehension(name);
    if (kind) return macro(*kind, std::move(receiver), std::move(arguments), offset);
    // sets.contains(a, b) and strings.quote(a) are functions with a dot in their name, not methods.
    const bool spaced = receiver->kind == ExprKind::Identifier && is_function(receiver->name + "." + name);
    Expr call{.kind = ExprKind::Call, .name = spaced ? receiver->name + "." + name : std::move(name), .offset = offset};
    if (!spaced) call.children.push_back(std::move(receiver));
    for (auto& argument : arguments) call.children.push_back(std::move(argument));
    return make(std::move(call));
  }

  Result<ExprPtr> macro(ExprKind kind, ExprPtr range, std::vector<ExprPtr> arguments, std::size_t offset) {
    const bool fits = arguments.size() == 2 || (kind == ExprKind::Transform && arguments.size() == 3);
    // Two iteration variables (all(k, v, …)) are a later extension of CEL.
    if (!fits) return bad("macro with this number of arguments", ErrorCode::Unsupported);
    if (arguments.front()->kind != ExprKind::Identifier) return bad("a macro's variable is a plain name");
    Expr expr{.kind = kind, .name = arguments.front()->name, .offset = offset};
    expr.children.push_back(std::move(range));
    for (std::size_t i = 1; i < arguments.size(); ++i) expr.children.push_back(std::move(arguments[i]));
    return make(std::move(expr));
  }

  Result<std::vector<ExprPtr>> argument_list(std::string_view end) {
    ++at_;  // the opening bracket
    std::vector<ExprPtr> arguments;
    while (!take(end)) {
      if (!arguments.empty()) {
        TRY_VOID(expect(","));
        if (take(end)) break;
      }
      TRY(auto argument, expression());
      arguments.push_back(std::move(argument));
    }
    return arguments;
  }

  Result<ExprPtr> primary() {
    const Token token = now();
    switch (token.kind) {
      case TokenKind::Identifier: return identifier(token);
      case TokenKind::String: ++at_; return literal(token, Value(Value::Variant(token.text)));
      case TokenKind::Bytes: return bad("bytes", ErrorCode::Unsupported);
      case TokenKind::Int:
      case TokenKind::Uint:
      case TokenKind::Double: return number(token);
      case TokenKind::End: return bad("expression ends too early");
      case TokenKind::Symbol: break;
    }
    if (take("(")) {
      TRY(auto expr, expression());
      TRY_VOID(expect(")"));
      return expr;
    }
    if (is("[")) {
      Expr list{.kind = ExprKind::List, .offset = token.offset};
      TRY(list.children, argument_list("]"));
      return make(std::move(list));
    }
    if (take("{")) return map_literal(token);
    if (is(".")) return bad("a leading dot", ErrorCode::Unsupported);
    return bad("unexpected '" + token.text + "'");
  }

  static ExprPtr literal(const Token& token, Value value) { return make({.kind = ExprKind::Literal, .value = std::move(value), .offset = token.offset}); }

  Result<ExprPtr> identifier(const Token& token) {
    ++at_;
    if (token.text == "true" || token.text == "false") return literal(token, Value(Value::Variant(token.text == "true")));
    if (token.text == "null") return literal(token, {});
    if (!is("(")) return make({.kind = ExprKind::Identifier, .name = token.text, .offset = token.offset});
    TRY(auto arguments, argument_list(")"));
    if (token.text == "has") {
      if (arguments.size() != 1 || arguments.front()->kind != ExprKind::Select) return bad("has() takes one field selection");
      auto& selection = *arguments.front();
      Expr expr{.kind = ExprKind::Has, .name = selection.name, .offset = token.offset};
      // The selection is ours alone and about to die; its operand moves over.
      expr.children.push_back(std::move(const_cast<Expr&>(selection).children.front()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
      return make(std::move(expr));
    }
    Expr call{.kind = ExprKind::Call, .name = token.text, .offset = token.offset};
    call.children = std::move(arguments);
    return make(std::move(call));
  }

  Result<ExprPtr> number(const Token& token) {
    ++at_;
    const bool negative = token.text.starts_with('-');
    const bool hex = token.text.find("0x") != std::string::npos || token.text.find("0X") != std::string::npos;
    if (token.kind == TokenKind::Double) {
      double value = 0;
      std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
      return literal(token, Value(Value::Variant(value)));
    }
    std::string digits = hex ? token.text.substr(token.text.find_first_of("xX") + 1) : token.text;
    if (hex && negative) digits.insert(0, "-");
    const auto read = [&]<class T>(T value) -> Result<ExprPtr> {
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
      if (error != std::errc{}) return bad("number is out of range");
      return literal(token, Value(Value::Variant(value)));
    };
    return token.kind == TokenKind::Uint ? read(std::uint64_t{}) : read(std::int64_t{});
  }

  Result<ExprPtr> map_literal(const Token& token) {
    Expr map{.kind = ExprKind::Map, .offset = token.offset};
    while (!take("}")) {
      if (!map.children.empty()) {
        TRY_VOID(expect(","));
        if (take("}")) break;
      }
      if (is("?")) return bad("optional syntax", ErrorCode::Unsupported);
      TRY(auto key, expression());
      TRY_VOID(expect(":"));
      TRY(auto value, expression());
      map.children.push_back(std::move(key));
      map.children.push_back(std::move(value));
    }
    return make(std::move(map));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<ExprPtr> parse(std::string_view text) {
  TRY(auto tokens, tokenize(text));
  return Parser(std::move(tokens)).run();
}

}  // namespace vmcpauth::config::cel
