#include "core/config/cel/lexer.hpp"
#include "core/base/text.hpp"

#include <array>

namespace vmcpauth::config::cel {
namespace {

constexpr std::size_t kMaxBytes = 64U << 10U;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 63U));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 63U));
    put(0x80U | (code & 63U));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 63U));
    put(0x80U | ((code >> 6U) & 63U));
    put(0x80U | (code & 63U));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (true) {
      skip_space();
      start_ = at_;
      if (at_ == text_.size()) {
        tokens_.push_back({TokenKind::End, "", at_});
        return std::move(tokens_);
      }
      TRY_VOID(next());
    }
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] std::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorCode::InvalidInput, std::string(what) + " at offset " + std::to_string(at_));
  }
  void push(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), start_}); }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  Result<void> next() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '"' || c == '\'') return string(false, TokenKind::String);
    if (const std::size_t prefix = string_prefix(); prefix > 0) return prefixed_string(prefix);
    if (is_letter(c)) {
      while (is_letter(peek()) || is_digit(peek())) ++at_;
      push(TokenKind::Identifier, std::string(text_.substr(start_, at_ - start_)));
      return {};
    }
    return symbol();
  }

  // r"", b"", rb"", br"" in either case.
  [[nodiscard]] std::size_t string_prefix() const {
    std::size_t length = 0;
    while (length < 2 && (peek(length) == 'r' || peek(length) == 'R' || peek(length) == 'b' || peek(length) == 'B')) ++length;
    return length > 0 && (peek(length) == '"' || peek(length) == '\'') ? length : 0;
  }

  Result<void> prefixed_string(std::size_t prefix) {
    const auto letters = text_.substr(at_, prefix);
    at_ += prefix;
    const bool raw = letters.find_first_of("rR") != std::string_view::npos;
    const bool bytes = letters.find_first_of("bB") != std::string_view::npos;
    return string(raw, bytes ? TokenKind::Bytes : TokenKind::String);
  }

  Result<void> symbol() {
    static constexpr std::array<std::string_view, 6> kTwo{"&&", "||", "==", "!=", "<=", ">="};
    for (const auto two : kTwo) {
      if (text_.substr(at_).starts_with(two)) {
        at_ += 2;
        push(TokenKind::Symbol, std::string(two));
        return {};
      }
    }
    if (std::string_view("+-*/%<>!?:.,()[]{}").find(peek()) == std::string_view::npos) return bad("unexpected character");
    push(TokenKind::Symbol, std::string(1, peek()));
    ++at_;
    return {};
  }

  Result<void> number() {
    bool fraction = false;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      if (!is_hex(peek())) return bad("broken number");
      while (is_hex(peek())) ++at_;
    } else {
      while (is_digit(peek())) ++at_;
      if (peek() == '.' && is_digit(peek(1))) {
        fraction = true;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      if (peek() == 'e' || peek() == 'E') {
        fraction = true;
        ++at_;
        if (peek() == '+' || peek() == '-') ++at_;
        if (!is_digit(peek())) return bad("broken number");
        while (is_digit(peek())) ++at_;
      }
    }
    auto digits = std::string(text_.substr(start_, at_ - start_));
    const bool is_unsigned = !fraction && (peek() == 'u' || peek() == 'U');
    if (is_unsigned) ++at_;
    if (is_letter(peek()) || is_digit(peek())) return bad("broken number");
    push(fraction ? TokenKind::Double : (is_unsigned ? TokenKind::Uint : TokenKind::Int), std::move(digits));
    return {};
  }

  Result<void> string(bool raw, TokenKind kind) {
    const char quote = peek();
    const std::string triple(3, quote);
    const bool is_triple = text_.substr(at_).starts_with(triple);
    const std::string_view end = is_triple ? std::string_view(triple) : std::string_view(triple).substr(0, 1);
    at_ += end.size();
    std::string value;
    while (!text_.substr(at_).starts_with(end)) {
      if (at_ == text_.size() || (!is_triple && (peek() == '\n' || peek() == '\r'))) return bad("unterminated string");
      if (peek() == '\\' && !raw) {
        TRY_VOID(escape(value, kind == TokenKind::Bytes));
      } else {
        value += text_[at_++];
      }
    }
    at_ += end.size();
    push(kind, std::move(value));
    return {};
  }

  Result<void> escape(std::string& value, bool bytes) {
    ++at_;
    const char c = peek();
    static constexpr std::string_view kFrom = "abfnrtv\\?\"'`";
    static constexpr std::string_view kTo = "\a\b\f\n\r\t\v\\?\"'`";
    if (const auto index = kFrom.find(c); c != '\0' && index != std::string_view::npos) {
      value += kTo[index];
      ++at_;
      return {};
    }
    switch (c) {
      case 'x':
      case 'X': return code_point(value, 1, 2, 16, bytes);
      case 'u': return bytes ? bad("unknown escape") : code_point(value, 1, 4, 16, false);
      case 'U': return bytes ? bad("unknown escape") : code_point(value, 1, 8, 16, false);
      case '0':
      case '1':
      case '2':
      case '3': return code_point(value, 0, 3, 8, bytes);
      default: return bad("unknown escape");
    }
  }

  Result<void> code_point(std::string& value, std::size_t skip, std::size_t digits, unsigned base, bool bytes) {
    at_ += skip;
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      const char c = peek();
      if (!is_hex(c) || (base == 8 && (c < '0' || c > '7'))) return bad("broken escape");
      const auto digit = static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
      code = code * base + digit;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return bad("escape is no Unicode scalar value");
    if (bytes) {
      value += static_cast<char>(code);
    } else {
      append_utf8(value, code);
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text) {
  if (text.size() > kMaxBytes) return fail(ErrorCode::TooLarge, "expression is larger than 64 KiB");
  return Lexer(text).run();
}

}  // namespace vmcpauth::config::cel
