// Complete two-leg logins in one thread and without sockets: the embedded authorization server with the memory store, two
// built-in identity providers that answer in process, a browser with a cookie jar. bench_logins SECONDS → one JSON object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "core/authserver/auth_server.hpp"
#include "core/authserver/keys.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/crypto/digest.hpp"
#include "core/jose/compact_jws.hpp"
#include "core/jose/key_ring.hpp"
#include "core/store/memory_store.hpp"
#include "core/upstream/make_provider.hpp"
#include "proxy/demo/demo_config.hpp"
#include "proxy/demo/identity_provider.hpp"
#include "proxy/serve/stored_registrations.hpp"

using namespace vmcpauth;

namespace {

using Steady = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "bench_logins: %s\n", what.c_str());
  std::exit(3);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().describe());
  return *std::move(result);
}

std::string query_of(std::string_view url) {
  const auto mark = url.find('?');
  return mark == std::string_view::npos ? std::string() : std::string(url.substr(mark + 1));
}

std::string field(std::string_view form, std::string_view name) {
  for (const auto& [key, value] : must(form_decode(form))) {
    if (key == name) return value;
  }
  stop("no " + std::string(name) + " in an answer");
}

// Origins to handlers; what a handler answers is there at once. Counts the signed tokens in the answers.
class InProcess final : public http::HttpClient {
 public:
  std::map<std::string, http::Handler*> handlers;
  std::size_t signed_tokens = 0;

  Task<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    http::Request inner{.method = request.method, .path = request.url.path(), .query = request.url.query(), .headers = request.headers, .body = request.body};
    inner.headers.set("Host", request.url.authority());
    auto answer = co_await handler(request.url.origin()).handle(std::move(inner));
    count(answer.body);
    co_return http::ClientResponse{answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  http::Handler& handler(const std::string& origin) {
    const auto found = handlers.find(origin);
    if (found == handlers.end()) stop("nothing answers at " + origin);
    return *found->second;
  }

 private:
  void count(const std::string& body) {
    const auto json = parse_json(body);
    if (!json || !json->is_object()) return;
    for (const auto& [name, value] : json->items()) {
      if (value.is_string() && jose::CompactJws::parse(value.get<std::string>())) ++signed_tokens;
    }
  }
};

// Visits origins, keeps cookies for each.
class Browser {
 public:
  explicit Browser(InProcess& network) : network_(network) {}

  http::Response send(const std::string& url, const FormFields* form = nullptr) {
    const auto parsed = must(Url::parse(url));
    const auto origin = parsed.origin();
    http::Request request{.method = form != nullptr ? "POST" : "GET", .path = parsed.path(), .query = parsed.query()};
    request.headers.add("Host", parsed.authority());
    if (form != nullptr) {
      request.headers.add("Content-Type", "application/x-www-form-urlencoded");
      request.body = form_encode(*form);
    }
    auto& jar = jars_[origin];
    std::string cookie;
    for (const auto& [name, value] : jar) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    auto response = run_ready(network_.handler(origin).handle(std::move(request)));
    if (!response) stop("an answer that waits");
    for (const auto& header : response->headers) {
      if (header.name == "Set-Cookie") keep(jar, header.value);
    }
    return *std::move(response);
  }

 private:
  static void keep(std::map<std::string, std::string>& jar, std::string_view cookie) {
    const auto pair = cookie.substr(0, cookie.find(';'));
    const auto name = std::string(pair.substr(0, pair.find('=')));
    if (cookie.find("Max-Age=0") != std::string_view::npos) {
      jar.erase(name);
    } else {
      jar[name] = std::string(pair.substr(name.size() + 1));
    }
  }

