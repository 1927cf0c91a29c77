#include "proxy/login/terminal_agent.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>

#include "core/base/encoding.hpp"
#include "core/client/pasted_redirect.hpp"
#include "proxy/login/final_page.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr Milliseconds kBetweenLooks{50};
constexpr int kLooksBetween = 10;  // half a second between two looks at what happens meanwhile
constexpr std::size_t kLongestLine = 32U << 10U;

std::string in_words(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<Seconds>(time).count();
  if (seconds % 60 == 0) return std::to_string(seconds / 60) + (seconds == 60 ? " minute" : " minutes");
  return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds");
}

}  // namespace

TerminalAgent::TerminalAgent(IoPool& pool, const Env& env, const Clock& clock, AgentOptions options)
    : pool_(pool), env_(env), clock_(clock), options_(std::move(options)), quiet_(clock, LogLevel::Error, LogFormat::Human, false, [](std::string_view) {}) {}

TerminalAgent::~TerminalAgent() {
  if (receiver_) receiver_->close();
}

Result<std::string> TerminalAgent::redirect_uri(const std::optional<std::string>& earlier) {
  if (receiver_) return receiver_->redirect_uri();
  if (!options_.port && earlier) {
    if (const auto url = Url::parse(*earlier)) {
      if (auto again = LoopbackReceiver::open(pool_, quiet_, url->port())) receiver_ = *std::move(again);
    }
  }
  if (!receiver_) {
    TRY(receiver_, LoopbackReceiver::open(pool_, quiet_, options_.port.value_or(0)));
  }
  return receiver_->redirect_uri();
}

void TerminalAgent::send_away(const client::AuthorizationPrompt& prompt) {
  if (options_.open_browser) {
    auto browser = Browser::open(prompt.url, env_, options_.withheld_variables);
    if (browser) {
      browser_ = *std::move(browser);
      options_.say("Waiting for you to sign in at " + prompt.issuer + " in the browser. If it does not open, go to:");
      options_.say("  " + prompt.url);
      return;
    }
    options_.say(browser.error().message());
  }
  options_.say("Open this URL in a browser to sign in at " + prompt.issuer + ":");
  options_.say("  " + prompt.url);
  if (options_.paste_descriptor >= 0) options_.say("If the browser is on another machine, paste the URL it ends at here:");
}

// Whatever has been typed, without waiting for more.
std::optional<std::string> TerminalAgent::pasted_line() {
  pollfd wanted{.fd = options_.paste_descriptor, .events = POLLIN, .revents = 0};
  while (options_.paste_descriptor >= 0 && typed_.find('\n') == std::string::npos && ::poll(&wanted, 1, 0) > 0) {
    std::array<char, 4096> buffer{};
    const auto got = ::read(options_.paste_descriptor, buffer.data(), buffer.size());
    if (got > 0) typed_.append(buffer.data(), static_cast<std::size_t>(got));
    if (got <= 0 || typed_.size() > kLongestLine) {
      options_.paste_descriptor = -1;  // closed, or no text
      if (!typed_.empty()) typed_ += '\n';
    }
  }
  const auto end = typed_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = typed_.substr(0, end);
  typed_.erase(0, end + 1);
  return line;
}

std::optional<std::string> TerminalAgent::look(const client::AuthorizationPrompt& prompt) {
  if (auto answer = receiver_->answer()) return answer;
  if (receiver_->strangers() > 0) {
    stranger_came_ = true;
    options_.say("An answer to another login came in (its state is not the one sent); it was refused. Still waiting.");
  }
  if (browser_) {
    if (const auto failure = browser_->failure()) options_.say(failure->message() + "; open the URL above yourself.");
  }
  while (auto line = pasted_line()) {
    if (line->find_first_not_of(" \t\r") == std::string::npos) continue;
    auto query = client::read_pasted_redirect(*line, receiver_->redirect_uri(), prompt.state);
    if (query) return *std::move(query);
    options_.say(query.error().message() + "; paste it once more:");
  }
  return std::nullopt;
}

Error TerminalAgent::too_late(const client::AuthorizationPrompt& prompt) const {
  Error error(ErrorCode::Timeout, "nobody came back from the browser within " + in_words(options_.timeout));
  error = std::move(error).note("the login was last seen on its way to " + prompt.issuer + ", which never sent the browser to " + receiver_->redirect_uri());
  if (stranger_came_) error = std::move(error).note("only an answer with a wrong state came in");
  return error;
}

Task<Result<std::string>> TerminalAgent::ask(client::AuthorizationPrompt prompt) {
  receiver_->expect(prompt.state);
  stranger_came_ = false;
  send_away(prompt);
  const auto until = clock_.steady() + options_.timeout;
  for (int looks = 1; clock_.steady() < until; ++looks) {
    if (auto answer = look(prompt)) co_return *std::move(answer);
    co_await timer_.pause(kBetweenLooks);
    if (prompt.meanwhile && looks % kLooksBetween == 0) co_await prompt.meanwhile();
  }
  co_return std::unexpected(too_late(prompt));
}

void TerminalAgent::show_device_code(const client::DevicePrompt& prompt) {
  options_.say("On any device, open " + prompt.verification_uri.text() + " and enter the code " + prompt.user_code);
  if (prompt.complete) options_.say("or open " + prompt.complete->text());
  options_.say("Waiting for at most " + in_words(prompt.lifetime) + ".");
}

Task<void> TerminalAgent::finish(client::LoginOutcome outcome) {
  if (receiver_) receiver_->show(final_page(outcome, clock_.now()));
  co_return;
}

}  // namespace vmcpauth::proxy
