// Opens a URL in the user's browser: what BROWSER says, else what the desktop provides. No shell is involved: a URL is one
// argument, whatever is in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/files.hpp"

namespace vmcpauth::proxy {

// The command lines to try, in order: those of BROWSER (separated by colons; %s stands for the URL, which is appended without
// one; %% is a percent sign), else xdg-open and its like.
[[nodiscard]] std::vector<std::vector<std::string>> browser_commands(const std::optional<std::string>& browser_variable, const std::string& url);

class Browser {
 public:
  // Starts the first command that can be started, in a session of its own so that Ctrl-C here does not end it, with nothing
  // of our input and output and without the environment variables named. NotFound: there is none.
  [[nodiscard]] static Result<Browser> open(const std::string& url, const Env& env, const std::vector<std::string>& withheld);

  // The command has ended and it was no success; said once. It may well go on running: then the browser is its window.
  [[nodiscard]] std::optional<Error> failure();

 private:
  Browser(int process, std::string name) : process_(process), name_(std::move(name)) {}
  int process_;
  std::string name_;
};

}  // namespace vmcpauth::proxy
