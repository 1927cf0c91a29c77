#include "core/outgoing/request_headers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vmcpauth::outgoing {
namespace {

constexpr std::array<std::string_view, 12> kForwarded{"accept",           "accept-encoding",  "accept-language", "cache-control",
                                                      "content-encoding", "content-language", "content-type",    "last-event-id",
                                                      "pragma",           "traceparent",      "tracestate",      "user-agent"};
constexpr std::string_view kMcpPrefix = "mcp-";

bool has_mcp_prefix(std::string_view name) noexcept {
  return name.size() > kMcpPrefix.size() && http::equals_ignoring_case(name.substr(0, kMcpPrefix.size()), kMcpPrefix);
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool names(std::string_view connection, std::string_view field) noexcept {
  while (!connection.empty()) {
    const auto end = std::min(connection.find(','), connection.size());
    if (http::equals_ignoring_case(trimmed(connection.substr(0, end)), field)) return true;
    connection.remove_prefix(std::min(end + 1, connection.size()));
  }
  return false;
}

// RFC 9110 §7.6.1: what Connection names is meant for this hop only.
bool is_named_by_connection(const http::Headers& client, std::string_view field) noexcept {
  return std::any_of(client.begin(), client.end(),
                     [&](const http::Header& header) { return http::equals_ignoring_case(header.name, "connection") && names(header.value, field); });
}

}  // namespace

bool is_forwarded_by_default(std::string_view name) noexcept {
  if (has_mcp_prefix(name)) return true;
  return std::any_of(kForwarded.begin(), kForwarded.end(), [&](std::string_view own) { return http::equals_ignoring_case(own, name); });
}

http::Headers request_headers(const http::Headers& client, http::Headers strategy, const Passthrough& passthrough) {
  http::Headers out;
  const bool connection = client.contains("connection");
  for (const auto& header : client) {
    const bool wanted = is_forwarded_by_default(header.name) || passthrough.contains(header.name);
    if (!wanted || !http::is_passthrough_allowed(header.name) || strategy.contains(header.name)) continue;
    if (connection && is_named_by_connection(client, header.name)) continue;
    out.add(header.name, header.value);
  }
  for (const auto& header : strategy) out.add(header.name, header.value);
  return out;
}

}  // namespace vmcpauth::outgoing
