#include "cli/options.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "tests/support/catch.hpp"

namespace vmcpauth::cli {

namespace {

bool is_clause(const std::string& text) {
  return !text.empty() && !text.ends_with('.') && !(text.front() >= 'A' && text.front() <= 'Z' && text[1] >= 'a') && text.find('\n') == std::string::npos;
}

// Those that follow `vmcpauth` in a line of shell, up to a pipe or a redirection.
std::vector<std::string> own_words(const std::string& line) {
  std::istringstream in(line.substr(line.find("vmcpauth ")));
  std::vector<std::string> out;
  std::string word;
  in >> word;
  while (in >> word && word != "|" && word != ">") out.push_back(word);
  return out;
}

}  // namespace

TEST_CASE("option table: every name and letter is used once in a command") {
  for (const auto& command : program().commands) {
    std::set<std::string> names;
    std::set<char> letters;
    for (const auto* option : options_of(program(), &command)) {
      INFO(command.name << " --" << option->name);
      CHECK(names.insert(option->name).second);
      if (option->letter != 0) CHECK(letters.insert(option->letter).second);
    }
  }
}

TEST_CASE("option table: every entry explains itself in one clause") {
  for (const auto& command : program().commands) {
    INFO(command.name);
    CHECK(is_clause(command.summary));
    CHECK_FALSE(command.description.empty());
    for (const auto* option : options_of(program(), &command)) {
      INFO(option->name);
      CHECK(is_clause(option->help));
      CHECK((option->detail.empty() || option->detail.ends_with('.')));
    }
  }
}

TEST_CASE("option table: exclusions are mutual and name options that exist") {
  for (const auto& command : program().commands) {
    for (const auto& option : command.options) {
      for (const auto& other : option.excludes) {
        INFO(option.name << " excludes " << other);
        const auto found = std::ranges::find(command.options, other, &Option::name);
        REQUIRE(found != command.options.end());
        CHECK(std::ranges::find(found->excludes, option.name) != found->excludes.end());
      }
    }
  }
}

TEST_CASE("option table: a default of a choice is one of the choices") {
  for (const auto& command : program().commands) {
    for (const auto& option : command.options) {
      if (option.choices.empty()) continue;
      INFO(option.name);
      CHECK(std::ranges::find(option.choices, option.standard) != option.choices.end());
    }
  }
}

TEST_CASE("option table: only the last argument takes many, and help knows every command") {
  for (const auto& command : program().commands) {
    for (std::size_t i = 0; i + 1 < command.arguments.size(); ++i) CHECK_FALSE(command.arguments[i].many);
  }
  const auto* help = find_command(program(), "help");
  REQUIRE(help != nullptr);
  CHECK(help->arguments.front().choices == first_words(program()));
}

TEST_CASE("option table: what is required comes before what is not") {
  for (const auto& command : program().commands) {
    INFO(command.name);
    CHECK(std::ranges::is_partitioned(command.arguments, &Argument::required));
  }
}

TEST_CASE("option table: every example is a command line of its command") {
  for (const auto& command : program().commands) {
    for (const auto& example : command.examples) {
      INFO(example.line);
      const auto words = own_words(example.line);
      const auto outcome = parse(program(), words);
      const auto* invocation = std::get_if<Invocation>(&outcome);
      REQUIRE(invocation != nullptr);
      CHECK(invocation->command().name == command.name);
      const auto required = static_cast<std::size_t>(std::ranges::count_if(command.arguments, &Argument::required));
      CHECK(invocation->arguments().size() >= required);
    }
  }
}

TEST_CASE("option table: commands of two words belong to a group, and groups have commands") {
  for (const auto& command : program().commands) {
    const auto space = command.name.find(' ');
    if (space == std::string::npos) continue;
    INFO(command.name);
    CHECK(find_group(program(), command.name.substr(0, space)) != nullptr);
    CHECK(command.name.find(' ', space + 1) == std::string::npos);
  }
  for (const auto& group : program().groups) {
    INFO(group.name);
    CHECK(is_clause(group.summary));
    CHECK_FALSE(commands_of(program(), group.name).empty());
  }
}

TEST_CASE("option table: each exit status is explained, in order") {
  const auto& statuses = program().exit_statuses;
  REQUIRE(statuses.size() == static_cast<std::size_t>(ExitStatus::NotLoggedIn) + 1);
  for (std::size_t i = 0; i < statuses.size(); ++i) CHECK(statuses[i].name == std::to_string(i));
}

TEST_CASE("option table: spelling") {
  CHECK(spelling(Option{.name = "quiet"}) == "--quiet");
  CHECK(spelling(Option{.name = "listen", .value = "HOST:PORT"}) == "--listen HOST:PORT");
  CHECK(spelling(Option{.name = "mock-idps", .value = "NAME,...", .value_optional = true}) == "--mock-idps[=NAME,...]");
  CHECK(spelling(Argument{.name = "PATH", .many = true}) == "[PATH...]");
  CHECK(spelling(Argument{.name = "URL", .required = true}) == "URL");
}

}  // namespace vmcpauth::cli
