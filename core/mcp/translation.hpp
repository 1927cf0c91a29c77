// What changes in a message between a client and a backend that may speak different revisions: `_meta` keys that belong to
// one hop, results and errors that one era has and the other has not, capabilities. Pure; everything else passes untouched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mcp/json_rpc.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::mcp {

inline constexpr std::string_view kMetaLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kMetaSubscriptionId = "io.modelcontextprotocol/subscriptionId";

struct Implementation {
  std::string name, version;
};
[[nodiscard]] Json to_json(const Implementation& implementation);

// What we say on a hop to a backend.
struct Hop {
  Era era = Era::Legacy;
  Implementation self;
  Json client_capabilities = Json::object();  // of the client behind us
  std::optional<std::string> log_level;       // modern
  std::optional<RequestId> progress_token;    // ours; set when the client wants progress
};

// The client's params for a backend: keys of the client's hop are replaced by ours, other `_meta` keys stay.
[[nodiscard]] Json params_for_backend(Json params, const Hop& hop);
// A backend's params (of a notification or a request) for the client.
[[nodiscard]] Json params_for_client(Json params);

// A backend's result for a client of that era. `cacheable`: 2026-07-28 demands caching hints of this method.
[[nodiscard]] Json result_for_client(Json result, Era client, bool cacheable, const Implementation& self);
// Codes that the client's era does not have are replaced (-32002, -32042 of 2025-11-25).
[[nodiscard]] Json error_for_client(Json error, Era client);

[[nodiscard]] std::string response_text(const RequestId& id, const Json& result);
[[nodiscard]] std::string error_response_text(const RequestId& id, const Json& error);
[[nodiscard]] std::string request_text(const RequestId& id, std::string_view method, Json params);
[[nodiscard]] std::string notification_text(std::string_view method, Json params);

// Which of a client's capabilities we can carry to a backend: roots, sampling, elicitation, extensions, experimental.
[[nodiscard]] Json capabilities_for_backend(const Json& client);
// What all backends together can do.
[[nodiscard]] Json merged_capabilities(const std::vector<Json>& backends, Era client);
// The capability a server's request needs of the client ("sampling"); "" for a method that is none of these.
[[nodiscard]] std::string_view capability_of_request(std::string_view method) noexcept;

// RFC 5424 severities as MCP names them: 0 debug … 7 emergency; nullopt for other names.
[[nodiscard]] std::optional<int> log_severity(std::string_view level) noexcept;

// True for an error only a server of 2026-07-28 sends: header mismatch, unsupported version, missing capability.
[[nodiscard]] bool is_modern_error(const Json& error) noexcept;

}  // namespace vmcpauth::mcp
