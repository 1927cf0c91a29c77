#include "proxy/redis/settings.hpp"

#include <charconv>
#include <utility>

#include "core/base/encoding.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxEndpoints = 32;
constexpr std::uint16_t kSentinelPort = 26379;

struct Scheme {
  std::string_view name;
  RedisMode mode;
  bool tls;
};
constexpr Scheme kSchemes[] = {{"redis://", RedisMode::Standalone, false},        {"rediss://", RedisMode::Standalone, true},
                               {"redis+sentinel://", RedisMode::Sentinel, false}, {"rediss+sentinel://", RedisMode::Sentinel, true},
                               {"redis+cluster://", RedisMode::Cluster, false},   {"rediss+cluster://", RedisMode::Cluster, true}};

std::unexpected<Error> bad(std::string what) { return fail(ErrorCode::InvalidInput, std::move(what)); }

std::optional<std::string_view> take_up_to(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto head = text.substr(0, at);
  text.remove_prefix(at + 1);
  return head;
}

Result<void> read_credentials(std::string_view text, RedisSettings& out) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return bad("what is before the @ of a Redis URL is USER:PASSWORD or :PASSWORD");
  auto user = percent_decode(text.substr(0, colon));
  auto password = percent_decode(text.substr(colon + 1));
  if (!user || !password) return bad("user or password of the Redis URL has a broken % escape");
  out.user = *std::move(user);
  out.password = Secret(*std::move(password));
  return {};
}

Result<void> read_endpoints(std::string_view text, RedisSettings& out) {
  const auto port = out.mode == RedisMode::Sentinel ? kSentinelPort : std::uint16_t{6379};
  while (true) {
    const auto comma = text.find(',');
    TRY(auto endpoint, parse_redis_endpoint(text.substr(0, comma), port));
    out.endpoints.push_back(std::move(endpoint));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (out.endpoints.size() > kMaxEndpoints) return bad("too many hosts in the Redis URL");
  if (out.mode == RedisMode::Standalone && out.endpoints.size() > 1) return bad("several hosts: say redis+sentinel:// or redis+cluster://");
  return {};
}

Result<void> read_database(std::string_view text, RedisSettings& out) {
  if (text.empty()) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.database);
  if (error != std::errc{} || end != text.data() + text.size() || out.database < 0) return bad("the database of a Redis URL is a number");
  if (out.mode == RedisMode::Cluster && out.database != 0) return bad("a Redis Cluster has only database 0");
  return {};
}

Result<void> read_query(std::string_view query, RedisSettings& out) {
  if (query.empty()) return {};
  TRY(const auto fields, form_decode(query));
  for (const auto& [name, value] : fields) {
    if (name == "prefix") {
      out.key_prefix = value;
    } else if (name == "ca") {
      if (!out.tls) return bad("ca= is for rediss:// (TLS)");
      out.tls->ca_file = value;
      out.sentinel_tls = out.tls;
    } else {
      return bad("a Redis URL knows ?prefix= and ?ca=, not " + printable(name, 40) + "=");
    }
  }
  return {};
}

}  // namespace

std::string RedisEndpoint::text() const { return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port); }

RedisSettings RedisSettings::clone() const {
  RedisSettings copy;
  copy.mode = mode;
  copy.endpoints = endpoints;
  copy.master_name = master_name;
  copy.user = user;
  copy.password = password.clone();
  copy.database = database;
  copy.tls = tls;
  copy.sentinel_tls = sentinel_tls;
  copy.dial_timeout = dial_timeout;
  copy.read_timeout = read_timeout;
  copy.write_timeout = write_timeout;
  copy.patience = patience;
  copy.key_prefix = key_prefix;
  return copy;
}

std::string RedisSettings::describe() const {
  std::string out;
  for (const auto& scheme : kSchemes) {
    if (scheme.mode == mode && scheme.tls == tls.has_value()) out = scheme.name;
  }
  for (std::size_t i = 0; i < endpoints.size(); ++i) out += (i == 0 ? "" : ",") + endpoints[i].text();
  if (mode == RedisMode::Sentinel) out += "/" + master_name;
  if (database != 0) out += "/" + std::to_string(database);
  return out;
}

Result<RedisEndpoint> parse_redis_endpoint(std::string_view text, std::uint16_t standard_port) {
  RedisEndpoint out{.host = {}, .port = standard_port};
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return bad("no closing bracket in the address " + printable(text, 100));
    out.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (out.host.empty() || out.host.find_first_of(" /@?#,[]") != std::string::npos) return bad("no host in the address \"" + printable(text, 100) + "\"");
  if (rest.empty()) return out;
  const auto digits = rest.substr(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (rest[0] != ':' || digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || out.port == 0) {
    return bad("the port in \"" + printable(text, 100) + "\" is a number from 1 to 65535");
  }
  return out;
}

bool is_redis_url(std::string_view text) noexcept {
  for (const auto& scheme : kSchemes) {
    if (text.starts_with(scheme.name)) return true;
  }
  return false;
}

Result<RedisSettings> parse_redis_url(std::string_view url) {
  for (const auto& scheme : kSchemes) {
    if (!url.starts_with(scheme.name)) continue;
    url.remove_prefix(scheme.name.size());
    RedisSettings out;
    out.mode = scheme.mode;
    if (scheme.tls) out.tls = out.sentinel_tls = RedisTls{};
    const auto question = url.find('?');
    const auto query = question == std::string_view::npos ? std::string_view() : url.substr(question + 1);
    url = url.substr(0, question);
    if (url.find('#') != std::string_view::npos) return bad("a Redis URL has no fragment; write # in a password as %23");
    if (const auto at = url.rfind('@'); at != std::string_view::npos) {
      TRY_VOID(read_credentials(url.substr(0, at), out));
      url.remove_prefix(at + 1);
    }
    auto path = url;
    const auto hosts = take_up_to(path, '/');
    if (!hosts) path = {};
    TRY_VOID(read_endpoints(hosts.value_or(url), out));
    if (out.mode == RedisMode::Sentinel) {
      const auto master = take_up_to(path, '/');
      TRY(out.master_name, percent_decode(master.value_or(path)));
      if (!master) path = {};
      if (out.master_name.empty()) return bad("redis+sentinel:// needs the master's name: redis+sentinel://host:26379/mymaster");
    }
    TRY_VOID(read_database(path, out));
    TRY_VOID(read_query(query, out));
    return out;
  }
  return bad("not a Redis URL: redis://, rediss://, redis+sentinel:// or redis+cluster://");
}

}  // namespace vmcpauth::proxy
