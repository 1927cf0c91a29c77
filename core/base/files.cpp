#include "core/base/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/descriptor.hpp"

namespace vmcpauth {

Result<std::string> SystemFiles::read(const std::filesystem::path& path, std::size_t max_bytes) const {
  // O_NONBLOCK: opening a FIFO must not hang before fstat refuses it.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return io_error(path, errno);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return io_error(path, errno);
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::Io, path.string() + ": not a regular file");
  if (static_cast<std::size_t>(info.st_size) > max_bytes)
    return fail(ErrorCode::TooLarge, path.string() + ": larger than " + std::to_string(max_bytes) + " bytes");
  std::string content;
  content.resize(static_cast<std::size_t>(info.st_size) + 1);
  std::size_t used = 0;
  while (true) {
    if (used == content.size()) {
      if (used > max_bytes) return fail(ErrorCode::TooLarge, path.string() + ": larger than " + std::to_string(max_bytes) + " bytes");
      content.resize(content.size() * 2);
    }
    const auto got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  content.resize(used);
  return content;
}

Result<std::vector<DirectoryEntry>> SystemFiles::list(const std::filesystem::path& path) const {
  std::error_code error;
  std::filesystem::directory_iterator it(path, error);
  if (error) return fail(ErrorCode::Io, path.string() + ": " + error.message());
  std::vector<DirectoryEntry> entries;
  for (const auto end = std::filesystem::directory_iterator(); it != end; it.increment(error)) {
    if (error) return fail(ErrorCode::Io, path.string() + ": " + error.message());
    std::error_code ignored;
    entries.push_back({it->path(), it->is_directory(ignored)});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

bool SystemFiles::is_directory(const std::filesystem::path& path) const {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

bool SystemFiles::exists(const std::filesystem::path& path) const {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<void> SystemFiles::write_private(const std::filesystem::path& path, std::string_view content) {
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (file.get() < 0) return io_error(path, errno);
  const auto give_up = [&](int error) {
    ::unlink(temporary.c_str());
    return io_error(path, error);
  };
  while (!content.empty()) {
    const auto put = ::write(file.get(), content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return give_up(errno);
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file.get()) != 0) return give_up(errno);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up(errno);
  return {};
}

std::optional<std::string> SystemEnv::get(const std::string& name) const {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here calls setenv
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace vmcpauth
