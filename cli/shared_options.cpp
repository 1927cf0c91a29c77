#include "cli/shared_options.hpp"

namespace vmcpauth::cli {

Option color_option() {
  return {.name = "color",
          .value = "WHEN",
          .choices = {"auto", "always", "never"},
          .standard = "auto",
          .help = "colour the output",
          .detail = "With auto, colour is used on a terminal only, and not when NO_COLOR is set or TERM is dumb."};
}

Option json_option(std::string_view page) {
  return {.name = "json", .help = "print JSON for programs instead of text for people", .detail = "docs/reference/" + std::string(page) + " describes it."};
}

}  // namespace vmcpauth::cli
