#include "cli/token/passphrase.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <string_view>

namespace vmcpauth::cli {
namespace {

constexpr std::size_t kMaxPassphrase = 4096;

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
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    silent.c_lflag |= ICANON | ECHONL;
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
    if (::write(descriptor_, question.data(), question.size()) < 0) return fail(ErrorCode::Io, "the terminal cannot be written to");
    std::array<char, kMaxPassphrase> buffer{};
    const auto got = ::read(descriptor_, buffer.data(), buffer.size());
    std::string text(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    buffer.fill('\0');
    if (text.find('\x03') != std::string::npos) return fail(ErrorCode::Cancelled, "cancelled");
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return Secret(std::move(text));
  }

 private:
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
