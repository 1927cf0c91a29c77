#include "core/oauth/server_metadata.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"

using namespace vmcpauth;
using oauth::DiscoveryOrder;

namespace {

Json document(const std::string& issuer) {
  return {{"issuer", issuer}, {"authorization_endpoint", issuer + "/authorize"}, {"token_endpoint", issuer + "/token"}, {"jwks_uri", issuer + "/jwks"}};
}

std::vector<std::string> urls(const std::string& issuer, DiscoveryOrder order) {
  const auto list = oauth::discovery_urls(issuer, order);
  REQUIRE(list);
  std::vector<std::string> out;
  for (const auto& url : *list) out.push_back(url.text());
  return out;
}

Result<oauth::ServerMetadata> discover(test::FakeHttpClient& client, oauth::DiscoverySettings settings) {
  auto result = run_ready(oauth::discover(client, std::move(settings)));
  REQUIRE(result.has_value());
  return *std::move(result);
}

}  // namespace

TEST_CASE("discovery: well-known URLs in the order of the specification", "[oauth]") {
  using List = std::vector<std::string>;
  CHECK(urls("https://as.example", DiscoveryOrder::OAuth) ==
        List{"https://as.example/.well-known/oauth-authorization-server", "https://as.example/.well-known/openid-configuration"});
  CHECK(urls("https://as.example/", DiscoveryOrder::OAuth) ==
        List{"https://as.example/.well-known/oauth-authorization-server", "https://as.example/.well-known/openid-configuration"});
  CHECK(urls("https://as.example/tenant1", DiscoveryOrder::OAuth) == List{"https://as.example/.well-known/oauth-authorization-server/tenant1",
                                                                          "https://as.example/.well-known/openid-configuration/tenant1",
                                                                          "https://as.example/tenant1/.well-known/openid-configuration"});
  CHECK(urls("https://as.example:8443/a/b/", DiscoveryOrder::OpenId) == List{"https://as.example:8443/a/b/.well-known/openid-configuration",
                                                                             "https://as.example:8443/.well-known/oauth-authorization-server/a/b",
                                                                             "https://as.example:8443/.well-known/openid-configuration/a/b"});
  for (const char* issuer : {"", "as.example", "ftp://as.example", "https://as.example?x=1", "https://as.example#f", "https://user@as.example"}) {
    INFO(issuer);
    CHECK(oauth::discovery_urls(issuer, DiscoveryOrder::OAuth).error().code() == ErrorCode::InvalidInput);
  }
}

TEST_CASE("metadata: reads a document and its defaults", "[oauth]") {
  auto json = document("https://as.example");
  json["scopes_supported"] = {"openid", "profile"};
  json["code_challenge_methods_supported"] = {"S256"};
  json["authorization_response_iss_parameter_supported"] = true;
  json["unknown"] = {{"kept", true}};
  const auto metadata = oauth::parse_server_metadata(dump_json(json), "https://as.example", {});
  REQUIRE(metadata);
  CHECK(metadata->token_endpoint->text() == "https://as.example/token");
  CHECK_FALSE(metadata->registration_endpoint);
  CHECK(metadata->scopes_supported == std::vector<std::string>{"openid", "profile"});
  CHECK(metadata->authorization_response_iss_parameter_supported);
  CHECK_FALSE(metadata->client_id_metadata_document_supported);
  CHECK(metadata->document == json);
}

