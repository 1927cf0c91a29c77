// Which servers keep their sessions in a Redis: for those who look and were not told.
#pragma once

#include "core/store/redis/transport.hpp"

namespace vmcpauth::store::redis {

// Distinct prefixes "thv:auth:{…}:" in the order of the alphabet, at most `limit`; SCAN in bounded steps.
[[nodiscard]] Task<Result<std::vector<std::string>>> find_prefixes(Transport& transport, std::size_t limit);

}  // namespace vmcpauth::store::redis
