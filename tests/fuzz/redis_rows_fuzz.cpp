// JSON values of a shared Redis. First byte: which kind; the rest: the row, and after a line feed what is beside it. What is read
// must be written and read again the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/store/record_json.hpp"
#include "core/store/redis/keys.hpp"
#include "core/store/redis/rows.hpp"
#include "core/store/retention.hpp"

using namespace vmcpauth;
using namespace vmcpauth::store;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string json_of(Record record) { return to_json(record, Secrets::Reveal).dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

void upstream(std::string_view row, std::string_view extra) {
  auto tokens = redis::read_upstream("github", row);
  if (!tokens) return;
  redis::read_upstream_extra(*tokens, extra);
  (void)redis::read_report(extra);
  (void)row_expiry(*tokens);
  auto again = redis::read_upstream("github", redis::upstream_row(*tokens));
  require(again.has_value());
  require(again->access_token.reveal() == tokens->access_token.reveal() && again->expires_at == tokens->expires_at);
  (void)json_of(UpstreamRecord{"s", std::move(*tokens)});
}

void refresh(std::string_view row) {
  const auto token = redis::read_refresh(row);
  if (!token) return;
  const auto again = redis::read_refresh(redis::refresh_row(*token));
  require(again.has_value());
  require(again->grant.grant_id == token->grant.grant_id && again->expires_at == token->expires_at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto newline = std::min(input.find('\n'), input.size());
  const auto row = input.substr(0, newline);
  const auto extra = input.substr(std::min(newline + 1, input.size()));
  switch (data[0] % 8) {
    case 0: upstream(row, extra); break;
    case 1: (void)redis::read_pending(row, extra); break;
    case 2: (void)redis::read_client(row, extra, size % 2 == 0); break;
    case 3: (void)redis::read_code(row); break;
    case 4: refresh(row); break;
    case 5: (void)redis::read_identity(row); break;
    case 6: (void)redis::read_registration(row); break;
    case 7: {
      static const auto kKeys = redis::Keys::with_prefix("thv:auth:{a:b}:").value();
      (void)kKeys.upstream_in(input);
      (void)kKeys.id_in(input, "client");
      require(redis::match_literally(input).size() >= input.size());
      break;
    }
    default: break;
  }
  return 0;
}
