#include "proxy/login/browser.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace vmcpauth::proxy {
namespace {

constexpr std::array<const char*, 3> kDesktop{"xdg-open", "wslview", "open"};

std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> out;
  while (!command.empty()) {
    const auto end = std::min(command.find(' '), command.size());
    if (end > 0) out.emplace_back(command.substr(0, end));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return out;
}

// True when the word held a %s.
bool fill_in(std::string& word, const std::string& url) {
  std::string out;
  bool filled = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char next = i + 1 < word.size() ? word[i + 1] : '\0';
    if (word[i] == '%' && next == 's') {
      out += url;
      filled = true;
      ++i;
    } else {
      if (word[i] == '%' && next == '%') ++i;
      out += word[i];
    }
  }
  word = std::move(out);
  return filled;
}

std::vector<std::string> command_line(std::string_view command, const std::string& url) {
  auto words = words_of(command);
  bool filled = false;
  for (auto& word : words) filled = fill_in(word, url) || filled;
  if (!words.empty() && !filled) words.push_back(url);
  return words;
}

std::vector<char*> environment_without(const std::vector<std::string>& withheld) {
  std::vector<char*> out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, text.find('='));
    const bool secret = name.starts_with("VMCPAUTH_") || std::ranges::find(withheld, name) != withheld.end();
    if (!secret) out.push_back(*variable);
  }
  out.push_back(nullptr);
  return out;
}

struct SpawnSetup {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  SpawnSetup() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
    }
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);  // io threads block all signals
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

std::vector<std::vector<std::string>> browser_commands(const std::optional<std::string>& browser_variable, const std::string& url) {
  std::vector<std::vector<std::string>> out;
  std::string_view rest = browser_variable ? std::string_view(*browser_variable) : std::string_view();
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (auto words = command_line(rest.substr(0, end), url); !words.empty()) out.push_back(std::move(words));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!out.empty()) return out;
  for (const auto* name : kDesktop) out.push_back({name, url});
  return out;
}

Result<Browser> Browser::open(const std::string& url, const Env& env, const std::vector<std::string>& withheld) {
  const SpawnSetup setup;
  auto environment = environment_without(withheld);
  std::string tried;
  for (auto& words : browser_commands(env.get("BROWSER"), url)) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t process = -1;
    if (::posix_spawnp(&process, words.front().c_str(), &setup.files, &setup.attributes, arguments.data(), environment.data()) == 0) {
      return Browser(process, words.front());
    }
    tried += (tried.empty() ? "" : ", ") + words.front();
  }
  return fail(ErrorCode::NotFound, "no browser can be started (tried " + tried + ")");
}

std::optional<Error> Browser::failure() {
  if (process_ < 0) return std::nullopt;
  int status = 0;
  const auto ended = ::waitpid(process_, &status, WNOHANG);
  if (ended == 0) return std::nullopt;
  process_ = -1;
  if (ended < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return std::nullopt;
  const std::string how = WIFEXITED(status) ? "status " + std::to_string(WEXITSTATUS(status)) : "signal " + std::to_string(WTERMSIG(status));
  return Error(ErrorCode::Unavailable, name_ + " ended with " + how);
}

}  // namespace vmcpauth::proxy
