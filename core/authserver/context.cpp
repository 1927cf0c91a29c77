#include "core/authserver/context.hpp"

#include <array>
#include <vector>

#include "core/base/url.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

// Will a cookie set at our authorization endpoint come back at this callback? Ports do not matter to cookies.
bool reaches(const CookieScope& scope, const Url& browser, const std::string& redirect_uri) {
  const auto callback = Url::parse(redirect_uri);
  return callback && callback->scheme() == browser.scheme() && callback->host() == browser.host() &&
         (scope.secure || callback->path().starts_with(scope.path + "/"));
}

}  // namespace

Result<Endpoints> make_endpoints(const config::AuthServer& config) {
  auto issuer = Url::parse(config.issuer);
  if (!issuer) return fail(ErrorCode::InvalidConfig, "issuer: " + issuer.error().message());
  if (issuer->has_query() || issuer->has_fragment() || config.issuer.ends_with('/')) {
    return fail(ErrorCode::InvalidConfig, "issuer has a query, a fragment or a trailing slash");
  }
  const std::string base = config.authorization_endpoint_base.empty() ? config.issuer : config.authorization_endpoint_base;
  auto browser = Url::parse(base);
  if (!browser) return fail(ErrorCode::InvalidConfig, "authorization_endpoint_base_url: " + browser.error().message());
  Endpoints out;
  out.issuer = config.issuer;
  out.issuer_path = issuer->path();
  out.authorize = base + "/oauth/authorize";
  out.error_report = base + "/oauth/error/";
  out.step = base + "/oauth/step/";
  out.progress = config.issuer + "/oauth/progress";
  out.session = config.issuer + "/oauth/session";
  out.token = config.issuer + "/oauth/token";
  out.revocation = config.issuer + "/oauth/revoke";
  out.registration = config.issuer + "/oauth/register";
  out.jwks = config.issuer + "/.well-known/jwks.json";
  out.cookies = {browser->is_https(), browser->path() + "/oauth"};
  for (const auto& upstream : config.upstreams) out.can_bind_browser = out.can_bind_browser && reaches(out.cookies, *browser, upstream.redirect_uri);
  return out;
}

std::vector<std::string> Context::login_resources() const {
  auto out = config.allowed_audiences;
  out.insert(out.end(), deps.backend_resources.begin(), deps.backend_resources.end());
  return out;
}

void note(const Context& context, LogLevel level, Event event) {
  event.at = context.now();
  if (context.deps.logger.enabled(level)) {
    std::vector<LogField> fields{{"login", event.login}};
    const auto text = [&](LogKey name, const std::string& value) {
      if (!value.empty()) fields.emplace_back(name, value);
    };
    text("provider", event.provider);
    text("client_id", event.client_id);
    text("code", event.code);
    text("detail", event.detail);
    context.deps.logger.write(level, log_event(event.kind), fields);
  }
  context.deps.timeline.record(std::move(event));
}

std::string client_text(const Error& error) {
  const auto code = oauth::oauth_code(error);
  constexpr std::array<std::string_view, 10> kOwnMistakes{
      "invalid_request",           "invalid_scope",       "invalid_target", "invalid_redirect_uri",  "invalid_client_metadata", "unsupported_grant_type",
      "unsupported_response_type", "unauthorized_client", "login_required", "unsupported_token_type"};
  for (const auto own : kOwnMistakes) {
    if (code == own && error.oauth_code()) return oauth::as_description(error.message());
  }
  return std::string(oauth::fixed_description(code));
}

}  // namespace vmcpauth::authserver
