#include "tests/unit/client/login_world.hpp"

namespace vmcpauth::test {

LoginWorld::LoginWorld() {
  http.on("https://mcp.test/", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{404, {}, ""}; });
  http.on("https://as.test/", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{404, {}, ""}; });
  http.on("https://mcp.test/mcp", [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    const auto field = request.headers.get("authorization");
    const std::string wanted = "Bearer " + (good_token.empty() ? "access-" + std::to_string(issued) : good_token);
    if (field == wanted) return http::ClientResponse{200, {}, "fine"};
    return http::ClientResponse{401, {{"WWW-Authenticate", challenge}}, ""};
  });
  http.on("https://mcp.test/.well-known/oauth-protected-resource/mcp", [this](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return resource.is_null() ? http::ClientResponse{404, {}, ""} : json_response(200, resource);
  });
  http.on("https://as.test/.well-known/oauth-authorization-server",
          [this](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(200, metadata); });
  http.on("https://as.test/register",
          [](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(201, {{"client_id", "registered"}}); });
  http.on("https://as.test/token", [this](const http::ClientRequest& request) -> Result<http::ClientResponse> { return give_tokens(request); });
  restart();
}

http::ClientResponse LoginWorld::give_tokens(const http::ClientRequest& request) {
  token_bodies.push_back(request.body);
  if (!token_answers.empty()) {
    auto answer = token_answers.front();
    token_answers.erase(token_answers.begin());
    return answer;
  }
  const auto number = std::to_string(++issued);
  Json answer{{"access_token", "access-" + number}, {"token_type", "Bearer"}, {"expires_in", 3600}};
  if (give_refresh_tokens) answer["refresh_token"] = "refresh-" + number;
  return json_response(200, answer);
}

void LoginWorld::restart(bool fresh, client::Asking asking) {
  auto opened = client::CredentialStore::open(dir.path() / "vmcpauth", files, env, random);
  REQUIRE(opened.has_value());
  store = std::make_unique<client::CredentialStore>(*std::move(opened));
  tokens = std::make_unique<client::ServerTokens>(
      client::Ports{http, clock, random, timer}, *store, &agent, progress,
      client::ServerTokensSettings{.login = settings.clone(), .asking = asking, .fresh = fresh, .read_secret = read_secret});
  access = std::make_unique<client::ServerAccess>(settings.server, *tokens, clock, random);
}

Result<http::ClientResponse> LoginWorld::call() {
  client::AuthorizingHttpClient client(http, *access);
  http::ClientRequest request{.method = "POST", .url = settings.server, .body = "{}"};
  auto sent = client.send(std::move(request));
  auto done = run_ready(std::move(sent));
  REQUIRE(done.has_value());
  return *std::move(done);
}

}  // namespace vmcpauth::test
