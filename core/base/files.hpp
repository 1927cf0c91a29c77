// The file system and the environment as collaborators; real ones are made in the composition root.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth {

struct DirectoryEntry {
  std::filesystem::path path;
  bool is_directory = false;
};

class Files {
 public:
  virtual ~Files() = default;
  // Whole content of a regular file of at most `max_bytes`. NotFound, TooLarge, Io.
  [[nodiscard]] virtual Result<std::string> read(const std::filesystem::path& path, std::size_t max_bytes) const = 0;
  // Sorted by name; symbolic links are followed by the caller's choice only (they are reported as what they point to).
  [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(const std::filesystem::path& path) const = 0;
  [[nodiscard]] virtual bool is_directory(const std::filesystem::path& path) const = 0;
  [[nodiscard]] virtual bool exists(const std::filesystem::path& path) const = 0;
  // Replaces the file atomically with mode 0600. Io.
  [[nodiscard]] virtual Result<void> write_private(const std::filesystem::path& path, std::string_view content) = 0;
};

class SystemFiles final : public Files {
 public:
  [[nodiscard]] Result<std::string> read(const std::filesystem::path& path, std::size_t max_bytes) const override;
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::filesystem::path& path) const override;
  [[nodiscard]] bool is_directory(const std::filesystem::path& path) const override;
  [[nodiscard]] bool exists(const std::filesystem::path& path) const override;
  [[nodiscard]] Result<void> write_private(const std::filesystem::path& path, std::string_view content) override;
};

class Env {
 public:
  virtual ~Env() = default;
  [[nodiscard]] virtual std::optional<std::string> get(const std::string& name) const = 0;
};

class SystemEnv final : public Env {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override;
};

}  // namespace vmcpauth
