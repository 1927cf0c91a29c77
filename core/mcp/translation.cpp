#include "core/mcp/translation.hpp"

#include <algorithm>
#include <array>

namespace vmcpauth::mcp {
namespace {

constexpr std::array<std::string_view, 7> kHopKeys{"progressToken", kMetaProtocolVersion, kMetaClientInfo,    kMetaClientCapabilities,
                                                   kMetaLogLevel,   kMetaServerInfo,      kMetaSubscriptionId};
constexpr int kResourceNotFound = -32002;
constexpr int kUrlElicitationRequired = -32042;
constexpr int kMissingCapability = -32021;
// Extensions with methods of their own, which are not routed here: neither side is told of the other's.
constexpr std::string_view kTasksExtension = "io.modelcontextprotocol/tasks";

void drop_hop_keys(Json& holder) {
  const auto meta = holder.find("_meta");
  if (meta == holder.end()) return;
  if (meta->is_object()) {
    for (const auto key : kHopKeys) meta->erase(std::string(key));
  }
  if (!meta->is_object() || meta->empty()) holder.erase(meta);
}

int code_of(const Json& error) {
  const auto code = error.find("code");
  return code != error.end() && code->is_number_integer() ? static_cast<int>(code->get<std::int64_t>()) : 0;
}

}  // namespace

Json to_json(const Implementation& implementation) { return {{"name", implementation.name}, {"version", implementation.version}}; }

Json params_for_backend(Json params, const Hop& hop) {
  drop_hop_keys(params);
  params.erase("task");  // a capability we do not declare
  if (hop.progress_token) params["_meta"]["progressToken"] = to_json(*hop.progress_token);
  if (hop.era == Era::Legacy) {
    params.erase("inputResponses");
    params.erase("requestState");
    return params;
  }
  auto& meta = params["_meta"];
  meta[std::string(kMetaProtocolVersion)] = kModernRevision;
  meta[std::string(kMetaClientInfo)] = to_json(hop.self);
  meta[std::string(kMetaClientCapabilities)] = hop.client_capabilities;
  if (hop.log_level) meta[std::string(kMetaLogLevel)] = *hop.log_level;
  return params;
}

Json params_for_client(Json params) {
  drop_hop_keys(params);
  return params;
}

Json result_for_client(Json result, Era client, bool cacheable, const Implementation& self) {
  drop_hop_keys(result);
  if (client == Era::Legacy) {
    for (const auto* member : {"resultType", "ttlMs", "cacheScope"}) result.erase(member);
    return result;
  }
  if (!result.contains("resultType")) result["resultType"] = "complete";
  if (cacheable && result["resultType"] == "complete") {
    if (!result.contains("ttlMs")) result["ttlMs"] = 0;
    if (!result.contains("cacheScope")) result["cacheScope"] = "private";
  }
  result["_meta"][std::string(kMetaServerInfo)] = to_json(self);
  return result;
}

Json error_for_client(Json error, Era client) {
  const int code = code_of(error);
  if (client == Era::Modern && code == kResourceNotFound) error["code"] = static_cast<int>(RpcCode::InvalidParams);
  if (client == Era::Modern && code == kUrlElicitationRequired) error["code"] = static_cast<int>(RpcCode::InternalError);
  // About a hop the client has no part in.
  if (is_modern_error(error) && (client == Era::Legacy || code != kMissingCapability)) error["code"] = static_cast<int>(RpcCode::InternalError);
  return error;
}

std::string response_text(const RequestId& id, const Json& result) { return result_text(id, result); }

std::string error_response_text(const RequestId& id, const Json& error) { return dump_json({{"jsonrpc", "2.0"}, {"id", to_json(id)}, {"error", error}}); }

std::string request_text(const RequestId& id, std::string_view method, Json params) {
  Json message{{"jsonrpc", "2.0"}, {"id", to_json(id)}, {"method", method}};
  message["params"] = std::move(params);
  return dump_json(message);
}

std::string notification_text(std::string_view method, Json params) {
  Json message{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return dump_json(message);
}

Json capabilities_for_backend(const Json& client) {
  Json out = Json::object();
  for (const auto* name : {"roots", "sampling", "elicitation", "extensions", "experimental"}) {
    const auto it = client.find(name);
    if (it != client.end() && it->is_object()) out[name] = *it;
  }
  if (out.contains("extensions")) out["extensions"].erase(std::string(kTasksExtension));
  return out;
}

Json merged_capabilities(const std::vector<Json>& backends, Era client) {
  Json out = {{"tools", {{"listChanged", true}}}};
  for (const auto& backend : backends) {
    if (!backend.is_object()) continue;
    if (backend.contains("prompts")) out["prompts"] = {{"listChanged", true}};
    if (backend.contains("resources")) out["resources"] = {{"listChanged", true}, {"subscribe", true}};
    if (backend.contains("completions")) out["completions"] = Json::object();
    if (backend.contains("logging")) out["logging"] = Json::object();
    const auto extensions = backend.find("extensions");
    if (client == Era::Modern && extensions != backend.end() && extensions->is_object()) {
      for (const auto& [name, settings] : extensions->items()) {
        if (name != kTasksExtension && !out["extensions"].contains(name)) out["extensions"][name] = settings;
      }
    }
  }
  return out;
}

std::string_view capability_of_request(std::string_view method) noexcept {
  if (method == "sampling/createMessage") return "sampling";
  if (method == "elicitation/create") return "elicitation";
  if (method == "roots/list") return "roots";
  return {};
}

std::optional<int> log_severity(std::string_view level) noexcept {
  constexpr std::array<std::string_view, 8> kLevels{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};
  const auto it = std::find(kLevels.begin(), kLevels.end(), level);
  if (it == kLevels.end()) return std::nullopt;
  return static_cast<int>(it - kLevels.begin());
}

bool is_modern_error(const Json& error) noexcept {
  if (!error.is_object()) return false;
  const int code = code_of(error);
  return code == static_cast<int>(RpcCode::HeaderMismatch) || code == static_cast<int>(RpcCode::UnsupportedProtocolVersion) || code == kMissingCapability;
}

}  // namespace vmcpauth::mcp
