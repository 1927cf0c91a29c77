// The two eras of MCP over Streamable HTTP and how one endpoint tells them apart: sessions and `initialize` (legacy, up to
// 2025-11-25), per-request `_meta` with mirrored headers (modern, 2026-07-28; basic/versioning, transports/streamable-http).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/http/headers.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::mcp {

inline constexpr std::string_view kModernRevision = "2026-07-28";
inline constexpr std::string_view kLegacyRevision = "2025-11-25";
// What a dual-era server names in UnsupportedProtocolVersion, newest first.
inline constexpr std::array<std::string_view, 4> kRevisions{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"};

inline constexpr std::string_view kMetaProtocolVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kMetaClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kMetaClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view kMetaServerInfo = "io.modelcontextprotocol/serverInfo";

[[nodiscard]] bool is_legacy_revision(std::string_view version) noexcept;

enum class Era : std::uint8_t { Legacy, Modern };

// `initialize` is always legacy; a protocol version in `_meta`, or a header that names no legacy revision, is modern.
[[nodiscard]] Era era_of(const Message& message, const http::Headers& headers);

// Everything 2026-07-28 asks of a request before its method runs: version header and `_meta` agree and are supported,
// Mcp-Method and Mcp-Name mirror the body, clientCapabilities is there. nullopt = fine; else an error for a 400 answer.
[[nodiscard]] std::optional<RpcError> check_modern_request(const Message& message, const http::Headers& headers);

// The parameter that Mcp-Name mirrors for this method; "" when there is none.
[[nodiscard]] std::string_view named_parameter(std::string_view method) noexcept;

// The value of an Mcp-Name or Mcp-Param-* header: plain visible ASCII, or =?base64?…?= around UTF-8. InvalidInput.
[[nodiscard]] Result<std::string> decode_mcp_header(std::string_view value);

// The UnsupportedProtocolVersion error for what the client asked.
[[nodiscard]] RpcError unsupported_version(std::string_view requested);

}  // namespace vmcpauth::mcp
