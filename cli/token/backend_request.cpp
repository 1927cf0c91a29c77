#include "cli/token/backend_request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/token/document_shapes.hpp"
#include "cli/token/session_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_options.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/identity/upstream_refresher.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"

namespace vmcpauth::cli {
namespace {

struct Header {
  std::string name, value;
};

// What stands in for a stored token.
struct StoredToken {
  std::string session;
  store::UpstreamTokens row;
  bool usable = true;
  std::string verdict;  // "" = it is good as it is
};

struct Shown {
  std::string strategy;
  std::vector<Header> headers;
  std::optional<StoredToken> token;
  std::string remark;
};

StoredToken judged(std::string session, store::UpstreamTokens row, TimePoint now) {
  StoredToken out{std::move(session), std::move(row), true, {}};
  const bool expired = identity::UpstreamRefresher::is_expired(out.row, now);
  if (out.row.access_token.empty()) {
    out.usable = false;
    out.verdict = "there is no access token";
  } else if (expired && out.row.refresh_token.empty()) {
    out.usable = false;
    out.verdict = "it has expired, and there is no refresh token";
  } else if (expired) {
    out.verdict = "it has expired: the server refreshes it before the request (token refresh tries that)";
  }
  return out;
}

Result<StoredToken> stored_token(const World& world, const Invocation& invocation, const std::string& provider) {
  const auto network = world.network();
  TRY(const auto opened, open_store(world, *network, invocation, Access::Read));
  const auto now = world.clock.now();
  inspect::SessionQuery query{.user = invocation.value("user").value_or(""), .provider = provider};
  if (!invocation.arguments().empty()) query.session = invocation.arguments().front();
  TRY(auto session, network->run(inspect::choose_session(*opened.store, std::move(query), now)));
  TRY(const auto* row, inspect::choose_row(session, provider));
  return judged(session.session_id, row->clone(), now);
}

class Description {
 public:
  Description(const World& world, const Invocation& invocation) : world_(world), invocation_(invocation), reveal_(invocation.has("reveal")) {}

  Result<Shown> operator()(const config::Unauthenticated& /*strategy*/) const {
    return Shown{"unauthenticated", {}, std::nullopt, "the client's own Authorization is never passed on"};
  }
  Result<Shown> operator()(const config::HeaderInjection& strategy) const {
    return Shown{"header_injection", {{strategy.header_name, shown(strategy.header_value)}}, std::nullopt, "the same for every user"};
  }
  Result<Shown> operator()(const config::UpstreamInject& strategy) const {
    Shown out{"upstream_inject", {}, std::nullopt, "the stored access token of provider " + strategy.provider_name};
    std::string value = "[redacted]";
    if (!invocation_.has("dry-run")) {
      TRY(out.token, stored_token(world_, invocation_, strategy.provider_name));
      value = shown(out.token->row.access_token);
    }
    if (!out.token || out.token->usable) out.headers.push_back({"Authorization", "Bearer " + value});
    return out;
  }
  Result<Shown> operator()(const config::TokenExchange& /*strategy*/) const { return fail(ErrorCode::Internal, "an exchange is shown elsewhere"); }

 private:
  [[nodiscard]] std::string shown(const Secret& secret) const { return reveal_ ? printable(secret.reveal(), secret.reveal().size() * 4 + 16) : "[redacted]"; }

  const World& world_;
  const Invocation& invocation_;
  bool reveal_;
};

std::string text(const Shown& shown, const config::Backend& backend, const std::vector<std::string>& passed, TimePoint now, const Paint& paint) {
  std::string out = fmt::format("{} uses {}: nothing is exchanged\n", paint.bold(printable(backend.name, 80)), shown.strategy);
  const bool sent = !shown.token || shown.token->usable;
  if (sent) {
    out += fmt::format("{} {}{}\n", paint.bold("request to"), backend.url.origin(), backend.url.path());
    for (const auto& header : shown.headers) out += fmt::format("  {:<20}  {}\n", header.name + ":", header.value);
    for (const auto& header : backend.forward_headers) out += fmt::format("  {:<20}  [redacted] (forwarded by the configuration)\n", header.name + ":");
    if (shown.headers.empty() && backend.forward_headers.empty()) out += "  no credential\n";
    if (!passed.empty()) out += fmt::format("  and, when the client sends them: {}\n", fmt::join(passed, ", "));
  } else {
    out += paint.bad("no request is sent") + ": " + shown.token->verdict + "; the client is told to sign in again\n";
  }
  out += "  " + shown.remark + "\n";
  if (shown.token) {
    out += fmt::format("  session {}: {}\n", inspect::short_id(shown.token->session), row_text(shown.token->row, now, paint));
    if (sent && !shown.token->verdict.empty()) out += "  " + paint.warning(shown.token->verdict) + "\n";
  }
  return out;
}

OrderedJson json(const Shown& shown, const config::Backend& backend, const std::vector<std::string>& passed, TimePoint now) {
  auto headers = OrderedJson::object();
  for (const auto& header : backend.forward_headers) headers[header.name] = "[redacted]";
  for (const auto& header : shown.headers) headers[header.name] = header.value;
  JsonObject<kBackendHeadersShape> request;
  request.set("url", backend.url.origin() + backend.url.path()).set("headers", std::move(headers)).set("passed_from_client", passed);
  JsonObject<kBackendRequestShape> out;
  out.set("backend", backend.name).set("strategy", shown.strategy).set("exchanges", false).set("sent", !shown.token || shown.token->usable);
  out.set("request", request.take()).set("remark", shown.remark);
  if (shown.token) {
    out.set("tsid", shown.token->session).set("token", inspect::to_json(shown.token->row, now));
    out.set_unless_empty("verdict", shown.token->verdict);
  }
  return out.take();
}

Result<void> check_options(const Invocation& invocation, const config::Backend& backend) {
  for (const char* name : {"try", "token-url", "audience", "resource", "scope", "subject-provider", "subject-token-type", "subject-token-file", "client-id",
                           "client-secret-env", "client-secret-file"}) {
    if (!invocation.has(name)) continue;
    return fail(ErrorCode::InvalidInput, fmt::format("the backend {} exchanges nothing: --{} has no place there", printable(backend.name, 80), name));
  }
  return {};
}

}  // namespace

Result<const config::Backend*> find_backend(const config::Runtime& runtime, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& one : runtime.backends) {
    if (one.name == name) return &one;
    names.push_back(printable(one.name, 80));
  }
  const auto there = names.empty() ? std::string("it has none") : fmt::format("it has {}", fmt::join(names, ", "));
  return fail(ErrorCode::InvalidInput, fmt::format("the configuration has no backend \"{}\"; {}", printable(name, 80), there));
}

Result<ExitStatus> show_backend_request(const World& world, const Invocation& invocation, const config::Runtime& runtime, const config::Backend& backend) {
  TRY_VOID(check_options(invocation, backend));
  TRY(const auto shown, std::visit(Description(world, invocation), backend.strategy));
  const auto now = world.clock.now();
  if (invocation.has("json")) {
    print_json(world, json(shown, backend, runtime.passthrough_headers, now));
  } else {
    world.output << text(shown, backend, runtime.passthrough_headers, now, output_paint(world, invocation));
  }
  return !shown.token || shown.token->usable ? ExitStatus::Fine : ExitStatus::Findings;
}

}  // namespace vmcpauth::cli
