#include "core/upstream/provider_error.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"
#include "core/upstream/redaction.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::size_t kMaxErrorCode = 100;
constexpr std::size_t kMaxExcerpt = 160;

// RFC 6749 §5.2 NQCHAR, and no token: fit to be passed on as an OAuth error code.
bool is_error_code(std::string_view code) {
  if (code.empty() || code.size() > kMaxErrorCode) return false;
  return std::all_of(code.begin(), code.end(), [](char c) { return c >= '\x20' && c <= '\x7E' && c != '"' && c != '\\'; });
}

std::string member_text(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? std::string() : scalar_text(*it).value_or("");
}

// {"error":{"message":…,"code":…,"type":…}}: not OAuth, but common.
Refusal from_object(const Json& error) {
  Refusal refusal{member_text(error, "code"), member_text(error, "message"), ""};
  if (const auto type = member_text(error, "type"); refusal.code.empty()) refusal.code = type;
  if (refusal.code.empty()) refusal.code = member_text(error, "status");
  return refusal;
}

bool is_absent(const Json& value) { return value.is_null() || value == "" || value == false || value == 0; }

// The text between <title> and </title>: all that is worth repeating of an error page.
std::string_view page_title(std::string_view html) {
  const auto open = html.find("<title>");
  const auto close = html.find("</title>");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 7) return {};
  return html.substr(open + 7, close - open - 7);
}

std::string summary(const http::ClientResponse& response, const std::vector<std::string_view>& secrets) {
  if (response.body.empty()) return "an empty body";
  const auto type = http::to_lower(response.headers.get("content-type").value_or(""));
  if (type.starts_with("text/html") || response.body.starts_with('<')) {
    const auto title = redact(page_title(response.body), secrets, kMaxExcerpt);
    return title.empty() ? "an HTML page" : "an HTML page titled \"" + title + "\"";
  }
  return "\"" + redact(response.body, secrets, kMaxExcerpt) + "\"";
}

std::string location(const Peer& peer) { return peer.url.origin() + peer.url.path(); }

}  // namespace

std::optional<Refusal> find_refusal(const Json& document) {
  if (!document.is_object()) return std::nullopt;
  const auto error = document.find("error");
  const bool not_ok = document.contains("ok") && document["ok"] == false;
  if (error == document.end() || is_absent(*error)) {
    if (!not_ok) return std::nullopt;
    return Refusal{"", "ok is false", ""};
  }
  if (error->is_object()) return from_object(*error);
  return Refusal{scalar_text(*error).value_or(""), member_text(document, "error_description"), member_text(document, "error_uri")};
}

Error refusal_error(const Peer& peer, const Refusal& refusal, int status, const std::vector<std::string_view>& secrets) {
  const auto code = redact(refusal.code, secrets, kMaxErrorCode);
  Error error(ErrorCode::UpstreamError, peer.who + " answered " + (code.empty() ? "with an error" : code) + " at its " + peer.endpoint);
  if (is_error_code(refusal.code) && code == refusal.code) error = std::move(error).with_oauth_code(code);
  std::string words;
  if (!refusal.description.empty()) words += "\"" + redact(refusal.description, secrets) + "\"";
  if (!refusal.uri.empty()) words += (words.empty() ? "see " : ", see ") + redact(refusal.uri, secrets, kMaxExcerpt);
  if (status != 0) words += (words.empty() ? "HTTP " : " (HTTP ") + std::to_string(status) + (words.empty() ? "" : ")");
  if (!words.empty()) error = std::move(error).note(std::move(words));
  if (const auto hint = advice(peer, refusal); !hint.empty()) error = std::move(error).note(std::string(hint));
  return error;
}

Error status_error(const Peer& peer, const http::ClientResponse& response, const std::vector<std::string_view>& secrets) {
  const auto type = response.headers.get("content-type").value_or("");
  if (const auto document = parse_token_document(type, response.body)) {
    if (const auto refusal = find_refusal(*document)) return refusal_error(peer, *refusal, response.status, secrets);
  }
  return Error(ErrorCode::UpstreamError, peer.who + " answered HTTP " + std::to_string(response.status) + " at its " + peer.endpoint)
      .note(location(peer) + " sent " + summary(response, secrets));
}

Error with_peer(Error error, const Peer& peer) {
  return std::move(error).note("while asking the " + peer.endpoint + " of " + peer.who + " (" + location(peer) + ")");
}

std::string_view advice(const Peer& peer, const Refusal& refusal) {
  const auto* const rule = find_refusal_rule(peer.asked, peer.url, refusal.code, refusal.description);
  return rule == nullptr ? std::string_view{} : rule->text;
}

}  // namespace vmcpauth::upstream
