// ToolHive's own files (CRDs, examples), which lie beside the tree in the workplace and are not part of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace vmcpauth::test {

// The folder below shared/data, or nothing when it is not there.
[[nodiscard]] inline std::optional<std::filesystem::path> shared_data(const std::string& name) {
  const std::filesystem::path source(VMCPAUTH_SOURCE_DIR);
  for (const auto* beside : {"../shared/data", "../../shared/data"}) {
    auto folder = source / beside / name;
    if (std::filesystem::is_directory(folder)) return folder;
  }
  return std::nullopt;
}

}  // namespace vmcpauth::test
