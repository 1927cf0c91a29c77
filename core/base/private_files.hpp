// Small secret files that several processes share: mode 0600, never behind a symbolic link, replaced atomically, guarded by
// lock files. For keys and sealed credentials; the ordinary port is Files. The real one is made in the composition roots.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth {

// Held until it is destroyed; the kernel releases it when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class PrivateFiles {
 public:
  virtual ~PrivateFiles() = default;
  // Makes the folder and what is missing above it with mode 0700. Io: no folder, not ours, or writable by others.
  [[nodiscard]] virtual Result<void> make_folder(const std::filesystem::path& path) = 0;
  // Whole content of at most `max_bytes`. NotFound, TooLarge; Io: a link, no regular file, not ours, or readable by others.
  [[nodiscard]] virtual Result<std::string> read(const std::filesystem::path& path, std::size_t max_bytes) const = 0;
  // False when something is there already; then nothing is changed. Never leaves half a file. Io.
  [[nodiscard]] virtual Result<bool> create(const std::filesystem::path& path, std::string_view content) = 0;
  // Atomically. Io.
  [[nodiscard]] virtual Result<void> replace(const std::filesystem::path& path, std::string_view content) = 0;
  // NotFound, Io.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
  // Names of regular files in a folder, sorted; none when the folder is missing. Io.
  [[nodiscard]] virtual Result<std::vector<std::string>> names(const std::filesystem::path& folder) const = 0;
  // An exclusive lock on the (created) file; nullopt while another holder has it, in this process too. Io.
  [[nodiscard]] virtual Result<std::optional<std::unique_ptr<FileLock>>> try_lock(const std::filesystem::path& path) = 0;
};

class SystemPrivateFiles final : public PrivateFiles {
 public:
  [[nodiscard]] Result<void> make_folder(const std::filesystem::path& path) override;
  [[nodiscard]] Result<std::string> read(const std::filesystem::path& path, std::size_t max_bytes) const override;
  [[nodiscard]] Result<bool> create(const std::filesystem::path& path, std::string_view content) override;
  [[nodiscard]] Result<void> replace(const std::filesystem::path& path, std::string_view content) override;
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override;
  [[nodiscard]] Result<std::vector<std::string>> names(const std::filesystem::path& folder) const override;
  [[nodiscard]] Result<std::optional<std::unique_ptr<FileLock>>> try_lock(const std::filesystem::path& path) override;
};

}  // namespace vmcpauth
