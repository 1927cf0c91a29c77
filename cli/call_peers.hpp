// The person at the terminal, as an MCP client's peers see them: progress drawn on one line, warnings, and answers to what a
// server asks back (elicitation). Used by `call`.
#pragma once

#include <iosfwd>
#include <string>

#include "core/mcp/client/peers.hpp"

namespace vmcpauth::cli {

// Progress as progress: on a terminal one line that is drawn anew, else a line each.
class CallObserver final : public mcp::ClientObserver {
 public:
  struct Settings {
    bool redraw = false;  // standard error is a terminal
    bool quiet = false;
    bool verbose = false;
    std::size_t width = 80;
  };
  CallObserver(std::ostream& error, Settings settings) : error_(error), settings_(settings) {}
  ~CallObserver() override { finish_line(); }

  void on_progress(const mcp::Progress& progress) override;
  void on_notification(const std::string& method, const Json& params) override;
  void on_reconnect(std::chrono::milliseconds pause) override;
  void on_warning(const std::string& text) override;
  // Leaves the progress line, so that other text begins at a line of its own.
  void finish_line();

 private:
  std::ostream& error_;
  Settings settings_;
  bool drawn_ = false;
};

enum class Elicit : std::uint8_t {
  Off,       // not offered to the server
  Ask,       // the person types
  Defaults,  // accepted with the defaults of the form, as far as there are any
  Decline,
};

class CallAnswers final : public mcp::ServerRequests {
 public:
  CallAnswers(Elicit elicit, std::istream& input, std::ostream& error, CallObserver& observer)
      : elicit_(elicit), input_(input), error_(error), observer_(observer) {}

  [[nodiscard]] Json capabilities() const override;
  // elicitation/create, form mode: {"action": "accept", "content": {…}}, "decline" or "cancel" (end of input).
  [[nodiscard]] Task<std::expected<Json, mcp::RpcError>> answer(std::string method, Json params) override;

 private:
  [[nodiscard]] Json ask(const Json& params);

  Elicit elicit_;
  std::istream& input_;
  std::ostream& error_;
  CallObserver& observer_;
};

// Every default of a form's schema (SEP-1034).
[[nodiscard]] Json form_defaults(const Json& requested_schema);

// "[####      ] 40% 4/10 message", no longer than `width`.
[[nodiscard]] std::string progress_text(const mcp::Progress& progress, std::size_t width);

}  // namespace vmcpauth::cli
