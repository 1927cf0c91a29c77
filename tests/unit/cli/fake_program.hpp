// A small option table of its own, so that tests of the parser and of help do not change with every new option.
#pragma once

#include "cli/options.hpp"

namespace vmcpauth::cli::test {

inline Program fake_program() {
  return {.name = "tool",
          .summary = "does things",
          .options = {{.name = "version", .letter = 'V', .help = "print the version"}},
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
              {.name = "version", .summary = "print the version"},
              {.name = "help", .summary = "explain", .arguments = {{.name = "COMMAND", .choices = {"make", "show", "version", "help"}, .help = "which"}}},
          }};
}

}  // namespace vmcpauth::cli::test
