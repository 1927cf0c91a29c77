#include "cli/call_output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/call_shapes.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/mcp/client/client.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kMaxLine = 10'000;

std::string text_member(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// The member, or null: foreign values may be of any type.
const Json& member(const Json& object, const char* name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto it = object.find(name);
  return it == object.end() ? kNull : *it;
}

const Json& list_member(const Json& object, const char* name) {
  static const Json kEmpty = Json::array();
  const auto& found = member(object, name);
  return found.is_array() ? found : kEmpty;
}

class Writer {
 public:
  explicit Writer(const Look& look) : look_(look) {}

  [[nodiscard]] std::string strong(const std::string& text) const { return look_.bold ? "\x1b[1m" + clean(text) + "\x1b[0m" : clean(text); }
  [[nodiscard]] std::string clean(const std::string& text) const { return look_.sanitize ? printable(text, kMaxLine) : text; }

  // Several lines, each cleaned by itself, so that line feeds stay.
  void block(const std::string& text, std::string_view indent = "") {
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      out_ += fmt::format("{}{}\n", indent, clean(std::string(rest.substr(0, end))));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }
  void line(const std::string& text) { out_ += text + "\n"; }
  void json(const Json& value) { block(value.dump(2, ' ', false, Json::error_handler_t::replace)); }
  // The first line of a description.
  void summary(const Json& item) {
    auto text = text_member(item, "description");
    if (text.empty()) text = text_member(item, "title");
    text = text.substr(0, text.find('\n'));
    if (!text.empty()) line("    " + clean(text));
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  const Look& look_;
  std::string out_;
};

std::string type_of(const Json& schema) {
  if (!schema.is_object()) return "any";
  const auto type = schema.find("type");
  if (schema.contains("enum") && schema["enum"].is_array() && schema["enum"].size() <= 6) {
    std::string choices;
    for (const auto& choice : schema["enum"]) choices += (choices.empty() ? "" : "|") + (choice.is_string() ? choice.get<std::string>() : dump_json(choice));
    return choices;
  }
  if (type == schema.end()) return "any";
  if (type->is_string()) return type->get<std::string>();
  std::string names;
  for (const auto& name : list_member(schema, "type")) names += (names.empty() ? "" : "|") + (name.is_string() ? name.get<std::string>() : "?");
  return names;
}

// "a: number, b?: string"
std::string parameters_of(const Json& schema) {
  if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) return {};
  const auto& required = list_member(schema, "required");
  const auto is_required = [&](const std::string& name) { return std::ranges::find(required, Json(name)) != required.end(); };
  std::string needed, optional;
  for (const auto& [name, property] : schema["properties"].items()) {
    auto& list = is_required(name) ? needed : optional;
    list += (list.empty() ? "" : ", ") + name + (is_required(name) ? ": " : "?: ") + type_of(property);
  }
  return needed + (needed.empty() || optional.empty() ? "" : ", ") + optional;
}

void tools(Writer& out, const Json& items) {
  for (const auto& tool : items) {
    const auto parameters = parameters_of(member(tool, "inputSchema"));
    out.line(out.strong(text_member(tool, "name")) + (parameters.empty() ? "" : "  " + out.clean(parameters)));
    out.summary(tool);
  }
}

void prompts(Writer& out, const Json& items) {
  for (const auto& prompt : items) {
    std::string names;
    for (const auto& argument : list_member(prompt, "arguments")) {
      names += (names.empty() ? "" : ", ") + text_member(argument, "name") + (member(argument, "required") == Json(true) ? "" : "?");
    }
    out.line(out.strong(text_member(prompt, "name")) + (names.empty() ? "" : "  " + out.clean(names)));
    out.summary(prompt);
  }
}

void resources(Writer& out, const Json& items, const char* address) {
  for (const auto& resource : items) {
    const auto name = text_member(resource, "name");
    const auto type = text_member(resource, "mimeType");
    out.line(out.strong(text_member(resource, address)) + (name.empty() ? "" : "  " + out.clean(name)) + (type.empty() ? "" : "  (" + out.clean(type) + ")"));
    out.summary(resource);
  }
}

std::string binary(const Json& block, const char* data) {
  const auto decoded = base64_decode(text_member(block, data));
  const auto type = text_member(block, "mimeType");
  return fmt::format("{}{}", type.empty() ? "binary" : type, decoded ? fmt::format(", {} bytes", decoded->size()) : "");
}

void content(Writer& out, const Json& block) {
  const auto type = text_member(block, "type");
  if (type == "text") return out.block(text_member(block, "text"));
  if (type == "image" || type == "audio") return out.line(out.clean(fmt::format("[{}: {}]", type, binary(block, "data"))));
  if (type == "resource_link") return out.line(out.clean(fmt::format("[resource: {}]", text_member(block, "uri"))));
  if (type == "resource" && block.contains("resource")) {
    const auto& resource = block["resource"];
    if (!text_member(resource, "text").empty()) return out.block(text_member(resource, "text"));
    return out.line(out.clean(fmt::format("[resource: {}, {}]", text_member(resource, "uri"), binary(resource, "blob"))));
  }
  out.json(block);
}

void tool_result(Writer& out, const Json& result) {
  const auto& blocks = list_member(result, "content");
  for (const auto& block : blocks) content(out, block);
  if (blocks.empty() && result.contains("structuredContent")) out.json(result["structuredContent"]);
}

void messages(Writer& out, const Json& result) {
  for (const auto& message : result["messages"]) {
    out.line(out.strong(text_member(message, "role") + ":"));
    if (message.is_object() && message.contains("content")) content(out, message["content"]);
  }
}

void contents(Writer& out, const Json& result) {
  for (const auto& part : result["contents"]) {
    if (part.is_object() && part.contains("text")) {
      out.block(text_member(part, "text"));
    } else {
      out.line(out.clean(fmt::format("[{}: {}]", text_member(part, "uri"), binary(part, "blob"))));
    }
  }
}

void server(Writer& out, const Json& result) {
  const auto info = mcp::server_info(result);
  if (!text_member(info, "name").empty()) out.line(out.strong(text_member(info, "name")) + " " + out.clean(text_member(info, "version")));
  std::string revisions;
  for (const auto& revision : list_member(result, "supportedVersions")) {
    if (revision.is_string()) revisions += (revisions.empty() ? "" : ", ") + revision.get<std::string>();
  }
  if (!revisions.empty()) out.line("  revisions     " + out.clean(revisions));
  std::string capabilities;
  const auto& declared = member(result, "capabilities");
  if (declared.is_object()) {
    for (const auto& [name, settings] : declared.items()) capabilities += (capabilities.empty() ? "" : ", ") + name;
  }
  out.line("  capabilities  " + (capabilities.empty() ? std::string("none") : out.clean(capabilities)));
  out.block(text_member(result, "instructions"), "  ");
}

bool has_list(const Json& result, const char* list) { return member(result, list).is_array(); }

}  // namespace

