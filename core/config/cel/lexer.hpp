// CEL text as tokens (cel-spec, langdef "Lexis"). Called by the parser only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::config::cel {

enum class TokenKind : std::uint8_t { Identifier, Int, Uint, Double, String, Bytes, Symbol, End };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;        // identifier, symbol, digits; of a string: its value
  std::size_t offset = 0;  // in the expression, bytes
};

// All tokens with End last. InvalidInput names the offset; TooLarge beyond 64 KiB.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view text);

}  // namespace vmcpauth::config::cel
