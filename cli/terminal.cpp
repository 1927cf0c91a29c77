#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace vmcpauth::cli {

namespace {

constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kWidest = 100;  // longer lines are hard to read

std::optional<std::size_t> columns_of_terminal() {
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the only interface there is
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

std::optional<std::size_t> columns_of_environment(const Env& env) {
  const auto text = env.get("COLUMNS");
  if (!text) return std::nullopt;
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), columns);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return columns;
}

}  // namespace

ColourChoice colour_choice(std::string_view text) {
  if (text == "always") return ColourChoice::Always;
  if (text == "never") return ColourChoice::Never;
  return ColourChoice::Auto;
}

Terminal detect_terminal(const Env& env) {
  Terminal terminal{
      .output_is_terminal = ::isatty(STDOUT_FILENO) == 1, .error_is_terminal = ::isatty(STDERR_FILENO) == 1, .input_is_terminal = ::isatty(STDIN_FILENO) == 1};
  auto columns = columns_of_terminal();
  if (!columns) columns = columns_of_environment(env);
  if (columns) terminal.width = std::clamp(*columns, kNarrowest, kWidest);
  return terminal;
}

bool use_colour(ColourChoice choice, bool is_terminal, const Env& env) {
  switch (choice) {
    case ColourChoice::Always: return true;
    case ColourChoice::Never: return false;
    case ColourChoice::Auto: break;
  }
  return is_terminal && env.get("NO_COLOR").value_or("").empty() && env.get("TERM").value_or("") != "dumb";
}

}  // namespace vmcpauth::cli
