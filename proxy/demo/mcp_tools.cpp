#include "proxy/demo/mcp_tools.hpp"

#include <utility>

#include "core/base/encoding.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxEchoBytes = 64U << 10U;

Json text_result(std::string text, bool is_error = false) {
  return {{"content", Json::array({{{"type", "text"}, {"text", std::move(text)}}})}, {"isError", is_error}};
}

Json echo(const Json& arguments) {
  const auto text = optional_string(arguments, "text");
  if (!text || !*text) return text_result("echo wants a string named \"text\".", true);
  if ((*text)->size() > kMaxEchoBytes) return text_result("echo takes at most 64 KiB.", true);
  return text_result(**text);
}

Json whoami(const BearerReport& bearer, const std::string& backend, TimePoint now) {
  Json structured = whoami_json(bearer, backend, now);
  Json result = text_result(whoami_text(structured));
  result["structuredContent"] = std::move(structured);
  return result;
}

std::unexpected<mcp::RpcError> invalid_arguments(std::string message) {
  return std::unexpected(mcp::RpcError{.code = mcp::RpcCode::InvalidParams, .message = std::move(message), .data = {}});
}

}  // namespace

Json server_info(const std::string& backend) { return {{"name", "vmcpauth-demo-" + backend}, {"title", "vmcpauth demo: " + backend}, {"version", "1.0.0"}}; }

std::string server_instructions(const std::string& backend) {
  return "Demo backend \"" + backend + "\". Call whoami to see whose token the proxy sent here, and from which identity provider.";
}

Json tool_list() {
  const Json read_only = {{"readOnlyHint", true}, {"openWorldHint", false}};
  const Json no_arguments = {{"type", "object"}, {"additionalProperties", false}};
  const Json echo_arguments = {
      {"type", "object"}, {"properties", {{"text", {{"type", "string"}, {"description", "What comes back"}}}}}, {"required", {"text"}}};
  const Json boolean = {{"type", "boolean"}};
  const Json whoami_answer = {{"type", "object"},
                              {"properties", {{"backend", {{"type", "string"}}}, {"token_received", boolean}, {"signature_verified", boolean}}},
                              {"required", {"backend", "token_received", "signature_verified"}}};
  return Json::array(
      {{{"name", "echo"}, {"title", "Echo"}, {"description", "Gives back the text it gets."}, {"inputSchema", echo_arguments}, {"annotations", read_only}},
       {{"name", "whoami"},
        {"title", "Who am I?"},
        {"description", "The claims of the bearer token this backend received: who issued it, for whom, with which scopes and until when."},
        {"inputSchema", no_arguments},
        {"outputSchema", whoami_answer},
        {"annotations", read_only}}});
}

std::expected<Json, mcp::RpcError> call_tool(const Json& params, const BearerReport& bearer, const std::string& backend, TimePoint now) {
  const auto name = required_string(params, "name");
  if (!name) return invalid_arguments("params has no string name");
  const auto given = params.find("arguments");
  const Json arguments = given == params.end() || given->is_null() ? Json::object() : *given;
  if (!arguments.is_object()) return invalid_arguments("arguments is not an object");
  if (*name == "whoami") return whoami(bearer, backend, now);
  if (*name == "echo") return echo(arguments);
  return invalid_arguments("Unknown tool: " + printable(*name, 80));
}

}  // namespace vmcpauth::proxy
