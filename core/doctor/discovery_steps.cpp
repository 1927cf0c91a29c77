// What the documents say: protected-resource metadata, authorization-server metadata, keys; and the authorization endpoint's manners.
#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/client/protected_resource.hpp"
#include "core/doctor/steps.hpp"

namespace vmcpauth::doctor {
namespace {

constexpr const char* kForeignRedirect = "https://vmcpauth-doctor.invalid/callback";

// Where a web client would live: on this machine for a server of this machine, where the MCP Inspector listens.
std::string web_origin(const Patient& patient) { return patient.server.is_loopback() ? "http://localhost:6274" : "https://inspector.invalid"; }

http::ClientRequest document(const Patient& patient, Url url) {
  http::ClientRequest request{.method = "GET", .url = std::move(url)};
  request.headers = {{"Accept", "application/json"}, {"Origin", web_origin(patient)}};
  request.peer = patient.peer;
  return request;
}

void check_cors(const Patient& patient, const http::ClientResponse& response, Step& step, const std::string& what) {
  const auto allowed = response.headers.get("access-control-allow-origin");
  if (allowed && (*allowed == "*" || *allowed == web_origin(patient))) return;
  step.find(Rule::MetadataWithoutCors, what + " is not readable for web pages", "send Access-Control-Allow-Origin: * with it");
}

// An Origin check that covers metadata too may refuse the look of a web page: the document itself may still be there.
Task<Result<http::ClientResponse>> get(const Patient& patient, Step& step, Url url) {
  auto request = document(patient, url);
  auto response = co_await look(patient, step, std::move(request));
  if (!response || response->status != 403) co_return response;
  auto plain = document(patient, std::move(url));
  plain.headers.remove("Origin");
  auto again = co_await look(patient, step, std::move(plain));
  co_return again;
}

void check_registration(const oauth::ServerMetadata& metadata, Step& step) {
  if (metadata.registration_endpoint || metadata.client_id_metadata_document_supported) return;
  step.find(Rule::NoRegistrationWay, "neither registration_endpoint nor client_id_metadata_document_supported",
            "offer one of them, or tell users the client_id to give to their client");
}

void check_endpoints(const oauth::ServerMetadata& metadata, Step& step) {
  if (!metadata.authorization_endpoint || !metadata.token_endpoint) {
    step.find(Rule::BadServerMetadata, std::string(metadata.token_endpoint ? "authorization_endpoint" : "token_endpoint") + " is missing",
              "publish both endpoints");
  }
  if (std::ranges::find(metadata.code_challenge_methods_supported, "S256") == metadata.code_challenge_methods_supported.end()) {
    step.find(Rule::PkceNotAdvertised, "code_challenge_methods_supported has no S256", "support PKCE and add \"code_challenge_methods_supported\": [\"S256\"]");
  }
  check_registration(metadata, step);
  if (!metadata.authorization_response_iss_parameter_supported) {
    step.find(Rule::IssuerNotReturned, "authorization_response_iss_parameter_supported is not true", "send iss in authorization answers and say so");
  }
}

// The issuer a document names, when it is a document at all.
std::string issuer_in(const std::string& text) {
  const auto json = parse_json_object(text);
  if (!json) return {};
  const auto issuer = optional_string(*json, "issuer");
  return issuer && *issuer ? **issuer : std::string();
}

Task<void> check_token_endpoint(const Patient& patient, const oauth::ServerMetadata& metadata, Step& step) {
  if (!metadata.token_endpoint) co_return;
  http::ClientRequest preflight{.method = "OPTIONS", .url = *metadata.token_endpoint};
  preflight.headers = {{"Origin", web_origin(patient)}, {"Access-Control-Request-Method", "POST"}, {"Access-Control-Request-Headers", "content-type"}};
  preflight.peer = patient.peer;
  auto response = co_await look(patient, step, std::move(preflight));
  if (response) check_cors(patient, *response, step, "the token endpoint");
}

}  // namespace

Task<Step> find_resource_metadata(Patient& patient) {
  Step step{.id = "resource_metadata", .what = "Find the resource's metadata"};
  std::vector<Url> urls;
  if (patient.resource_metadata) urls.push_back(*patient.resource_metadata);
  if (auto known = client::resource_metadata_urls(patient.server)) {
    for (auto& url : *known) {
      if (std::ranges::find(urls, url) == urls.end()) urls.push_back(std::move(url));
    }
  }
  for (const auto& url : urls) {
    auto response = co_await get(patient, step, url);
    if (!response || response->status != 200) continue;
    auto parsed = client::parse_protected_resource(response->body);
    if (!parsed) {
      step.find(Rule::BadResourceMetadata, parsed.error().describe(), "it is a JSON object with resource and authorization_servers (RFC 9728)");
      co_return step;
    }
    if (const auto right = client::check_resource(parsed->resource, patient.server); !right) {
      step.find(Rule::ResourceMismatch, "resource is " + printable(parsed->resource, 200) + ", the server is " + patient.server.text(),
                "publish the URL clients use as resource, or have them use that one");
    }
    check_cors(patient, *response, step, "the document");
    step.received += "; resource " + printable(parsed->resource, 200);
    patient.resource = *std::move(parsed);
    co_return step;
  }
  step.find(Rule::NoResourceMetadata, "no document at " + std::to_string(urls.size()) + " URLs",
            "serve /.well-known/oauth-protected-resource with the endpoint's path");
  co_return step;
}

Task<Step> find_server_metadata(Patient& patient, std::string issuer) {
  Step step{.id = "server_metadata", .what = "Find the metadata of " + printable(issuer, 200)};
  const auto urls = oauth::discovery_urls(issuer, oauth::DiscoveryOrder::OAuth);
  if (!urls) {
    step.find(Rule::BadServerMetadata, "the issuer is no URL that metadata can be found for: " + urls.error().message(), "name an https issuer without query");
    co_return step;
  }
  for (const auto& url : *urls) {
    auto response = co_await get(patient, step, url);
    if (!response || response->status != 200) continue;
    auto metadata = oauth::parse_server_metadata(response->body, issuer, patient.peer);
    if (!metadata) {
      const auto named = issuer_in(response->body);
      if (!named.empty() && named != issuer) {
        step.find(Rule::WrongMetadataIssuer, "it says " + printable(named, 200) + ", the resource says " + printable(issuer, 200),
                  "make both the same, byte for byte; a trailing slash counts");
      } else {
        step.find(Rule::BadServerMetadata, metadata.error().describe(), "see RFC 8414 section 2 for the members");
      }
      continue;
    }
    step.findings.clear();  // an earlier URL's document does not count when a later one is good
    check_cors(patient, *response, step, "the document");
    check_endpoints(*metadata, step);
    co_await check_token_endpoint(patient, *metadata, step);
    patient.servers.push_back(*std::move(metadata));
    co_return step;
  }
  if (step.findings.empty()) {
    step.find(Rule::NoServerMetadata, "no document at " + std::to_string(urls->size()) + " URLs", "serve /.well-known/oauth-authorization-server (RFC 8414)");
  }
  co_return step;
}

Task<Step> read_keys(Patient& patient) {
  Step step{.id = "keys", .what = "Read the issuer's keys"};
  const oauth::ServerMetadata* server = nullptr;
  for (const auto& each : patient.servers) {
    if (server == nullptr || (patient.held && each.issuer == patient.held->issuer)) server = &each;
  }
  if (server == nullptr || !server->jwks_uri) {
    step.skipped = true;
    step.received = server == nullptr ? "no authorization server is known" : "the authorization server names no jwks_uri";
    co_return step;
  }
  auto response = co_await get(patient, step, *server->jwks_uri);
  if (!response || response->status != 200) {
    step.find(Rule::BadKeys, "jwks_uri has no document", "serve the JWK set there");
    co_return step;
  }
  auto keys = jose::JwkSet::parse(response->body);
  if (!keys || keys->keys().empty()) {
    step.find(Rule::BadKeys, keys ? "the set has no key that can be used" : keys.error().describe(),
              "publish public keys of the tokens' algorithms (RFC 7517)");
    co_return step;
  }
  step.received += "; " + std::to_string(keys->keys().size()) + (keys->keys().size() == 1 ? " key" : " keys");
  patient.keys = *std::move(keys);
  patient.keys_of = server->issuer;
  co_return step;
}

Task<Step> check_redirects(Patient& patient) {
  Step step{.id = "redirects", .what = "Ask for a redirect elsewhere"};
  const oauth::ServerMetadata* server = patient.servers.empty() ? nullptr : &patient.servers.front();
  if (server == nullptr || !server->authorization_endpoint) {
    step.skipped = true;
    step.received = "no authorization endpoint is known";
    co_return step;
  }
  const auto text = append_query(server->authorization_endpoint->text(), {{"response_type", "code"},
                                                                          {"client_id", "vmcpauth-doctor-unknown"},
                                                                          {"redirect_uri", kForeignRedirect},
                                                                          {"state", "doctor"},
                                                                          {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                                                                          {"code_challenge_method", "S256"}});
  auto url = Url::parse(text);
  if (!url) co_return step;
  http::ClientRequest request{.method = "GET", .url = *std::move(url)};
  request.headers = {{"Accept", "text/html"}};
  request.peer = patient.peer;
  auto response = co_await look(patient, step, std::move(request));
  step.sent = "GET " + printable(server->authorization_endpoint->text(), 200) + "?client_id=(unknown)&redirect_uri=(foreign)";
  const auto location = response ? response->headers.get("location") : std::nullopt;
  if (location && location->starts_with("https://vmcpauth-doctor.invalid")) {
    step.find(Rule::OpenRedirect, "an unknown client's redirect_uri is followed", "show an error page until client and redirect_uri are known good");
  }
  co_return step;
}

}  // namespace vmcpauth::doctor
