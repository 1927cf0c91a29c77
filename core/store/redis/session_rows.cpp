#include "core/store/redis/session_rows.hpp"

#include <charconv>

namespace vmcpauth::store::redis {

NotesOfSession NotesOfSession::of_hash(const Reply& reply) {
  NotesOfSession notes;
  for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2) notes.fields_[reply.items[i].text] = reply.items[i + 1].text;
  return notes;
}

NotesOfSession NotesOfSession::of_values(const Reply& reply, const std::string& provider) {
  NotesOfSession notes;
  const std::string names[] = {"used", "row:" + provider, "refresh:" + provider};
  for (std::size_t i = 0; i < reply.items.size() && i < std::size(names); ++i) {
    if (reply.items[i].is_text()) notes.fields_[names[i]] = reply.items[i].text;
  }
  return notes;
}

void NotesOfSession::apply_to(UpstreamTokens& tokens) const {
  const auto field = [&](const std::string& name) -> const std::string* {
    const auto it = fields_.find(name);
    return it == fields_.end() ? nullptr : &it->second;
  };
  if (const auto* row = field("row:" + tokens.provider)) read_upstream_extra(tokens, *row);
  if (const auto* report = field("refresh:" + tokens.provider)) tokens.last_refresh = read_report(*report);
  if (const auto* used = field("used")) {
    std::int64_t at = 0;
    const auto [end, error] = std::from_chars(used->data(), used->data() + used->size(), at);
    constexpr std::int64_t kYear9999 = 253'402'300'799;
    if (error == std::errc{} && at > 0 && at <= kYear9999) tokens.last_used_at = from_unix_seconds(at);
  }
}

Result<UpstreamTokens> row_of(const std::string& provider, std::string_view row, const NotesOfSession& notes) {
  TRY(auto tokens, read_upstream(provider, row));
  notes.apply_to(tokens);
  return tokens;
}

}  // namespace vmcpauth::store::redis
