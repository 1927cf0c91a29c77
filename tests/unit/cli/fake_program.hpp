// A small option table of its own, so that tests of the parser and of help do not change with every new option.
#pragma once

#include "cli/options.hpp"

namespace vmcpauth::cli::test {

inline Program fake_program() {
  return {.name = "tool",
          .summary = "does things",
          .options = {{.name = "version", .letter = 'V', .help = "print the version"}},
          .groups = {{.name = "part", .summary = "work on parts"}},
          .commands = {
              {.name = "make",
               .summary = "make a thing",
               .description = {"Makes a thing of the given size."},
               .arguments = {{.name = "PATH", .many = true, .help = "what to make it from"}},
               .options = {{.name = "size", .letter = 's', .value = "N", .standard = "3", .excludes = {"any-size"}, .help = "its size"},
                           {.name = "any-size", .help = "no size in particular"},
                           {.name = "shape", .value = "SHAPE", .choices = {"round", "square"}, .help = "its shape"},
                           {.name = "paint", .value = "COLOUR,...", .value_optional = true, .help = "paint it"},
                           {.name = "loud", .letter = 'l', .help = "say so"}}},
              {.name = "show", .summary = "show one thing", .arguments = {{.name = "THING", .choices = {"apple", "pear"}, .help = "which"}}},
              {.name = "part list", .summary = "list the parts", .options = {{.name = "kind", .value = "KIND", .repeatable = true, .help = "only these"}}},
              {.name = "part drop", .summary = "drop a part", .arguments = {{.name = "PART", .help = "which"}}},
              {.name = "version", .summary = "print the version"},
              {.name = "help",
               .summary = "explain",
               .arguments = {{.name = "COMMAND", .choices = {"make", "show", "part", "version", "help"}, .help = "which"},
                             {.name = "SUBCOMMAND", .help = "which"}}},
          }};
}

}  // namespace vmcpauth::cli::test
