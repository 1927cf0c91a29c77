#include "tests/unit/authserver/world.hpp"

#include "tests/support/catch.hpp"

namespace vmcpauth::test {
namespace {

http::Response run(authserver::AuthServer& server, http::Request request) {
  auto response = run_ready(server.handle(std::move(request)));
  REQUIRE(response.has_value());
  return *std::move(response);
}

Tokens parsed(http::Response response) {
  auto body = parse_json_object(response.body);
  REQUIRE(body.has_value());
  return {std::move(response), *std::move(body)};
}

}  // namespace

std::map<std::string, std::string> query_of(const std::string& url) {
  std::map<std::string, std::string> out;
  const auto mark = url.find('?');
  if (mark == std::string::npos) return out;
  const auto fields = form_decode(std::string_view(url).substr(mark + 1));
  REQUIRE(fields.has_value());
  for (const auto& [name, value] : *fields) out[name] = value;
  return out;
}

std::string location(const http::Response& response) { return std::string(response.headers.get("location").value_or(std::string_view{})); }

std::string step_of(const std::string& html) {
  const std::string mark = std::string("action=\"") + kIssuer;
  const auto at = html.find(mark + "/oauth/step/");
  if (at == std::string::npos) return {};
  const auto start = at + mark.size();
  return html.substr(start, html.find('"', start) - start);
}

http::Response Browser::visit(authserver::AuthServer& server, const std::string& path, const FormFields& query) {
  return send(server, {.method = "GET", .path = path, .query = form_encode(query)});
}

http::Response Browser::send(authserver::AuthServer& server, http::Request request) {
  std::string header;
  for (const auto& [name, value] : cookies) header += (header.empty() ? "" : "; ") + name + "=" + value;
  if (!header.empty()) request.headers.set("Cookie", header);
  auto response = run(server, std::move(request));
  for (const auto& field : response.headers) {
    if (field.name != "Set-Cookie") continue;
    const auto equals = field.value.find('=');
    const auto name = field.value.substr(0, equals);
    const auto value = field.value.substr(equals + 1, field.value.find(';') - equals - 1);
    if (field.value.find("Max-Age=0") != std::string::npos) {
      cookies.erase(name);
    } else {
      cookies[name] = value;
    }
  }
  return response;
}

World::World(std::vector<std::string> upstreams) {
  config.issuer = kIssuer;
  config.allowed_audiences = {kResource};
  for (auto& name : upstreams) {
    config::Upstream upstream;
    upstream.name = name;
    upstream.redirect_uri = std::string(kIssuer) + "/oauth/callback";
    config.upstreams.push_back(std::move(upstream));
    providers_.push_back(std::make_unique<FakeProvider>(name));
    providers_.back()->subject = name + "-user";
  }
}

void World::start() {
  std::vector<upstream::Provider*> chain;
  for (const auto& provider : providers_) chain.push_back(provider.get());
  auto made = authserver::AuthServer::make(config, {.store = store,
                                                    .providers = std::move(chain),
                                                    .clock = clock,
                                                    .random = random,
                                                    .http = http,
                                                    .logger = log.logger,
                                                    .timeline = timeline,
                                                    .walkthrough = walkthrough});
  if (!made) FAIL(made.error().describe());
  server_ = *std::move(made);
}

http::Response World::send(http::Request request) { return run(*server_, std::move(request)); }

http::Response World::get(const std::string& path, const FormFields& query) { return send({.method = "GET", .path = path, .query = form_encode(query)}); }

http::Response World::post_form(const std::string& path, const FormFields& form, const http::Headers& headers) {
  http::Request request{.method = "POST", .path = path, .headers = headers, .body = form_encode(form)};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  return send(std::move(request));
}

http::Response World::post_json(const std::string& path, const std::string& body) {
  return send({.method = "POST", .path = path, .headers = {{"Content-Type", "application/json"}}, .body = body});
}

Json World::register_client(const Json& metadata) {
  const auto response = post_json("/oauth/register", metadata.dump());
  INFO(response.body);
  REQUIRE(response.status == 201);
  clock.advance(Seconds(1));  // the rate limit is not what is tested here
  return *parse_json_object(response.body);
}

FormFields World::authorize_query(const std::string& client_id) const {
  return {{"response_type", "code"},          {"client_id", client_id},  {"redirect_uri", kRedirect},
          {"scope", "openid offline_access"}, {"state", "client-state"}, {"code_challenge", oauth::s256_challenge(kVerifier)},
          {"code_challenge_method", "S256"},  {"resource", kResource}};
}

http::Response World::log_in(Browser& browser, const FormFields& query) {
  auto response = browser.visit(*server_, "/oauth/authorize", query);
  for (int leg = 0; leg < 10; ++leg) {
    if (const auto step = step_of(response.body); response.status == 200 && !step.empty()) {
      response = browser.send(*server_,
                              {.method = "POST", .path = step, .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = "answer=continue"});
      continue;
    }
    const auto target = location(response);
    bool at_provider = false;
    for (std::size_t i = 0; i < providers_.size() && !at_provider; ++i) {
      if (!target.starts_with("https://" + providers_[i]->name() + ".test/")) continue;
      response = answer(browser, i);
      at_provider = true;
    }
    if (!at_provider) return response;
  }
  FAIL("the chain does not end");
  return response;
}

http::Response World::answer(Browser& browser, std::size_t provider_index, const FormFields& more) {
  FormFields query{{"state", provider(provider_index).legs.back().state}};
  query.insert(query.end(), more.begin(), more.end());
  return browser.visit(*server_, "/oauth/callback", query);
}

std::string World::obtain_code(const std::string& client_id, const FormFields& more) {
  Browser browser;
  auto query = authorize_query(client_id);
  for (const auto& [name, value] : more) query = with(std::move(query), name, value);
  const auto response = log_in(browser, query);
  INFO(location(response));
  REQUIRE(query_of(location(response)).contains("code"));
  return query_of(location(response))["code"];
}

Tokens World::redeem(const std::string& client_id, const std::string& code, const FormFields& more) {
  FormFields form{{"grant_type", "authorization_code"}, {"client_id", client_id}, {"code", code}, {"redirect_uri", kRedirect}, {"code_verifier", kVerifier}};
  for (const auto& [name, value] : more) form = with(std::move(form), name, value);
  return parsed(post_form("/oauth/token", form));
}

Tokens World::refresh(const std::string& client_id, const std::string& token, const FormFields& more) {
  FormFields form{{"grant_type", "refresh_token"}, {"client_id", client_id}, {"refresh_token", token}};
  for (const auto& [name, value] : more) form = with(std::move(form), name, value);
  return parsed(post_form("/oauth/token", form));
}

Json World::claims_of(const std::string& jwt) {
  const auto first = jwt.find('.');
  const auto payload = base64url_decode(std::string_view(jwt).substr(first + 1, jwt.rfind('.') - first - 1));
  REQUIRE(payload.has_value());
  return *parse_json_object(*payload);
}

std::vector<store::UpstreamTokens> World::upstream_tokens(const std::string& session_id) {
  auto rows = run_ready(store.list_upstream_tokens(session_id, clock.now()));
  REQUIRE(rows.has_value());
  REQUIRE(rows->has_value());
  return **std::move(rows);
}

FormFields with(FormFields fields, const std::string& name, std::optional<std::string> value) {
  std::erase_if(fields, [&](const auto& field) { return field.first == name; });
  if (value) fields.emplace_back(name, *std::move(value));
  return fields;
}

}  // namespace vmcpauth::test
