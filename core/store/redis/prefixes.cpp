#include "core/store/redis/prefixes.hpp"

#include <set>

namespace vmcpauth::store::redis {

Task<Result<std::vector<std::string>>> find_prefixes(Transport& transport, std::size_t limit) {
  std::set<std::string> prefixes;
  std::string cursor = "0";
  do {
    std::vector<Command> commands{{"SCAN", cursor, "MATCH", "thv:auth:{*}:*", "COUNT", "1000"}};
    CO_TRY(auto replies, co_await transport.run(std::move(commands), Repeat::Harmless));
    if (replies.size() != 1 || replies[0].items.size() != 2) co_return fail(ErrorCode::Unavailable, "Redis does not let its keys be scanned");
    for (const auto& key : replies[0].items[1].items) {
      const auto end = key.text.find("}:");
      if (end != std::string::npos && prefixes.size() < limit) prefixes.insert(key.text.substr(0, end + 2));
    }
    cursor = replies[0].items[0].text;
  } while (cursor != "0" && prefixes.size() < limit);
  co_return std::vector<std::string>(prefixes.begin(), prefixes.end());
}

}  // namespace vmcpauth::store::redis
