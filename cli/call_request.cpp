#include "cli/call_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::cli {
namespace {

template <class T>
using Checked = std::expected<T, UsageError>;

std::unexpected<UsageError> usage(const Invocation& invocation, std::string message, std::optional<std::string> hint = std::nullopt) {
  return std::unexpected(UsageError{std::move(message), std::move(hint), &invocation.command()});
}

struct ListMethod {
  std::string_view method, member;
};
constexpr std::array kLists{ListMethod{"tools/list", "tools"}, ListMethod{"prompts/list", "prompts"}, ListMethod{"resources/list", "resources"},
                            ListMethod{"resources/templates/list", "resourceTemplates"}};

// "a/b" of letters, digits and the signs methods use; keeps a mistyped URL or flag from being sent.
bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '.' || c == '$';
  });
}

Checked<Json> json_object(const Invocation& invocation, const std::string& what, const std::string& text,
                          const std::function<Result<std::string>()>& stdin_text) {
  std::string json = text;
  if (text == "-") {
    auto read = stdin_text();
    if (!read) return usage(invocation, what + ": " + read.error().message());
    json = *std::move(read);
  }
  auto value = parse_json_object(json);
  if (!value) return usage(invocation, fmt::format("{}: {}", what, value.error().message()), "it is a JSON object, or - for one on standard input");
  return *std::move(value);
}

Checked<http::Headers> headers_of(const Invocation& invocation) {
  http::Headers headers;
  for (const auto& line : invocation.values("header")) {
    const auto colon = line.find(':');
    auto name = line.substr(0, colon);
    std::string_view value = colon == std::string::npos ? std::string_view() : std::string_view(line).substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    if (colon == std::string::npos || !http::is_header_name(name)) {
      return usage(invocation, fmt::format("--header '{}' is no header", printable(line, 60)), "it is 'NAME: VALUE'");
    }
    if (!http::is_header_value(value)) return usage(invocation, fmt::format("--header {}: the value cannot be sent", printable(name, 60)));
    const bool ours = http::is_hop_by_hop(name) || http::equals_ignoring_case(name, "Host") || http::equals_ignoring_case(name, "Content-Length") ||
                      http::equals_ignoring_case(name, "Content-Type") || http::equals_ignoring_case(name, "Accept");
    if (ours) return usage(invocation, fmt::format("--header {}: this header belongs to the request itself", printable(name, 60)));
    if (http::equals_ignoring_case(name, "Authorization")) {
      return usage(invocation, "--header Authorization: the command line is for everybody on this machine to see",
                   "sign in with `vmcpauth login`, or see the options for clients that sign in as themselves");
    }
    headers.add(std::move(name), std::string(value));
  }
  return headers;
}

// The words after METHOD: a JSON object, or the name or URI that the method is about.
Checked<void> read_params(const Invocation& invocation, CallRequest& request, const std::function<Result<std::string>()>& stdin_text) {
  const auto& words = invocation.arguments();
  const auto named = mcp::named_parameter(request.method);
  if (words.size() > 3) return usage(invocation, fmt::format("one word too many: '{}'", printable(words[3], 60)), "arguments of a tool are --arg KEY=VALUE");
  const std::string word = words.size() > 2 ? words[2] : std::string();
  if (word.starts_with('{') || word == "-") {
    TRY(request.params, json_object(invocation, "PARAMS", word, stdin_text));
  } else if (!word.empty()) {
    if (named.empty()) return usage(invocation, fmt::format("{} takes its parameters as a JSON object, not '{}'", request.method, printable(word, 60)));
    request.params[std::string(named)] = word;
  }
  if (!named.empty() && !request.params.contains(named)) {
    return usage(invocation, fmt::format("{} needs a {}", request.method, named == "uri" ? "URI" : "NAME"),
                 fmt::format("vmcpauth call URL {} {}", request.method, named == "uri" ? "URI" : "NAME"));
  }
  return {};
}

}  // namespace

Checked<CallRequest> call_request(const Invocation& invocation, const std::function<Result<std::string>()>& stdin_text) {
  const auto& words = invocation.arguments();
  if (words.size() < 2) return usage(invocation, "METHOD is missing", "try `vmcpauth call URL tools/list`");
  CallRequest request{.method = words[1]};
  if (!is_method(request.method))
    return usage(invocation, fmt::format("'{}' is no method", printable(request.method, 60)), "try `vmcpauth call URL tools/list`");
  TRY_VOID(read_params(invocation, request, stdin_text));
  request.pairs_are_arguments = request.method == "tools/call" || request.method == "prompts/get";
  if (const auto text = invocation.value("args-json")) {
    TRY(auto given, json_object(invocation, "--args-json", *text, stdin_text));
    if (request.pairs_are_arguments) {
      request.params["arguments"] = std::move(given);
    } else {
      request.params.update(given);
    }
  }
  request.pairs = invocation.values("arg");
  for (const auto& pair : request.pairs) {
    if (pair.find('=') == std::string::npos || pair.starts_with('=')) {
      return usage(invocation, fmt::format("--arg '{}' is not KEY=VALUE", printable(pair, 60)));
    }
  }
  TRY(request.headers, headers_of(invocation));
  if (const auto revision = invocation.value("revision"); revision && *revision != "auto") request.revision = *revision;
  for (const auto& list : kLists) {
    // Whoever names a cursor wants that page.
    if (list.method == request.method && !request.params.contains("cursor")) request.list = std::string(list.member);
  }
  return request;
}

}  // namespace vmcpauth::cli
