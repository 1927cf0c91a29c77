// The two sides an MCP client talks to besides the server: who answers what the server asks back (elicitation, sampling, roots),
// and who is told what happens on the way (progress, log messages, reconnects). Implemented by the commands and the aggregator.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "core/base/json.hpp"
#include "core/base/task.hpp"
#include "core/mcp/json_rpc.hpp"

namespace vmcpauth::mcp {

class ServerRequests {
 public:
  virtual ~ServerRequests() = default;
  // The client capabilities to declare; an object. What is not declared is refused without asking anybody.
  [[nodiscard]] virtual Json capabilities() const = 0;
  // The result of elicitation/create, sampling/createMessage or roots/list, or why there is none.
  [[nodiscard]] virtual Task<std::expected<Json, RpcError>> answer(std::string method, Json params) = 0;
};

// Declares nothing and so is never asked.
class NoServerRequests final : public ServerRequests {
 public:
  [[nodiscard]] Json capabilities() const override { return Json::object(); }
  [[nodiscard]] Task<std::expected<Json, RpcError>> answer(std::string method, Json params) override;
};

struct Progress {
  double progress = 0;
  std::optional<double> total;
  std::string message;
};

// Every text is the server's own: to be made printable before it is shown. Called between suspensions, on the client's thread.
class ClientObserver {
 public:
  virtual ~ClientObserver() = default;
  virtual void on_progress(const Progress& /*progress*/) {}
  virtual void on_notification(const std::string& /*method*/, const Json& /*params*/) {}
  // The stream broke off and is asked for again after this pause.
  virtual void on_reconnect(std::chrono::milliseconds /*pause*/) {}
  // Something the server should not have done, and what was made of it.
  virtual void on_warning(const std::string& /*text*/) {}
};

// True when the declared capabilities cover a method the server asks for; `ping` always.
[[nodiscard]] bool covers(const Json& capabilities, std::string_view method);

}  // namespace vmcpauth::mcp
