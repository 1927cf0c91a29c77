#include "proxy/login/terminal_agent.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/encoding.hpp"
#include "core/client/pasted_redirect.hpp"
#include "proxy/login/final_page.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr const char* kHost = "127.0.0.1";
constexpr const char* kHostName = "localhost";
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
    const auto url = Url::parse(*earlier);
    const bool same_host = url && (!options_.host || url->host() == *options_.host);
    if (same_host && (url->host() == kHost || url->host() == kHostName)) {
      if (auto again = LoopbackReceiver::open(pool_, quiet_, url->host(), url->port())) receiver_ = *std::move(again);
    }
  }
  if (!receiver_) {
    TRY(receiver_, LoopbackReceiver::open(pool_, quiet_, options_.host.value_or(kHost), options_.port.value_or(0)));
  }
  return receiver_->redirect_uri();
}

Task<Result<std::size_t>> TerminalAgent::choose_issuer(std::vector<std::string> issuers) {
  std::string list;
  for (const auto& issuer : issuers) list += (list.empty() ? "" : ", ") + printable(issuer, 200);
  if (options_.terminal_descriptor < 0) {
    co_return std::unexpected(Error(ErrorCode::InvalidInput, "the server takes tokens of several authorization servers: " + list)
                                  .note("choose one with --issuer; without a terminal nobody can be asked"));
  }
  options_.say("The server takes tokens of several authorization servers:");
  for (std::size_t i = 0; i < issuers.size(); ++i) options_.say("  " + std::to_string(i + 1) + "  " + printable(issuers[i], 200));
  options_.say("At which one do you want to sign in? Type its number (--issuer says it beforehand):");
  const auto until = clock_.steady() + options_.timeout;
  while (clock_.steady() < until) {
    if (options_.interrupted.cancelled()) co_return fail(ErrorCode::Cancelled, "interrupted");
    const bool open = options_.terminal_descriptor >= 0;
    if (const auto line = typed_line(options_.terminal_descriptor)) {
      std::size_t number = 0;
      const auto from = line->find_first_not_of(" \t\r");
      const auto* first = line->data() + std::min(from, line->size());
      const auto read = std::from_chars(first, line->data() + line->size(), number);
      if (read.ec == std::errc() && number >= 1 && number <= issuers.size()) co_return number - 1;
      options_.say("A number from 1 to " + std::to_string(issuers.size()) + ", please:");
    } else if (!open) {
      break;
    }
    co_await timer_.pause(kBetweenLooks);
  }
  co_return std::unexpected(Error(ErrorCode::Timeout, "no authorization server was chosen among " + list).note("--issuer says it beforehand"));
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
    if (options_.paste_descriptor < 0) options_.paste_descriptor = options_.terminal_descriptor;
  }
  options_.say("Open this URL in a browser to sign in at " + prompt.issuer + ":");
  options_.say("  " + prompt.url);
  if (options_.paste_descriptor >= 0) options_.say("If the browser is on another machine, paste the URL it ends at here:");
}

// Whatever has been typed, without waiting for more.
std::optional<std::string> TerminalAgent::typed_line(int& descriptor) {
  pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (descriptor >= 0 && typed_.find('\n') == std::string::npos && ::poll(&wanted, 1, 0) > 0) {
    std::array<char, 4096> buffer{};
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    if (got > 0) typed_.append(buffer.data(), static_cast<std::size_t>(got));
    if (got <= 0 || typed_.size() > kLongestLine) {
      descriptor = -1;  // closed, or no text
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
  while (auto line = typed_line(options_.paste_descriptor)) {
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
    if (options_.interrupted.cancelled()) co_return fail(ErrorCode::Cancelled, "interrupted while waiting for the browser");
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
