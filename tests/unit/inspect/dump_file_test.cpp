#include "core/inspect/dump_file.hpp"

#include "core/inspect/json_list.hpp"
#include "core/inspect/sealed_dump.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/inspect/sessions.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr crypto::ScryptCost kCheap{1024, 8, 1};

std::string dump_of(store::Secrets secrets, int sessions = 3) {
  std::string out;
  inspect::DumpWriter writer({from_unix_seconds(kNow), "sqlite:test", secrets}, [&](std::string_view text) { out += text; });
  for (int i = 0; i < sessions; ++i) writer.add(store::UpstreamRecord{"session-" + std::to_string(i), row_of("google", 600)});
  writer.add(store::UserRecord{"google", "subject", {"user-1", from_unix_seconds(kNow)}});
  writer.finish();
  return out;
}

Result<inspect::DumpSummary> read(const std::string& text, std::vector<store::Record>* into = nullptr) {
  return inspect::read_dump(text, [&](store::Record record) -> Result<void> {
    if (into != nullptr) into->push_back(std::move(record));
    return {};
  });
}

std::string sealed(const std::string& text, const std::string& passphrase = "passphrase") {
  SystemRandom random;
  std::string out;
  auto sealer = inspect::DumpSealer::make(Secret(passphrase), kCheap, random, [&](std::string_view piece) { out += piece; }).value();
  for (std::size_t at = 0; at < text.size(); at += 1000) REQUIRE(sealer.add(std::string_view(text).substr(at, 1000)));
  REQUIRE(sealer.finish());
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("dump: what was written is read back, and it is one JSON object") {
  const auto text = dump_of(store::Secrets::Reveal);
  const auto json = parse_json_object(text);
  REQUIRE(json);
  CHECK((*json)["counts"] == Json{{"upstream", 3}, {"user", 1}});
  std::vector<store::Record> records;
  const auto summary = read(text, &records);
  REQUIRE(summary);
  CHECK(summary->records == 4);
  CHECK(summary->header.store == "sqlite:test");
  REQUIRE(records.size() == 4);
  const auto* upstream = std::get_if<store::UpstreamRecord>(&records[0]);
  REQUIRE(upstream != nullptr);
  CHECK(upstream->tokens.access_token.reveal() == "access-marker-google");
  // However somebody's tool laid it out.
  CHECK(read(json->dump(4)));
  CHECK(read(json->dump())->records == 4);
}

TEST_CASE("dump: redacted, there is no secret in it and nothing to import") {
  const auto text = dump_of(store::Secrets::Redact);
  CHECK(text.find("marker") == std::string::npos);
  CHECK(text.find("[redacted]") != std::string::npos);
  const auto refused = read(text);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().describe(), ContainsSubstring("redacted"));
}