TEST_CASE("metadata: refuses documents that cannot be trusted", "[oauth]") {
  const auto with = [](const char* name, Json value) {
    auto json = document("https://as.example");
    json[name] = std::move(value);
    return dump_json(json);
  };
  const std::string cases[] = {"",
                               "<html>",
                               "[]",
                               "{}",
                               R"({"issuer":"https://as.example","issuer":"https://as.example"})",
                               with("issuer", "https://as.example/"),
                               with("issuer", "https://evil.example"),
                               with("issuer", "https://AS.example"),
                               with("issuer", nullptr),
                               with("issuer", 7),
                               with("token_endpoint", "http://as.example/token"),
                               with("token_endpoint", "/token"),
                               with("token_endpoint", "javascript:alert(1)"),
                               with("token_endpoint", 7),
                               with("authorization_endpoint", "https://as.example/a#fragment"),
                               with("authorization_endpoint", "https://user:pw@as.example/a"),
                               with("jwks_uri", "file:///etc/passwd"),
                               with("jwks_uri", "http://10.0.0.1/jwks"),
                               with("scopes_supported", "openid"),
                               with("scopes_supported", {1}),
                               with("authorization_response_iss_parameter_supported", "yes"),
                               with("padding", std::string(300'000, 'x'))};
  for (const auto& text : cases) {
    INFO(text.substr(0, 200));
    const auto metadata = oauth::parse_server_metadata(text, "https://as.example", {});
    REQUIRE_FALSE(metadata);
    CHECK(metadata.error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("metadata: plain http endpoints where the peer policy lets a request go", "[oauth]") {
  CHECK(oauth::parse_server_metadata(dump_json(document("http://127.0.0.1:9000")), "http://127.0.0.1:9000", {}));
  CHECK_FALSE(oauth::parse_server_metadata(dump_json(document("http://as.internal")), "http://as.internal", {}));
  CHECK(oauth::parse_server_metadata(dump_json(document("http://as.internal")), "http://as.internal", {.allow_http = true}));
}

TEST_CASE("discovery: tries the next URL after a 404, a page, another issuer or an endless answer", "[oauth]") {
  test::FakeHttpClient client;
  const std::string issuer = "https://as.example/t";
  client.on_json("https://as.example/.well-known/openid-configuration/t", 200, dump_json(document(issuer)));
  struct Case {
    const char* name;
    test::FakeHttpClient::Answer answer;
  };
  const Case cases[] = {
      {"404", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{404, {}, "no"}; }},
      {"401", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{401, {}, "no"}; }},
      {"500", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{500, {}, "no"}; }},
      {"302", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{302, {{"Location", "https://evil.example/"}}, ""}; }},
      {"page", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{200, {}, "<!doctype html>"}; }},
      {"another issuer", [](const auto&) -> Result<http::ClientResponse> { return http::ClientResponse{200, {}, dump_json(document("https://as.example"))}; }},
      {"too large", [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::TooLarge, "body too large"); }},
      {"garbage", [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::BadResponse, "not HTTP"); }},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    client.on("https://as.example/.well-known/oauth-authorization-server/t", c.answer);
    CHECK(discover(client, {.issuer = issuer, .order = DiscoveryOrder::OAuth}));
  }
}

TEST_CASE("discovery: a host that cannot be reached ends it", "[oauth]") {
  for (const auto code : {ErrorCode::Unreachable, ErrorCode::Timeout, ErrorCode::BlockedAddress}) {
    test::FakeHttpClient client;
    client.on("https://as.example/", [code](const auto&) -> Result<http::ClientResponse> { return fail(code, "trouble"); });
    CHECK(discover(client, {.issuer = "https://as.example/t"}).error().code() == code);
    CHECK(client.requests.size() == 1);
  }
}

TEST_CASE("discovery: the error tells the most there is to tell", "[oauth]") {
  test::FakeHttpClient client;
  client.on_json("https://as.example/", 404, "");
  const auto nothing = discover(client, {.issuer = "https://as.example/t"});
  CHECK(nothing.error().code() == ErrorCode::NotFound);
  client.on_json("https://as.example/t/.well-known/openid-configuration", 200, dump_json(document("https://as.example/other")));
  const auto other = discover(client, {.issuer = "https://as.example/t"});
  CHECK(other.error().code() == ErrorCode::BadResponse);
  CHECK(other.error().describe() ==
        "metadata is of another issuer: it says \"https://as.example/other\", expected \"https://as.example/t\": document at "
        "https://as.example/t/.well-known/openid-configuration");
}

TEST_CASE("discovery: an http issuer is not asked unless allowed; the peer policy goes along", "[oauth]") {
  test::FakeHttpClient client;
  client.on_json("http://as.internal/", 200, dump_json(document("http://as.internal")));
  CHECK(discover(client, {.issuer = "http://as.internal"}).error().code() == ErrorCode::InvalidInput);
  CHECK(client.requests.empty());
  REQUIRE(discover(client, {.issuer = "http://as.internal", .peer = {.allow_private_addresses = true, .allow_http = true, .ca_bundle_path = "ca.pem"}}));
  CHECK(client.requests.at(0).peer.allow_private_addresses);
  CHECK(client.requests.at(0).peer.ca_bundle_path == "ca.pem");
}
