// A Runtime as text, secrets as their lengths only: what testdata/config compares.
#pragma once

#include <string>

#include "core/config/runtime.hpp"

namespace vmcpauth::test {

[[nodiscard]] std::string dump(const config::Runtime& runtime);

}  // namespace vmcpauth::test
