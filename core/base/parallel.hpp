// Splits independent work among a few threads and waits for all of it. Called where many files are read at once.
#pragma once

#include <cstddef>
#include <functional>

namespace vmcpauth {

// Calls work(0) … work(count - 1), each exactly once, in no particular order, on at most `threads` threads (the caller's
// among them; 0 = one a processor). The first exception is thrown again once all threads have stopped.
void parallel_for(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace vmcpauth
