#include "core/outgoing/request_headers.hpp"

#include <string_view>

#include "core/http/name_set.hpp"

namespace vmcpauth::outgoing {
namespace {

constexpr http::NameSet kForwarded{"accept",       "accept-encoding", "accept-language", "cache-control", "content-encoding", "content-language",
                                   "content-type", "last-event-id",   "pragma",          "traceparent",   "tracestate",       "user-agent"};
constexpr std::string_view kMcpPrefix = "mcp-";

bool has_mcp_prefix(std::string_view name) noexcept {
  return name.size() > kMcpPrefix.size() && http::equals_ignoring_case(name.substr(0, kMcpPrefix.size()), kMcpPrefix);
}

}  // namespace

bool is_forwarded_by_default(std::string_view name) noexcept { return has_mcp_prefix(name) || kForwarded.contains(name); }

http::Headers request_headers(http::Headers client, const Passthrough& passthrough) {
  http::remove_hop_by_hop(client);
  client.remove_if([&](const http::Header& header) {
    const bool wanted = is_forwarded_by_default(header.name) || passthrough.contains(header.name);
    return !wanted || !http::is_passthrough_allowed(header.name);
  });
  return client;
}

}  // namespace vmcpauth::outgoing
