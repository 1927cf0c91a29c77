#include "core/base/private_files.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"

namespace vmcpauth {
namespace {

constexpr mode_t kForOthers = 077;
constexpr mode_t kWritableByOthers = 022;

std::unexpected<Error> refused(const std::filesystem::path& path, int error) {
  if (error == ELOOP) return fail(ErrorCode::Io, path.string() + ": is a symbolic link, which a secret file may not be");
  return io_error(path, error);
}

Result<void> check_private(const std::filesystem::path& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::Io, path.string() + ": not a regular file");
  if (info.st_uid != ::geteuid()) return fail(ErrorCode::Io, path.string() + ": belongs to another user");
  if ((info.st_mode & kForOthers) != 0) return fail(ErrorCode::Io, path.string() + ": other users may open it; run chmod 600 on it");
  return {};
}

// The lock ends with the open file description.
class HeldLock final : public FileLock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

}  // namespace

Result<void> SystemPrivateFiles::make_folder(const std::filesystem::path& path) {
  std::filesystem::path made, forbidden;
  int why = 0;
  for (const auto& part : path) {
    made /= part;
    if (::mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
    if (errno == ENOENT && why != 0) break;
    if (errno != EACCES && errno != EROFS) return io_error(made, errno);
    if (why != 0) continue;
    why = errno;  // no trouble when the folder is there already
    forbidden = made;
  }
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return why != 0 ? io_error(forbidden, why) : io_error(path, errno);
  if (!S_ISDIR(info.st_mode)) return fail(ErrorCode::Io, path.string() + ": not a folder");
  if (info.st_uid != ::geteuid()) return fail(ErrorCode::Io, path.string() + ": belongs to another user");
  if ((info.st_mode & kWritableByOthers) != 0) return fail(ErrorCode::Io, path.string() + ": other users may write to it; run chmod 700 on it");
  return {};
}

Result<std::string> SystemPrivateFiles::read(const std::filesystem::path& path, std::size_t max_bytes) const {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (file.get() < 0) return refused(path, errno);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return io_error(path, errno);
  TRY_VOID(check_private(path, info));
  std::string content(max_bytes + 1, '\0');
  std::size_t used = 0;
  while (used < content.size()) {
    const auto got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  if (used > max_bytes) return fail(ErrorCode::TooLarge, path.string() + ": larger than " + std::to_string(max_bytes) + " bytes");
  content.resize(used);
  return content;
}

Result<bool> SystemPrivateFiles::create(const std::filesystem::path& path, std::string_view content) {
  // Written under a name of its own and linked into place, so that nobody ever reads half of it and the first one wins.
  const std::filesystem::path draft = path.string() + ".new-" + std::to_string(::getpid());
  TRY_VOID(SystemFiles().write_private(draft, content));
  const int failed = ::link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  if (failed != 0 && failed != EEXIST) return io_error(path, failed);
  return failed == 0;
}

Result<void> SystemPrivateFiles::replace(const std::filesystem::path& path, std::string_view content) { return SystemFiles().write_private(path, content); }

Result<void> SystemPrivateFiles::remove(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0) return io_error(path, errno);
  return {};
}

Result<std::vector<std::string>> SystemPrivateFiles::names(const std::filesystem::path& folder) const {
  std::vector<std::string> out;
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return out;
  std::filesystem::directory_iterator it(folder, error);
  for (const auto end = std::filesystem::directory_iterator(); !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) out.push_back(it->path().filename().string());
  }
  if (error) return fail(ErrorCode::Io, folder.string() + ": " + error.message());
  std::ranges::sort(out);
  return out;
}

Result<std::optional<std::unique_ptr<FileLock>>> SystemPrivateFiles::try_lock(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return refused(path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return std::nullopt;
    return io_error(path, errno);
  }
  return std::make_unique<HeldLock>(std::move(file));
}

}  // namespace vmcpauth
