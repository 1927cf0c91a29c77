#include "core/client/credential_store.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temp_dir.hpp"

using namespace vmcpauth;

namespace {

client::Credential sample(const std::string& server = "https://mcp.test/mcp", const std::string& issuer = "https://as.test", const std::string& id = "c1") {
  client::Credential out;
  out.server = server;
  out.issuer = issuer;
  out.resource = server;
  out.resource_metadata = *Url::parse("https://mcp.test/meta");
  out.client.id = id;
  out.client.method = client::AuthMethod::Basic;
  out.client.secret = Secret("client-secret-marker");
  out.client.origin = client::ClientOrigin::Registered;
  out.client.redirect_uri = "http://127.0.0.1:7000/callback";
  out.access_token = Secret("access-marker");
  out.refresh_token = Secret("refresh-marker");
  out.scopes_asked = {"a", "b"};
  out.scopes = {"a"};
  out.obtained_at = from_unix_seconds(1'800'000'000);
  out.expires_at = from_unix_seconds(1'800'003'600);
  return out;
}

struct World {
  test::TempDir dir;
  SystemPrivateFiles files;
  test::FakeEnv env;
  SystemRandom random;
  test::FakeClock clock;
  test::FakeTimer timer{clock};

  client::CredentialStore open() {
    auto store = client::CredentialStore::open(dir.path() / "vmcpauth", files, env, random);
    REQUIRE(store.has_value());
    return *std::move(store);
  }
};

}  // namespace

TEST_CASE("credential: writing and reading gives the same back") {
  const auto credential = sample();
  const auto text = client::write_credential(credential);
  const auto read = client::read_credential(text.reveal());
  REQUIRE(read.has_value());
  CHECK(client::write_credential(*read).reveal() == text.reveal());
  CHECK(read->client.secret.reveal() == "client-secret-marker");
  CHECK(read->resource_metadata->text() == "https://mcp.test/meta");
  CHECK(client::write_credential(credential.clone()).reveal() == text.reveal());
}

TEST_CASE("credential: a document that is not one of ours is refused") {
  const auto good = Json::parse(client::write_credential(sample()).reveal());
  const auto refused = [&](auto change) {
    Json altered = good;
    change(altered);
    const auto read = client::read_credential(altered.dump());
    return !read && read.error().describe().find("marker") == std::string::npos;
  };
  for (const auto* name : {"version", "server", "issuer", "resource", "client", "grant", "obtained_at"}) {
    INFO(name);
    CHECK(refused([&](Json& document) { document.erase(name); }));
    CHECK(refused([&](Json& document) { document[name] = Json::array({1}); }));
  }
  for (const auto* name : {"access_token", "refresh_token", "dpop_key", "resource_metadata", "scopes", "expires_at"}) {
    INFO(name);
    CHECK(refused([&](Json& document) { document[name] = Json::object(); }));
  }
  CHECK(refused([](Json& document) { document["version"] = 2; }));
  CHECK(refused([](Json& document) { document["grant"] = "password"; }));
  CHECK(refused([](Json& document) { document["client"]["method"] = "tls_client_auth"; }));
  CHECK(refused([](Json& document) { document["client"]["origin"] = ""; }));
  CHECK(refused([](Json& document) { document["expires_at"] = -1; }));
  CHECK(refused([](Json& document) { document["scopes"] = {"not a scope"}; }));
  CHECK_FALSE(client::read_credential("").has_value());
  CHECK_FALSE(client::read_credential("[]").has_value());
}

TEST_CASE("credential: good until shortly before it expires") {
  auto credential = sample();
  const auto end = *credential.expires_at;
  CHECK(credential.is_usable(end - Seconds(11)));
  CHECK_FALSE(credential.is_usable(end - Seconds(10)));
  credential.expires_at.reset();
  CHECK(credential.is_usable(end + Seconds(1'000'000)));
  credential.access_token = Secret();
  CHECK_FALSE(credential.is_usable(end));
}

TEST_CASE("credential store: the newest of a server is current, sealed, and bound to its file") {
  World world;
  auto store = world.open();
  CHECK_FALSE(store.current("https://mcp.test/mcp")->has_value());
  auto newer = sample("https://mcp.test/mcp", "https://as2.test");
  newer.obtained_at += Seconds(1);
  REQUIRE(store.put(sample()).has_value());
  REQUIRE(store.put(newer).has_value());
  REQUIRE(store.put(sample("https://other.test/mcp")).has_value());
  CHECK(store.current("https://mcp.test/mcp")->value().issuer == "https://as2.test");
  CHECK(store.find("https://mcp.test/mcp")->credentials.size() == 2);
  CHECK(store.find(std::nullopt)->credentials.size() == 3);

  const auto folder = world.dir.path() / "vmcpauth" / "credentials";
  const auto names = *world.files.names(folder);
  REQUIRE(names.size() == 3);
  for (const auto& name : names) CHECK(world.files.read(folder / name, 10'000)->find("marker") == std::string::npos);

  // A file under another's name does not open: a credential cannot be moved to another server.
  REQUIRE(world.files.replace(folder / names[0], *world.files.read(folder / names[1], 10'000)).has_value());
  const auto found = world.open().find(std::nullopt);
  CHECK(found->credentials.size() == 2);
  CHECK(found->unreadable.size() == 1);
  CHECK(store.remove_unreadable(std::nullopt) == 1);
  CHECK(store.find(std::nullopt)->unreadable.empty());

  REQUIRE(store.remove(newer).has_value() != store.remove(sample()).has_value());  // one of the two was the altered one
}

TEST_CASE("credential store: another key opens nothing and says which file") {
  World world;
  REQUIRE(world.open().put(sample()).has_value());
  world.env.values["VMCPAUTH_STORE_KEY"] = std::string(64, 'a');
  const auto current = world.open().current("https://mcp.test/mcp");
  REQUIRE_FALSE(current.has_value());
  CHECK_THAT(current.error().describe(), ContainsSubstring(".credential") && ContainsSubstring("vmcpauth logout"));
}

TEST_CASE("credential store: the lock of a server is waited for, and not for ever") {
  World world;
  auto store = world.open();
  auto first = run_ready(store.lock("https://a.test", world.timer));
  REQUIRE(first->has_value());
  CHECK(run_ready(store.lock("https://b.test", world.timer))->has_value());
  const auto second = run_ready(store.lock("https://a.test", world.timer));
  REQUIRE_FALSE(second->has_value());
  CHECK(second->error().code() == ErrorCode::Unavailable);
  CHECK(world.timer.pauses.size() == 400);
  first->value().reset();
  CHECK(run_ready(store.lock("https://a.test", world.timer))->has_value());
}

TEST_CASE("credential store: the state folder follows the XDG rules") {
  test::FakeEnv env;
  CHECK(client::state_folder(env).error().code() == ErrorCode::NotFound);
  env.values["HOME"] = "/users/ada";
  CHECK(client::state_folder(env) == "/users/ada/.local/state/vmcpauth");
  env.values["XDG_STATE_HOME"] = "relative";
  CHECK(client::state_folder(env) == "/users/ada/.local/state/vmcpauth");
  env.values["XDG_STATE_HOME"] = "/state";
  CHECK(client::state_folder(env) == "/state/vmcpauth");
}
