#include <cstdio>

#include "cli/version.hpp"

int main() {
  std::printf("vmcpauth %s\n", vmcpauth::cli::kVersion);
  return 0;
}
