#include "core/base/frame_pool.hpp"

#include <array>
#include <new>

namespace vmcpauth {
namespace {

// Sanitizers are to see every frame come and go.
#ifdef VMCPAUTH_SANITIZED
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif

constexpr std::size_t kStep = 128;
constexpr std::size_t kClasses = 32;     // frames up to 4 KB
constexpr std::size_t kKeptBlocks = 16;  // of each class and thread: 1 MB at most

struct Kept {
  Kept* next;
};

struct Shelf {
  Kept* first = nullptr;
  std::size_t count = 0;
};

struct Shelves {
  std::array<Shelf, kClasses> all{};
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
  for (auto& shelf : all) {
    while (shelf.first != nullptr) {
      void* block = shelf.first;
      shelf.first = shelf.first->next;
      ::operator delete(block);
    }
  }
}

constexpr std::size_t class_of(std::size_t bytes) noexcept { return (bytes + kStep - 1) / kStep - 1; }

}  // namespace

void* FramePool::allocate(std::size_t bytes) {
  const auto index = class_of(bytes);
  if (!kPooled || index >= kClasses) return ::operator new(bytes);
  if (!closed) {
    auto& shelf = shelves.all[index];
    if (shelf.first != nullptr) {
      Kept* block = shelf.first;
      shelf.first = block->next;
      --shelf.count;
      return block;
    }
  }
  return ::operator new((index + 1) * kStep);
}

void FramePool::release(void* block, std::size_t bytes) noexcept {
  const auto index = class_of(bytes);
  if (!kPooled || closed || index >= kClasses || shelves.all[index].count == kKeptBlocks) {
    ::operator delete(block);
    return;
  }
  auto& shelf = shelves.all[index];
  shelf.first = new (block) Kept{shelf.first};
  ++shelf.count;
}

}  // namespace vmcpauth
