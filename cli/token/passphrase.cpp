#include "cli/token/passphrase.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <string_view>

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kMaxPassphrase = 4096;
constexpr char kInterrupt = '\x03';
constexpr char kEndOfInput = '\x04';
constexpr char kKill = '\x15';  // Ctrl-U: the line again
constexpr char kErase = '\x7F';

// The terminal itself: standard input and output may be pipes.
class PromptTerminal {
 public:
  PromptTerminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0) return;
    // Ctrl-C must not leave the shell without echo: the signals wait until it is back.
    sigset_t stopping;
    sigemptyset(&stopping);
    for (const int signal : {SIGINT, SIGTERM, SIGTSTP, SIGQUIT, SIGHUP}) sigaddset(&stopping, signal);
    ::pthread_sigmask(SIG_BLOCK, &stopping, &mask_);
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG | ICANON);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    silenced_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
    if (!silenced_) ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }
  PromptTerminal(const PromptTerminal&) = delete;
  PromptTerminal& operator=(const PromptTerminal&) = delete;
  ~PromptTerminal() {
    if (silenced_) {
      ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
      ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool usable() const noexcept { return silenced_; }

  [[nodiscard]] Result<Secret> ask(std::string_view question) {
    say(question);
    std::string text;
    text.reserve(kMaxPassphrase);  // so that growing leaves no copy behind
    const auto key = read_line(text);
    Secret passphrase(std::move(text));
    say("\n");
    if (key == kInterrupt) return fail(ErrorCode::Cancelled, "cancelled");
    return passphrase;
  }

 private:
  void say(std::string_view text) const {
    if (::write(descriptor_, text.data(), text.size()) < 0) return;  // nobody is there to be told
  }

  // Until Enter, the end of input or Ctrl-C, which is what it gives.
  [[nodiscard]] char read_line(std::string& text) const {
    char key = 0;
    while (::read(descriptor_, &key, 1) == 1) {
      if (key == '\n' || key == '\r' || key == kInterrupt || key == kEndOfInput) return key;
      if (key == kErase || key == '\b') {
        if (!text.empty()) text.pop_back();
      } else if (key == kKill) {
        text.clear();
      } else if (text.size() < kMaxPassphrase) {
        text += key;
      }
    }
    return kEndOfInput;
  }

  int descriptor_;
  termios before_{};
  sigset_t mask_{};
  bool silenced_ = false;
};

Result<Secret> checked(Secret passphrase) {
  if (passphrase.empty()) return fail(ErrorCode::InvalidInput, "the passphrase is empty");
  return passphrase;
}

Result<Secret> typed(Typing typing) {
  PromptTerminal terminal;
  if (!terminal.usable()) {
    return fail(ErrorCode::Unavailable, std::string("there is no terminal to ask for the passphrase on; use --passphrase-file or ") + kPassphraseVariable);
  }
  TRY(auto first, terminal.ask("Passphrase: "));
  if (typing == Typing::Once) return checked(std::move(first));
  TRY(const auto second, terminal.ask("The same again: "));
  if (!first.equals(second.reveal())) return fail(ErrorCode::InvalidInput, "the two passphrases differ");
  return checked(std::move(first));
}

}  // namespace

Option passphrase_option() {
  return {.name = "passphrase-file",
          .value = "FILE",
          .completes = Completes::Files,
          .help = "read the passphrase from the first line of a file",
          .detail = std::string("Otherwise it is taken from ") + kPassphraseVariable + ", or asked for on the terminal."};
}

Result<Secret> read_passphrase(const World& world, const Invocation& invocation, Typing typing) {
  if (const auto path = invocation.value("passphrase-file")) {
    TRY(auto text, world.files.read(*path, kMaxPassphrase));
    text.resize(std::min(text.find('\n'), text.size()));
    if (text.ends_with('\r')) text.pop_back();
    return checked(Secret(std::move(text)));
  }
  if (auto value = world.env.get(kPassphraseVariable)) return checked(Secret(*std::move(value)));
  return typed(typing);
}

}  // namespace vmcpauth::cli