std::string result_text(std::string_view method, const Json& result, const Look& look) {
  Writer out(look);
  const auto listed = [&](const char* wanted, const char* list) { return method == wanted && has_list(result, list); };
  if (!result.is_object()) {
    out.json(result);
    return out.take();
  }
  if (listed("tools/list", "tools")) {
    tools(out, result["tools"]);
  } else if (listed("prompts/list", "prompts")) {
    prompts(out, result["prompts"]);
  } else if (listed("resources/list", "resources")) {
    resources(out, result["resources"], "uri");
  } else if (listed("resources/templates/list", "resourceTemplates")) {
    resources(out, result["resourceTemplates"], "uriTemplate");
  } else if (method == "tools/call") {
    tool_result(out, result);
  } else if (listed("prompts/get", "messages")) {
    messages(out, result);
  } else if (listed("resources/read", "contents")) {
    contents(out, result);
  } else if (method == "server/discover" || method == "initialize") {
    server(out, result);
  } else {
    out.json(result);
  }
  return out.take();
}

Json outcome_json(std::string_view method, std::string_view revision, const mcp::Outcome& outcome) {
  JsonObject<kCallShape, Json> out;
  out.set("method", method).set("revision", revision);
  if (!outcome.error) return out.set("result", outcome.result).take();
  JsonObject<kCallErrorShape, Json> error;
  error.set("code", outcome.error->code).set("message", outcome.error->message);
  if (!outcome.error->data.is_null()) error.set("data", outcome.error->data);
  return out.set("error", error.take()).take();
}

bool is_tool_error(const Json& result) { return result.is_object() && result.contains("isError") && result["isError"] == Json(true); }

}  // namespace vmcpauth::cli
