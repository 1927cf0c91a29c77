#include "cli/help.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/unit/cli/fake_program.hpp"

namespace vmcpauth::cli {

TEST_CASE("help: the whole text of a command") {
  const auto program = test::fake_program();
  CHECK(command_help(program, program.commands.front(), 60) ==
        "Usage: tool make [options] [PATH...]\n"
        "\n"
        "Makes a thing of the given size.\n"
        "\n"
        "Arguments:\n"
        "  [PATH...]  what to make it from\n"
        "\n"
        "Options:\n"
        "  -s, --size N              its size (default: 3)\n"
        "      --any-size            no size in particular\n"
        "      --shape SHAPE         its shape: round, square\n"
        "      --paint[=COLOUR,...]  paint it\n"
        "  -l, --loud                say so\n"
        "  -h, --help                print help and exit\n");
}

TEST_CASE("help: the program lists every command and its own options") {
  const auto program = test::fake_program();
  const auto text = program_help(program, 80);
  CHECK_THAT(text, ContainsSubstring("tool: does things\n"));
  CHECK_THAT(text, ContainsSubstring("  make     make a thing\n"));
  CHECK_THAT(text, ContainsSubstring("  -V, --version  print the version\n"));
}

TEST_CASE("help: a group is one line of the program, and lists its commands itself") {
  const auto program = test::fake_program();
  const auto text = program_help(program, 80);
  CHECK_THAT(text, ContainsSubstring("  part     work on parts\n"));
  CHECK_THAT(text, !ContainsSubstring("list the parts"));
  CHECK(group_help(program, program.groups.front(), 80) ==
        "tool part: work on parts\n"
        "\n"
        "Usage: tool part <command> [options] [arguments]\n"
        "\n"
        "Commands:\n"
        "  list  list the parts\n"
        "  drop  drop a part\n"
        "\n"
        "'tool part <command> --help' explains a command.\n");
}

TEST_CASE("help: an option that may be repeated says so") {
  const auto program = test::fake_program();
  CHECK_THAT(command_help(program, *find_command(program, "part list"), 80), ContainsSubstring("only these (may be repeated)"));
}

TEST_CASE("help: the real table fits the width it is folded at") {
  for (const std::size_t width : {std::size_t{60}, std::size_t{80}, std::size_t{100}}) {
    std::vector<std::string> texts = {program_help(program(), width)};
    for (const auto& command : program().commands) texts.push_back(command_help(program(), command, width));
    for (const auto& text : texts) {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        INFO(line);
        const bool example = line.starts_with("  vmcpauth ");  // to be pasted, never folded
        CHECK((line.size() <= width || example));
        CHECK_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST_CASE("help: fold") {
  CHECK(fold("", 2, 20).empty());
  CHECK(fold("one two three", 0, 7) == "one two\nthree");
  CHECK(fold("one two three", 2, 9) == "one two\n  three");
  CHECK(fold("unbreakable", 4, 5) == "unbreakable");
  CHECK(fold("a   b", 0, 80) == "a b");
}

}  // namespace vmcpauth::cli
