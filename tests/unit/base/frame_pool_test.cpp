#include "core/base/frame_pool.hpp"

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using vmcpauth::FramePool;

TEST_CASE("frame pool: live blocks are apart, aligned and as large as asked for") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{128}, std::size_t{129}, std::size_t{4096}, std::size_t{4097}, std::size_t{100'000}}) {
    INFO(size);
    std::vector<void*> blocks;
    for (int round = 0; round < 2; ++round) {  // the second one gets what the first gave back
      for (int i = 0; i < 40; ++i) {
        blocks.push_back(FramePool::allocate(size));
        std::memset(blocks.back(), i, size);
      }
      CHECK(std::set<void*>(blocks.begin(), blocks.end()).size() == blocks.size());
      for (int i = 0; i < 40; ++i) {
        auto* block = blocks[static_cast<std::size_t>(i)];
        CHECK(reinterpret_cast<std::uintptr_t>(block) % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);
        CHECK(static_cast<unsigned char*>(block)[size - 1] == i);
        FramePool::release(block, size);
      }
      blocks.clear();
    }
  }
}

TEST_CASE("frame pool: a block may be given back by another thread, also while that thread ends") {
  for (int i = 0; i < 20; ++i) {
    auto* block = FramePool::allocate(500);
    std::thread([block] { FramePool::release(block, 500); }).join();
  }
  std::vector<void*> many;
  for (int i = 0; i < 1000; ++i) many.push_back(FramePool::allocate(4000));  // more than is kept
  std::thread([&many] {
    for (auto* block : many) FramePool::release(block, 4000);
  }).join();
}
