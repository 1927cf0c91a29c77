// The UserAgent of the command line: receives the redirect on a loopback port, opens the browser or prints the URL, and takes a
// pasted redirect from the terminal. Made by SystemNetwork for the commands that may log in.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/files.hpp"
#include "core/base/log.hpp"
#include "core/client/user_agent.hpp"
#include "proxy/io_pool.hpp"
#include "proxy/io_timer.hpp"
#include "proxy/login/agent_options.hpp"
#include "proxy/login/browser.hpp"
#include "proxy/login/loopback_receiver.hpp"

namespace vmcpauth::proxy {

class TerminalAgent final : public client::UserAgent {
 public:
  // Pool, env and clock outlive the agent.
  TerminalAgent(IoPool& pool, const Env& env, const Clock& clock, AgentOptions options);
  // Lets the browser have its last page: blocks for at most two seconds; not on an io thread.
  ~TerminalAgent() override;

  [[nodiscard]] Result<std::string> redirect_uri(const std::optional<std::string>& earlier) override;
  [[nodiscard]] Task<Result<std::size_t>> choose_issuer(std::vector<std::string> issuers) override;
  [[nodiscard]] Task<Result<std::string>> ask(client::AuthorizationPrompt prompt) override;
  void show_device_code(const client::DevicePrompt& prompt) override;
  [[nodiscard]] Task<void> finish(client::LoginOutcome outcome) override;

 private:
  void send_away(const client::AuthorizationPrompt& prompt);
  [[nodiscard]] std::optional<std::string> look(const client::AuthorizationPrompt& prompt);
  // A line typed so far; the descriptor becomes -1 at its end.
  [[nodiscard]] std::optional<std::string> typed_line(int& descriptor);
  [[nodiscard]] Error too_late(const client::AuthorizationPrompt& prompt) const;

  IoPool& pool_;
  const Env& env_;
  const Clock& clock_;
  AgentOptions options_;
  Logger quiet_;
  IoTimer timer_;
  std::unique_ptr<LoopbackReceiver> receiver_;
  std::optional<Browser> browser_;
  std::string typed_;
  bool stranger_came_ = false;
};

}  // namespace vmcpauth::proxy
