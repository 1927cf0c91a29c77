#include "cli/parser.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/cli/fake_program.hpp"

namespace vmcpauth::cli {

namespace {

const Program& fake() {
  static const Program kProgram = test::fake_program();
  return kProgram;
}

ParseOutcome parse_words(const std::vector<std::string>& words) { return parse(fake(), words); }

Invocation invocation_of(const std::vector<std::string>& words) {
  auto outcome = parse_words(words);
  if (const auto* error = std::get_if<UsageError>(&outcome)) FAIL(error->message);
  REQUIRE(std::holds_alternative<Invocation>(outcome));
  return std::get<Invocation>(outcome);
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("parser: options and arguments may come in any order") {
  for (const auto& words :
       {Words{"make", "--size", "4", "a", "b"}, Words{"make", "a", "--size=4", "b"}, Words{"make", "a", "b", "-s", "4"}, Words{"make", "a", "b", "-s4"}}) {
    const auto invocation = invocation_of(words);
    CHECK(invocation.command().name == "make");
    CHECK(invocation.value("size") == "4");
    CHECK(invocation.arguments() == Words{"a", "b"});
    CHECK_FALSE(invocation.has("loud"));
  }
}

TEST_CASE("parser: the last of several values wins") { CHECK(invocation_of({"make", "--size=1", "--size=2"}).value("size") == "2"); }

TEST_CASE("parser: an optional value needs the equals sign, so a path behind it stays a path") {
  const auto bare = invocation_of({"make", "--paint", "dir"});
  CHECK(bare.has("paint"));
  CHECK_FALSE(bare.value("paint"));
  CHECK(bare.arguments() == Words{"dir"});
  const auto valued = invocation_of({"make", "--paint=red,blue", "dir"});
  CHECK(valued.value("paint") == "red,blue");
}

TEST_CASE("parser: a switch repeated is one switch") { CHECK(invocation_of({"make", "-l", "--loud", "-ll"}).has("loud")); }

TEST_CASE("parser: a switch is the same in its long and its short spelling") {
  for (const auto& word : {"--loud", "-l"}) {
    const auto invocation = invocation_of({"make", word});
    CHECK(invocation.has("loud"));
    CHECK_FALSE(invocation.value("loud"));
  }
}

TEST_CASE("parser: everything behind two dashes is an argument") {
  const auto invocation = invocation_of({"make", "--", "--loud", "-h"});
  CHECK_FALSE(invocation.has("loud"));
  CHECK(invocation.arguments() == Words{"--loud", "-h"});
  // Behind an option with a value too, and after arguments before it.
  const auto later = invocation_of({"make", "one", "--size", "3", "--", "-x", "--", "--size"});
  CHECK(later.value("size") == "3");
  CHECK(later.arguments() == Words{"one", "-x", "--", "--size"});
}

TEST_CASE("parser: a single dash is an argument") { CHECK(invocation_of({"make", "-"}).arguments() == Words{"-"}); }

TEST_CASE("parser: wrong command lines get one clause and the nearest known word") {
  struct Case {
    Words words;
    std::string message;
    std::string hint;
  };
  const std::vector<Case> cases = {
      {{"mkae"}, "unknown command 'mkae'", "did you mean 'make'?"},
      {{"frobnicate"}, "unknown command 'frobnicate'", ""},
      {{"--verison"}, "unknown option '--verison'", "did you mean '--version'?"},
      {{"--loud", "make"}, "unknown option '--loud'", ""},
      {{"make", "--sise", "3"}, "unknown option '--sise'", "did you mean '--size'?"},
      {{"make", "--sise=3"}, "unknown option '--sise'", "did you mean '--size'?"},
      {{"make", "--version"}, "unknown option '--version'", ""},
      {{"make", "-x"}, "unknown option '-x'", "an argument that begins with - goes after --"},
      {{"make", "-lx"}, "unknown option '-x'", "an argument that begins with - goes after --"},
      {{"make", "--size"}, "--size needs a value: --size N", ""},
      {{"make", "--size="}, "--size needs a value: --size N", ""},
      {{"make", "--size", "--loud"}, "--size needs a value: --size N", ""},
      {{"make", "--size", ""}, "--size needs a value: --size N", ""},
      {{"make", "--loud=yes"}, "--loud takes no value", ""},
      {{"make", "--loud=false"}, "--loud takes no value", ""},
      {{"make", "--shape=rund"}, "--shape is one of round, square, not 'rund'", "did you mean 'round'?"},
      {{"make", "--shape=Round"}, "--shape is one of round, square, not 'Round'", "did you mean 'round'?"},
      {{"make", "--size=1", "--any-size"}, "--size and --any-size exclude each other", ""},
      {{"show", "plum"}, "THING is one of apple, pear, not 'plum'", ""},
      {{"show", "apple", "pear"}, "unexpected argument 'pear'", ""},
      {{"version", "now"}, "unexpected argument 'now'", ""},
      {{"help", "mak"}, "COMMAND is one of make, show, part, version, help, not 'mak'", "did you mean 'make'?"},
      {{""}, "unknown command ''", ""},
  };
  for (const auto& each : cases) {
    const auto outcome = parse_words(each.words);
    const auto* error = std::get_if<UsageError>(&outcome);
    INFO(each.message);
    REQUIRE(error != nullptr);
    CHECK(error->message == each.message);
    CHECK(error->hint.value_or("") == each.hint);
  }
}

TEST_CASE("parser: control characters of a mistyped word do not reach the terminal") {
  const auto outcome = parse_words({"make", "--si\x1b[31mze"});
  const auto* error = std::get_if<UsageError>(&outcome);
  REQUIRE(error != nullptr);
  CHECK(error->message.find('\x1b') == std::string::npos);
}

TEST_CASE("parser: an endless command line is refused") {
  const auto outcome = parse_words(Words(5000, "make"));
  CHECK(std::holds_alternative<UsageError>(outcome));
}

TEST_CASE("parser: help wins over mistakes and knows its command") {
  struct Case {
    Words words;
    std::string command;
  };
  for (const auto& each : {Case{{"--help"}, ""}, Case{{"-h"}, ""}, Case{{"make", "--help"}, "make"}, Case{{"make", "--nonsense", "-h"}, "make"},
                           Case{{"help", "make"}, "make"}, Case{{"help"}, ""}, Case{{"mkae", "--help"}, ""}}) {
    const auto outcome = parse_words(each.words);
    const auto* help = std::get_if<HelpRequest>(&outcome);
    REQUIRE(help != nullptr);
    CHECK((help->command == nullptr ? "" : help->command->name) == each.command);
  }
}

TEST_CASE("parser: the version is asked for in three ways") {
  for (const auto& words : {Words{"--version"}, Words{"-V"}, Words{"version"}}) CHECK(std::holds_alternative<VersionRequest>(parse_words(words)));
}

TEST_CASE("parser: a command of a group has two words") {
  CHECK(invocation_of({"part", "list"}).command().name == "part list");
  CHECK(invocation_of({"part", "drop", "wheel"}).arguments() == Words{"wheel"});
}

TEST_CASE("parser: every value of a repeatable option counts, and each must be there") {
  const auto invocation = invocation_of({"part", "list", "--kind", "a", "--kind=b"});
  CHECK(invocation.values("kind") == Words{"a", "b"});
  CHECK(invocation.value("kind") == "b");
  const auto outcome = parse_words({"part", "list", "--kind", "a", "--kind"});
  REQUIRE(std::holds_alternative<UsageError>(outcome));
  CHECK(std::get<UsageError>(outcome).message == "--kind needs a value: --kind KIND");
}

TEST_CASE("parser: a group alone asks for its commands, wrong second words are named") {
  const auto alone = parse_words({"part"});
  REQUIRE(std::holds_alternative<NothingAsked>(alone));
  CHECK(std::get<NothingAsked>(alone).group->name == "part");
  struct Case {
    Words words;
    std::string message, hint;
  };
  for (const auto& each :
       {Case{{"part", "lst"}, "unknown command 'part lst'", "did you mean 'list'?"}, Case{{"part", "--kind"}, "'part' needs a command before '--kind'", ""},
        Case{{"help", "part", "lst"}, "unknown command 'part lst'", "did you mean 'list'?"},
        Case{{"help", "make", "list"}, "unexpected argument 'list'", ""}}) {
    const auto outcome = parse_words(each.words);
    REQUIRE(std::holds_alternative<UsageError>(outcome));
    CHECK(std::get<UsageError>(outcome).message == each.message);
    CHECK(std::get<UsageError>(outcome).hint.value_or("") == each.hint);
  }
}

TEST_CASE("parser: help of a group and of its commands") {
  for (const auto& words : {Words{"part", "--help"}, Words{"help", "part"}, Words{"part", "lst", "--help"}}) {
    const auto outcome = parse_words(words);
    REQUIRE(std::holds_alternative<HelpRequest>(outcome));
    CHECK(std::get<HelpRequest>(outcome).command == nullptr);
    CHECK(std::get<HelpRequest>(outcome).group->name == "part");
  }
  for (const auto& words : {Words{"part", "list", "-h"}, Words{"help", "part", "list"}}) {
    const auto outcome = parse_words(words);
    REQUIRE(std::holds_alternative<HelpRequest>(outcome));
    REQUIRE(std::get<HelpRequest>(outcome).command != nullptr);
    CHECK(std::get<HelpRequest>(outcome).command->name == "part list");
  }
}

TEST_CASE("parser: no arguments are told apart from wrong ones") { CHECK(std::holds_alternative<NothingAsked>(parse_words({}))); }

TEST_CASE("parser: a switch is the same by its name and by its letter") {
  for (const std::string& spelling : {std::string("--verbose"), std::string("-v")}) {
    INFO(spelling);
    const auto outcome = parse(program(), std::vector<std::string>{"serve", spelling});
    const auto* invocation = std::get_if<Invocation>(&outcome);
    REQUIRE(invocation != nullptr);
    CHECK(invocation->has("verbose"));
    CHECK_FALSE(invocation->value("verbose"));
  }
}

}  // namespace vmcpauth::cli
