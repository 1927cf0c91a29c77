#include "cli/call_peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <istream>
#include <ostream>

#include "core/base/encoding.hpp"
#include "core/mcp/client/tool_arguments.hpp"

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kBar = 20;

std::string number(double value) { return std::floor(value) == value && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value) : fmt::format("{:.2f}", value); }

std::string text_of(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

const Json& properties_of(const Json& schema) {
  static const Json kNone = Json::object();
  if (!schema.is_object()) return kNone;
  const auto it = schema.find("properties");
  return it != schema.end() && it->is_object() ? *it : kNone;
}

bool is_required(const Json& schema, const std::string& name) {
  const auto required = schema.find("required");
  return required != schema.end() && required->is_array() && std::ranges::find(*required, Json(name)) != required->end();
}

}  // namespace

std::string progress_text(const mcp::Progress& progress, std::size_t width) {
  std::string out;
  if (progress.total && *progress.total > 0 && std::isfinite(progress.progress)) {
    const double share = std::clamp(progress.progress / *progress.total, 0.0, 1.0);
    const auto full = static_cast<std::size_t>(share * kBar);
    out = fmt::format("[{:#<{}}{: <{}}] {:3.0f}%  {}/{}", "", full, "", kBar - full, share * 100, number(progress.progress), number(*progress.total));
  } else {
    out = fmt::format("... {}", number(progress.progress));
  }
  if (!progress.message.empty()) out += "  " + printable(progress.message, 200);
  return out.size() <= width ? out : printable(out, width);
}

void CallObserver::on_progress(const mcp::Progress& progress) {
  if (settings_.quiet) return;
  if (settings_.redraw) {
    error_ << "\r\x1b[K" << progress_text(progress, settings_.width - 1) << std::flush;
    drawn_ = true;
  } else {
    error_ << progress_text(progress, 200) << '\n' << std::flush;
  }
}

void CallObserver::finish_line() {
  if (drawn_) error_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

void CallObserver::on_notification(const std::string& method, const Json& params) {
  if (settings_.quiet) return;
  finish_line();
  if (method == "notifications/message" && params.is_object() && params.contains("data")) {
    const auto& data = params["data"];
    error_ << fmt::format("{}: {}\n", printable(text_of(params, "level"), 20), printable(data.is_string() ? data.get<std::string>() : dump_json(data), 2000));
  } else if (settings_.verbose) {
    error_ << fmt::format("{}\n", printable(method, 100));
  }
}

void CallObserver::on_reconnect(std::chrono::milliseconds pause) {
  if (!settings_.verbose) return;
  finish_line();
  error_ << fmt::format("the stream broke off; asking for it again in {} ms\n", pause.count());
}

void CallObserver::on_warning(const std::string& text) {
  finish_line();
  error_ << fmt::format("vmcpauth: warning: {}\n", printable(text, 500));
}

Json form_defaults(const Json& requested_schema) {
  Json content = Json::object();
  for (const auto& [name, property] : properties_of(requested_schema).items()) {
    if (property.is_object() && property.contains("default")) content[name] = property["default"];
  }
  return content;
}

Json CallAnswers::capabilities() const {
  if (elicit_ == Elicit::Off) return Json::object();
  // An empty object is what revisions before 2025-11-25 know; it means forms.
  return {{"elicitation", {{"form", Json::object()}}}};
}

Task<std::expected<Json, mcp::RpcError>> CallAnswers::answer(std::string method, Json params) {
  const auto mode = text_of(params, "mode");
  if (method != "elicitation/create" || (!mode.empty() && mode != "form")) {
    co_return std::unexpected(mcp::RpcError{.code = mcp::RpcCode::InvalidParams, .message = "this client answers forms only", .data = {}});
  }
  Json answer{{"action", "decline"}};
  if (elicit_ == Elicit::Defaults) answer = {{"action", "accept"}, {"content", form_defaults(params.value("requestedSchema", Json::object()))}};
  if (elicit_ == Elicit::Ask) answer = ask(params);
  co_return answer;
}

// One line a field; an empty one takes the default, or leaves an optional field out. The end of input cancels.
Json CallAnswers::ask(const Json& params) {
  observer_.finish_line();
  const auto schema = params.value("requestedSchema", Json::object());
  error_ << fmt::format("The server asks: {}\n", printable(text_of(params, "message"), 2000));
  Json content = form_defaults(schema);
  for (const auto& [name, property] : properties_of(schema).items()) {
    while (true) {
      const auto described = text_of(property, "description");
      error_ << fmt::format("  {}{}{}: ", printable(name, 100), described.empty() ? "" : " (" + printable(described, 200) + ")",
                            content.contains(name) ? " [" + printable(dump_json(content[name]), 100) + "]" : "")
             << std::flush;
      std::string line;
      if (!std::getline(input_, line)) return {{"action", "cancel"}};
      if (line.empty() && (content.contains(name) || !is_required(schema, name))) break;
      Json typed = Json::object();
      Json only{{"properties", {{name, property}}}};
      const auto added = mcp::add_arguments(typed, {fmt::format("{}={}", name, line)}, only);
      if (added && !line.empty()) {
        content[name] = typed[name];
        break;
      }
      error_ << (added ? std::string("  it is needed\n") : fmt::format("  {}\n", added.error().message()));
    }
  }
  error_ << "Send this? [y/N] " << std::flush;
  std::string line;
  if (!std::getline(input_, line)) return {{"action", "cancel"}};
  if (line != "y" && line != "Y" && line != "yes") return {{"action", "decline"}};
  return {{"action", "accept"}, {"content", content}};
}

}  // namespace vmcpauth::cli
