#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "proxy/demo/authorize_request.hpp"
#include "proxy/demo/sign_in_page.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr Seconds kFormLifetime{600};
constexpr Seconds kRememberUser = std::chrono::hours(24 * 30);

// Cookies ignore ports, so every provider on this machine needs names of its own.
std::string cookie_name(const ProviderContext& context, std::string_view purpose) {
  return "vmcpauth_idp_" + std::string(purpose) + "_" + hex_encode(crypto::sha256(context.spec.issuer)).substr(0, 12);
}

std::string cookie(const http::Request& request, const std::string& name) {
  std::string_view rest = request.headers.get("Cookie").value_or("");
  while (!rest.empty()) {
    auto pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return std::string(pair.substr(name.size() + 1));
  }
  return {};
}

std::string set_cookie(const ProviderContext& context, const std::string& name, const std::string& value, Seconds lifetime) {
  const std::string path = context.issuer.path().empty() ? "/" : context.issuer.path();
  return name + "=" + value + "; Path=" + path + "; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(lifetime.count()) +
         (context.issuer.is_https() ? "; Secure" : "");
}

std::string form_tag_input(const std::string& browser, const std::string& query, std::string_view expires) {
  return browser + "\n" + std::string(expires) + "\n" + query;
}

// "<expiry>.<tag>": good for this browser, exactly these request parameters, and ten minutes.
std::string make_csrf(const ProviderContext& context, const std::string& browser, const std::string& query) {
  const std::string expires = std::to_string(unix_seconds(context.clock.now() + kFormLifetime));
  return expires + "." + base64url_encode(context.form_key.tag(form_tag_input(browser, query, expires)));
}

bool csrf_is_good(const ProviderContext& context, const std::string& browser, const std::string& query, std::string_view csrf) {
  const auto dot = csrf.find('.');
  if (browser.empty() || dot == std::string_view::npos) return false;
  const auto expires = csrf.substr(0, dot);
  const auto tag = base64url_decode(csrf.substr(dot + 1));
  if (!tag || !context.form_key.verify(form_tag_input(browser, query, expires), *tag)) return false;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  return error == std::errc() && end == expires.data() + expires.size() && unix_seconds(context.clock.now()) < seconds;
}

// login_hint, else whoever signed in here last, else the first.
std::string first_choice(const ProviderContext& context, const AuthorizeRequest& authorize, const std::string& last_user) {
  const auto& users = context.spec.users;
  for (const auto& user : users) {
    if (!authorize.login_hint.empty() && (authorize.login_hint == user.email || authorize.login_hint == user.subject)) return user.subject;
  }
  for (const auto& user : users) {
    if (last_user == percent_encode(user.subject)) return user.subject;
  }
  return users.front().subject;
}

std::string own_path(const ProviderContext& context, const std::string& query) { return context.issuer.path() + "/authorize?" + query; }

http::Response show_page(ProviderContext& context, const http::Request& request, const AuthorizeRequest& authorize) {
  const auto name = cookie_name(context, "browser");
  std::string browser = cookie(request, name);
  const bool known = base64url_decode(browser).value_or("").size() == 32;
  if (!known) browser = context.random.token();
  const auto redirect = Url::parse(authorize.redirect_uri);
  auto response = sign_in_page({.provider = context.spec.name,
                                .client_id = authorize.client->client_id,
                                .redirect_host = redirect ? redirect->origin() : authorize.redirect_uri,
                                .scopes = authorize.scopes,
                                .users = context.spec.users,
                                .selected = first_choice(context, authorize, cookie(request, cookie_name(context, "user"))),
                                .form_action = own_path(context, request.query),
                                .csrf = make_csrf(context, browser, request.query)});
  response.headers.add("Set-Cookie", set_cookie(context, name, browser, kRememberUser));
  return response;
}

http::Response decide(ProviderContext& context, const AuthorizeRequest& authorize, const Parameters& form) {
  const auto decision = form.get_or_empty("decision");
  if (decision == "deny") return redirect_to_client(context, authorize, {{"error", "access_denied"}, {"error_description", "the user said no"}});
  const auto& users = context.spec.users;
  const auto user = std::find_if(users.begin(), users.end(), [&](const DemoUser& u) { return u.subject == form.get("user"); });
  if (decision != "allow" || user == users.end()) return sign_in_error_page(400, context.spec.name, "The form names no user or no decision.");
  const auto code = context.state.add_code({.grant = {.client_id = authorize.client->client_id,
                                                      .user = *user,
                                                      .scopes = authorize.scopes,
                                                      .audience = authorize.audience,
                                                      .nonce = authorize.nonce,
                                                      .auth_time = context.clock.now()},
                                            .redirect_uri = authorize.redirect_uri,
                                            .code_challenge = authorize.code_challenge});
  auto response = redirect_to_client(context, authorize, {{"code", code}});
  response.headers.add("Set-Cookie", set_cookie(context, cookie_name(context, "user"), percent_encode(user->subject), kRememberUser));
  return response;
}

http::Response read_form(ProviderContext& context, const http::Request& request, const AuthorizeRequest& authorize) {
  const auto form = Parameters::of_form(request);
  if (!form) return sign_in_error_page(400, context.spec.name, "The form could not be read.");
  // Fetch metadata says where the form stood, whatever the Referrer-Policy does to Origin ("none": the user's own doing).
  const auto site = request.headers.get("Sec-Fetch-Site").value_or("same-origin");
  const bool own_form = site == "same-origin" || site == "none";
  const auto browser = cookie(request, cookie_name(context, "browser"));
  if (!own_form || !csrf_is_good(context, browser, request.query, form->get_or_empty("csrf"))) {
    return sign_in_error_page(403, context.spec.name, "The form is not the one this page showed to this browser, or it is too old.",
                              own_path(context, request.query));
  }
  return decide(context, authorize, *form);
}

}  // namespace

http::Response answer_authorize(ProviderContext& context, const http::Request& request) {
  const auto authorize = read_authorize_request(context, request.query);
  if (!authorize) return authorize.error();
  return request.method == "POST" ? read_form(context, request, *authorize) : show_page(context, request, *authorize);
}

}  // namespace vmcpauth::proxy