  InProcess& network_;
  std::map<std::string, std::map<std::string, std::string>> jars_;
};

std::string location(const http::Response& response) {
  if (response.status != 303 && response.status != 302) stop("status " + std::to_string(response.status) + " instead of a redirect: " + response.body);
  return std::string(response.headers.get("Location").value_or(""));
}

// The provider's page, and its form with the user who is chosen already.
std::string sign_in(Browser& browser, const std::string& url) {
  const auto page = browser.send(url);
  const auto value_after = [&](std::string_view mark) {
    const auto at = page.body.find(mark);
    if (at == std::string::npos) stop("no sign-in page: " + page.body);
    const auto start = at + mark.size();
    return page.body.substr(start, page.body.find('"', start) - start);
  };
  const FormFields form = {{"csrf", value_after("name=\"csrf\" value=\"")}, {"user", value_after("name=\"user\" required value=\"")}, {"decision", "allow"}};
  return location(browser.send(url, &form));
}

class Bench {
 public:
  Bench() {
    auto world = must(proxy::demo_world({kUs, "http://127.0.0.1:2", "http://127.0.0.1:3", "http://127.0.0.1:4", "http://127.0.0.1:5", ""}, random_));
    config_ = std::move(*world.runtime.auth_server);
    must(authserver::EphemeralKeys::make(random_)).apply_to(config_);
    for (auto& spec : world.providers) {
      providers_.push_back(must(proxy::IdentityProvider::make(std::move(spec), must(jose::KeyRing::generate()), trust_, clock_, random_)));
      network_.handlers[providers_.back()->issuer()] = providers_.back().get();
    }
    std::vector<upstream::Provider*> chain;
    for (const auto& upstream : config_.upstreams) {
      upstreams_.push_back(must(
          upstream::make_provider(upstream, {.http = network_, .clock = clock_, .logger = log_, .registrations = registrations_, .issuer = config_.issuer})));
      chain.push_back(upstreams_.back().get());
    }
    server_ = must(authserver::AuthServer::make(
        config_,
        {.store = store_, .providers = std::move(chain), .clock = clock_, .random = random_, .http = network_, .logger = log_, .timeline = timeline_}));
    network_.handlers[kUs] = server_.get();
    register_client();
  }

  void log_in() {
    Browser browser(network_);
    auto at = location(browser.send(kUs + "/oauth/authorize?" + form_encode(authorize_)));
    for (std::size_t leg = 0; leg < providers_.size(); ++leg) at = location(browser.send(sign_in(browser, at)));
    const FormFields form = {{"grant_type", "authorization_code"},
                             {"client_id", client_},
                             {"code", field(query_of(at), "code")},
                             {"redirect_uri", kRedirect},
                             {"code_verifier", kVerifier}};
    const auto answer = browser.send(kUs + "/oauth/token", &form);
    if (answer.status != 200) stop("no token: " + answer.body);
  }

  [[nodiscard]] std::size_t provider_tokens() const noexcept { return network_.signed_tokens; }

 private:
  void register_client() {
    http::Request request{.method = "POST", .path = "/oauth/register"};
    request.headers.add("Content-Type", "application/json");
    request.body = dump_json(Json{{"redirect_uris", {kRedirect}}, {"client_name", "bench"}});
    const auto answer = run_ready(server_->handle(std::move(request)));
    client_ = must(parse_json(answer->body)).at("client_id").get<std::string>();
    const auto challenge = base64url_encode(crypto::sha256(kVerifier));
    authorize_ = {{"response_type", "code"},          {"client_id", client_},        {"redirect_uri", kRedirect},      {"state", "s"},
                  {"scope", "openid offline_access"}, {"code_challenge", challenge}, {"code_challenge_method", "S256"}};
  }

  static inline const std::string kUs = "http://127.0.0.1:1";
  static inline const std::string kRedirect = "http://127.0.0.1:7777/callback";
  static inline const std::string kVerifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  SystemClock clock_;
  SystemRandom random_;
  Logger log_{clock_, LogLevel::Error, LogFormat::Human, false, [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); }};
  proxy::TrustedIssuers trust_;
  InProcess network_;
  authserver::Timeline timeline_;
  store::MemoryStore store_;
  proxy::StoredRegistrations registrations_{store_, clock_};
  config::AuthServer config_;
  std::vector<std::unique_ptr<proxy::IdentityProvider>> providers_;
  std::vector<std::unique_ptr<upstream::Provider>> upstreams_;
  std::unique_ptr<authserver::AuthServer> server_;
  std::string client_;
  FormFields authorize_;
};

double signature_seconds() {
  const auto keys = must(jose::KeyRing::generate());
  constexpr int kTimes = 500;
  const auto begin = Steady::now();
  for (int i = 0; i < kTimes; ++i) must(keys.sign("JWT", Json{{"sub", "bench"}, {"n", i}}));
  return std::chrono::duration<double>(Steady::now() - begin).count() / kTimes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "bench_logins SECONDS\n"), 2;
  const std::chrono::duration<double> time(std::atof(argv[1]));
  Bench bench;
  bench.log_in();
  const auto tokens_before = bench.provider_tokens();
  const auto begin = Steady::now();
  std::size_t logins = 0;
  while (Steady::now() - begin < time) {
    bench.log_in();
    ++logins;
  }
  const double spent = std::chrono::duration<double>(Steady::now() - begin).count();
  const double signature = signature_seconds();
  const auto per_login = static_cast<double>(bench.provider_tokens() - tokens_before) / static_cast<double>(logins);
  std::printf("{\"logins\": %zu, \"seconds\": %.3f, \"signature_us\": %.1f, \"own_signatures\": 1, \"provider_signatures\": %.2f}\n", logins, spent,
              signature * 1e6, per_login);
}
