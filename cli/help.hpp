// --help made from the option table. Called by app.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/options.hpp"

namespace vmcpauth::cli {

// Help of the program: what it is, its commands, where to read on.
[[nodiscard]] std::string program_help(const Program& program, std::size_t width);

// Help of a group: its commands.
[[nodiscard]] std::string group_help(const Program& program, const Group& group, std::size_t width);

// Help of one command: usage, arguments, options with choices and defaults, examples.
[[nodiscard]] std::string command_help(const Program& program, const Command& command, std::size_t width);

// The text in lines of at most `width` bytes, later lines indented by `indent` spaces; never breaks a word.
[[nodiscard]] std::string fold(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace vmcpauth::cli
