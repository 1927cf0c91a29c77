// A message head as llhttp reads it whole: a second opinion on what proxy::parse_head makes of the field lines.
#pragma once

#include <optional>
#include <string_view>

#include "core/http/headers.hpp"
#include "proxy/head_parser.hpp"

namespace vmcpauth::test {

// The fields, or nothing when llhttp refuses the head.
[[nodiscard]] std::optional<http::Headers> fields_by_llhttp(proxy::MessageKind kind, std::string_view head);

// False when llhttp takes the head too and reads other fields in it.
[[nodiscard]] bool llhttp_agrees(proxy::MessageKind kind, std::string_view head, const http::Headers& fields);

}  // namespace vmcpauth::test
