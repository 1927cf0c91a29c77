#include "cli/terminal.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

namespace vmcpauth::cli {

TEST_CASE("terminal: colour follows the choice, the terminal and the environment") {
  struct Case {
    ColourChoice choice;
    bool terminal;
    std::map<std::string, std::string> variables;
    bool want;
  };
  for (const auto& each : std::vector<Case>{
           {ColourChoice::Auto, true, {{"TERM", "xterm"}}, true},
           {ColourChoice::Auto, true, {}, true},
           {ColourChoice::Auto, false, {{"TERM", "xterm"}}, false},
           {ColourChoice::Auto, true, {{"NO_COLOR", "1"}}, false},
           {ColourChoice::Auto, true, {{"NO_COLOR", ""}}, true},
           {ColourChoice::Auto, true, {{"TERM", "dumb"}}, false},
           {ColourChoice::Always, false, {{"NO_COLOR", "1"}, {"TERM", "dumb"}}, true},
           {ColourChoice::Never, true, {{"TERM", "xterm"}}, false},
       }) {
    vmcpauth::test::FakeEnv env;
    env.values = each.variables;
    CHECK(use_colour(each.choice, each.terminal, env) == each.want);
  }
}

TEST_CASE("terminal: choices are read by name") {
  CHECK(colour_choice("always") == ColourChoice::Always);
  CHECK(colour_choice("never") == ColourChoice::Never);
  CHECK(colour_choice("auto") == ColourChoice::Auto);
}

TEST_CASE("terminal: the width stays readable whatever COLUMNS says") {
  for (const auto* columns : {"1", "0", "-5", "100000", "99999999999999999999", "wide", "", "80x"}) {
    vmcpauth::test::FakeEnv env;
    env.values = {{"COLUMNS", columns}};
    const auto width = detect_terminal(env).width;
    CHECK(width >= 40);
    CHECK(width <= 100);
  }
}

}  // namespace vmcpauth::cli
