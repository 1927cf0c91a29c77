#include "core/base/frame_pool.hpp"

#include <array>
#include <new>
#include <utility>

namespace vmcpauth {
namespace {

// Sanitizers are to see every frame come and go.
#ifdef VMCPAUTH_SANITIZED
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif

constexpr std::size_t kStep = 64;
constexpr std::size_t kClasses = 64;                         // frames up to 4 KB
constexpr std::size_t kKeptBytes = std::size_t{512} << 10U;  // of each thread

struct Kept {
  Kept* next;
};

struct Shelves {
  std::array<Kept*, kClasses> first{};
  std::size_t bytes = 0;
  Shelves() = default;
  Shelves(const Shelves&) = delete;
  Shelves& operator=(const Shelves&) = delete;
  ~Shelves();
};

// Plain data, so that frames released after this thread's destructors still find it.
thread_local bool closed = false;
thread_local Shelves shelves;

Shelves::~Shelves() {
  closed = true;
  for (auto* block : first) {
    while (block != nullptr) ::operator delete(std::exchange(block, block->next));
  }
}

constexpr std::size_t class_of(std::size_t bytes) noexcept { return (bytes + kStep - 1) / kStep - 1; }

}  // namespace

void* FramePool::allocate(std::size_t bytes) {
  const auto index = class_of(bytes);
  if (!kPooled || index >= kClasses) return ::operator new(bytes);
  const auto size = (index + 1) * kStep;
  if (closed || shelves.first[index] == nullptr) return ::operator new(size);
  shelves.bytes -= size;
  return std::exchange(shelves.first[index], shelves.first[index]->next);
}

void FramePool::release(void* block, std::size_t bytes) noexcept {
  const auto index = class_of(bytes);
  const auto size = (index + 1) * kStep;
  if (!kPooled || closed || index >= kClasses || shelves.bytes + size > kKeptBytes) {
    ::operator delete(block);
    return;
  }
  shelves.first[index] = new (block) Kept{shelves.first[index]};
  shelves.bytes += size;
}

}  // namespace vmcpauth
