// One session's rows put together: ToolHive's JSON and the hash of ours beside it (Keys::session).
#pragma once

#include <map>

#include "core/store/redis/resp.hpp"
#include "core/store/redis/rows.hpp"

namespace vmcpauth::store::redis {

// The hash `vmcpauth:session:<tsid>`, as far as it was read.
class NotesOfSession {
 public:
  // From HGETALL.
  [[nodiscard]] static NotesOfSession of_hash(const Reply& reply);
  // From HMGET used, row:<provider>, refresh:<provider>.
  [[nodiscard]] static NotesOfSession of_values(const Reply& reply, const std::string& provider);
  void apply_to(UpstreamTokens& tokens) const;

 private:
  std::map<std::string, std::string> fields_;
};

[[nodiscard]] Result<UpstreamTokens> row_of(const std::string& provider, std::string_view row, const NotesOfSession& notes);

}  // namespace vmcpauth::store::redis
