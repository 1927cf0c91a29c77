#include "core/mcp/revision.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

const Json* meta_member(const Message& message, std::string_view name) {
  const auto meta = message.params.find("_meta");
  if (meta == message.params.end()) return nullptr;
  const auto member = meta->find(name);
  return member == meta->end() ? nullptr : &*member;
}

RpcError mismatch(std::string message) { return {.code = RpcCode::HeaderMismatch, .message = std::move(message), .data = {}}; }
RpcError invalid_params(std::string message) { return {.code = RpcCode::InvalidParams, .message = std::move(message), .data = {}}; }

// Exactly one field of that name; several would let two readers see two values.
Result<std::string> single_header(const http::Headers& headers, std::string_view name) {
  if (headers.count(name) != 1) return fail(ErrorCode::InvalidInput, "Header mismatch: " + std::string(name) + " is not there exactly once");
  return std::string(*headers.get(name));
}

std::optional<RpcError> check_version(const Message& message, const http::Headers& headers) {
  const Json* version = meta_member(message, kMetaProtocolVersion);
  if (version == nullptr || !version->is_string()) return invalid_params("_meta has no " + std::string(kMetaProtocolVersion));
  const auto header = single_header(headers, "MCP-Protocol-Version");
  if (!header) return mismatch(header.error().message());
  if (*header != version->get_ref<const std::string&>()) return mismatch("Header mismatch: MCP-Protocol-Version is not the version in _meta");
  if (*header != kModernRevision) return unsupported_version(*header);
  return std::nullopt;
}

std::optional<RpcError> check_name(const Message& message, const http::Headers& headers) {
  const auto parameter = named_parameter(message.method);
  if (parameter.empty()) return std::nullopt;
  const auto value = message.params.find(parameter);
  if (value == message.params.end() || !value->is_string()) return invalid_params("params has no string " + std::string(parameter));
  const auto header = single_header(headers, "Mcp-Name");
  if (!header) return mismatch(header.error().message());
  const auto decoded = decode_mcp_header(*header);
  if (!decoded) return mismatch("Header mismatch: Mcp-Name holds invalid characters");
  if (*decoded != value->get_ref<const std::string&>()) return mismatch("Header mismatch: Mcp-Name is not the body's " + std::string(parameter));
  return std::nullopt;
}

}  // namespace

std::string_view named_parameter(std::string_view method) noexcept {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  return {};
}

bool is_legacy_revision(std::string_view version) noexcept {
  return version != kModernRevision && std::find(kRevisions.begin(), kRevisions.end(), version) != kRevisions.end();
}

Era era_of(const Message& message, const http::Headers& headers) {
  if (message.method == "initialize") return Era::Legacy;
  if (const Json* version = meta_member(message, kMetaProtocolVersion)) {
    return version->is_string() && is_legacy_revision(version->get_ref<const std::string&>()) ? Era::Legacy : Era::Modern;
  }
  const auto header = headers.get("MCP-Protocol-Version");
  return header && !is_legacy_revision(*header) ? Era::Modern : Era::Legacy;
}

std::optional<RpcError> check_modern_request(const Message& message, const http::Headers& headers) {
  if (auto error = check_version(message, headers)) return error;
  const auto method = single_header(headers, "Mcp-Method");
  if (!method) return mismatch(method.error().message());
  if (*method != message.method) return mismatch("Header mismatch: Mcp-Method is not the body's method");
  if (auto error = check_name(message, headers)) return error;
  const Json* capabilities = meta_member(message, kMetaClientCapabilities);
  if (capabilities == nullptr || !capabilities->is_object()) return invalid_params("_meta has no " + std::string(kMetaClientCapabilities));
  return std::nullopt;
}

Result<std::string> decode_mcp_header(std::string_view value) {
  constexpr std::string_view kPrefix = "=?base64?", kSuffix = "?=";
  if (value.size() >= kPrefix.size() + kSuffix.size() && value.starts_with(kPrefix) && value.ends_with(kSuffix)) {
    value.remove_prefix(kPrefix.size());
    value.remove_suffix(kSuffix.size());
    TRY(auto decoded, base64_decode(value));
    if (!is_valid_utf8(decoded)) return fail(ErrorCode::InvalidInput, "encoded header value is not UTF-8");
    return decoded;
  }
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7F); });
  if (!plain) return fail(ErrorCode::InvalidInput, "header value is not plain ASCII");
  return std::string(value);
}

RpcError unsupported_version(std::string_view requested) {
  Json supported = Json::array();
  for (const auto version : kRevisions) supported.push_back(version);
  return {.code = RpcCode::UnsupportedProtocolVersion,
          .message = "Unsupported protocol version",
          .data = {{"supported", std::move(supported)}, {"requested", printable(requested, 64)}}};
}

}  // namespace vmcpauth::mcp
