// What `vmcpauth call` was asked to send: METHOD with its parameters, from the words of the command line. Pure; the types of a
// tool's arguments come later, when its inputSchema is known.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/parser.hpp"
#include "core/base/json.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::cli {

struct CallRequest {
  std::string method;
  Json params = Json::object();         // without what --arg adds
  std::vector<std::string> pairs;       // --arg, in order
  bool pairs_are_arguments = false;     // --arg goes into params.arguments, else into params
  std::optional<std::string> list;      // the member that a list method's pages fill, e.g. "tools"
  http::Headers headers;                // --header
  std::optional<std::string> revision;  // --revision
};

// `stdin_text` is read when PARAMS or --args-json is "-". UsageError: an unknown shape, JSON that is none, a header that cannot be sent.
[[nodiscard]] std::expected<CallRequest, UsageError> call_request(const Invocation& invocation, const std::function<Result<std::string>()>& stdin_text);

}  // namespace vmcpauth::cli
