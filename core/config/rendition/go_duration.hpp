// A duration as Go prints it: "1h30m0s", "500ms", "0s".
#pragma once

#include <string>

#include "core/base/duration.hpp"

namespace vmcpauth::config::rendition {

[[nodiscard]] std::string go_duration(Nanoseconds duration);

}  // namespace vmcpauth::config::rendition