TEST_CASE("dump: files that are not what they should be") {
  const auto good = dump_of(store::Secrets::Reveal);
  struct Case {
    const char* what;
    std::string text;
  };
  const std::vector<Case> cases{
      {"empty", ""},
      {"not JSON", "hello"},
      {"another object", "{}"},
      {"a list", "[]"},
      {"no header", R"({"records":[],"counts":{}})"},
      {"another version", replaced(good, "\"vmcpauth_dump\":1", "\"vmcpauth_dump\":2")},
      {"version as text", replaced(good, "\"vmcpauth_dump\":1", "\"vmcpauth_dump\":\"1\"")},
      {"cut in a record", good.substr(0, good.size() / 2)},
      {"cut before the counts", good.substr(0, good.find("\n]"))},
      {"counts missing", replaced(good, ",\"counts\":{\"upstream\":3,\"user\":1}", "")},
      {"a record too few", replaced(good, "\"upstream\":3", "\"upstream\":4")},
      {"a negative count", replaced(good, "\"upstream\":3", "\"upstream\":-3")},
      {"counts of text", replaced(good, "\"upstream\":3", "\"upstream\":\"3\"")},
      {"an unknown kind", replaced(good, "\"kind\":\"user\"", "\"kind\":\"cat\"")},
      {"a record without kind", replaced(good, "\"kind\":\"user\",", "")},
      {"a record that is text", replaced(good, "\"records\":[\n{", "\"records\":[\n\"x\",{")},
      {"comma too many", replaced(good, "\n],", ",\n],")},
      {"a second list", replaced(good, "\"redacted\":false", "\"redacted\":false,\"records\":[]")},
      {"no date", replaced(good, "\"created_at\":1800000000", "\"created_at\":\"today\"")},
      {"trailing text", good + "x"},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto refused = read(c.text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::InvalidInput);
    CHECK(refused.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("dump: an error of the importer ends the reading and says at which record") {
  int seen = 0;
  const auto stopped = inspect::read_dump(dump_of(store::Secrets::Reveal), [&](const store::Record&) -> Result<void> {
    if (++seen == 2) return fail(ErrorCode::Unavailable, "full");
    return {};
  });
  CHECK(seen == 2);
  CHECK_THAT(stopped.error().describe(), ContainsSubstring("record 2"));
}

TEST_CASE("list: cut into elements without being understood") {
  const std::string text = R"( {"a":[1],"b":{"list":[9]}, "list" : [ {"x":"],["} , [1,[2]], "\"]", 4 ],"c":"list"} )";
  const auto list = inspect::split_json_list(text, "list").value();
  CHECK(list.elements == std::vector<std::string_view>{R"({"x":"],["})", "[1,[2]]", R"("\"]")", "4"});
  CHECK(parse_json_object(list.envelope).value()["list"] == Json::array());
  CHECK(inspect::split_json_list(R"({"list":[]})", "list")->elements.empty());
  CHECK(inspect::split_json_list(R"({"list":[ ]})", "list")->elements.empty());
  for (const auto* bad : {"", "{", R"({"list":1})", R"({"list")", R"({"list":)", R"({"list":[)", R"({"list":["a)", R"({"list":["a\)", R"({"list":[,]})",
                          R"({"list":[1,]})", R"([{"list":[]}])"}) {
    INFO(bad);
    CHECK_FALSE(inspect::split_json_list(bad, "list"));
  }
}

TEST_CASE("sealed dump: opens with its passphrase, whatever its size, and nothing can be read without") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, inspect::kSealedChunk, inspect::kSealedChunk + 1, 3 * inspect::kSealedChunk}) {
    INFO(size);
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; i += 97) text[i] = static_cast<char>('a' + (i / 97) % 26);
    const auto file = sealed(text);
    CHECK(inspect::is_sealed_dump(file));
    CHECK(parse_json_object(file, {.max_bytes = file.size(), .max_depth = 4}));
    const auto opened = inspect::open_sealed_dump(file, Secret("passphrase"));
    REQUIRE(opened);
    CHECK(opened->reveal() == text);
  }
  const auto file = sealed(dump_of(store::Secrets::Reveal));
  CHECK(file.find("marker") == std::string::npos);
  CHECK(file.find("session-1") == std::string::npos);
  CHECK(inspect::open_sealed_dump(file, Secret("Passphrase")).error().code() == ErrorCode::BadSignature);
  CHECK_FALSE(inspect::open_sealed_dump(file, Secret("")));
  CHECK(read(inspect::open_sealed_dump(file, Secret("passphrase"))->reveal()));
}

TEST_CASE("sealed dump: whatever is changed, it does not open") {
  std::string text(2 * inspect::kSealedChunk + 10, 'x');
  const auto file = sealed(text);
  const auto list = inspect::split_json_list(file, "chunks").value();
  REQUIRE(list.elements.size() == 3);
  const auto with_chunks = [&](const std::vector<std::string_view>& chunks) {
    std::string joined;
    for (const auto chunk : chunks) joined += (joined.empty() ? "" : ",") + std::string(chunk);
    return replaced(list.envelope, "[]", "[" + joined + "]");
  };
  const auto& chunks = list.elements;
  CHECK(inspect::open_sealed_dump(with_chunks(chunks), Secret("passphrase")));
  struct Case {
    const char* what;
    std::string text;
  };
  auto flipped = std::string(chunks[1]);
  flipped[100] = flipped[100] == 'A' ? 'B' : 'A';
  const std::vector<Case> cases{
      {"the last chunk left out", with_chunks({chunks[0], chunks[1]})},
      {"the first left out", with_chunks({chunks[1], chunks[2]})},
      {"swapped", with_chunks({chunks[1], chunks[0], chunks[2]})},
      {"one twice", with_chunks({chunks[0], chunks[1], chunks[1], chunks[2]})},
      {"a character changed", with_chunks({chunks[0], flipped, chunks[2]})},
      {"no chunk", with_chunks({})},
      {"a chunk that is no text", with_chunks({"1"})},
      {"a chunk that is no base64", with_chunks({"\"!!\""})},
      {"cheaper", replaced(file, "\"n\":1024", "\"n\":512")},
      {"far too dear", replaced(file, "\"n\":1024", "\"n\":1073741824")},
      {"n of no power of two", replaced(file, "\"n\":1024", "\"n\":1000")},
      {"another cipher", replaced(file, "AES-256-GCM", "AES-128-GCM")},
      {"another kdf", replaced(file, "\"scrypt\"", "\"argon2\"")},
      {"another version", replaced(file, "_dump\":1", "_dump\":2")},
      {"cut", file.substr(0, file.size() / 2)},
      {"no salt", replaced(file, "\"salt\"", "\"pepper\"")},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK_FALSE(inspect::open_sealed_dump(c.text, Secret("passphrase")));
  }
}
