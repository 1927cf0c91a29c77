// Memory for coroutine frames. A proxied request makes about ten of them, always of the same sizes, and many are too large
// for the fast path of malloc: each thread keeps up to 512 KiB of freed blocks, by size. Used by Task; thread-safe.
#pragma once

#include <cstddef>

namespace vmcpauth {

class FramePool {
 public:
  [[nodiscard]] static void* allocate(std::size_t bytes);
  // `bytes` as it was allocated with; from any thread.
  static void release(void* block, std::size_t bytes) noexcept;
};

}  // namespace vmcpauth
