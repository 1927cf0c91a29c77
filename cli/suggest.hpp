// "did you mean": the known word nearest to a mistyped one. Called by the parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::cli {

// The nearest of `known` by edit distance (insert, delete, replace, swap neighbours), when it is near enough to be
// what was meant: at most a third of the word, at least one edit. A unique word that begins with `given` counts as near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view given, const std::vector<std::string>& known);

}  // namespace vmcpauth::cli
