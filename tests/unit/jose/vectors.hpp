// Published test vectors: our own file of RFC examples, and Wycheproof's where the shared data is present.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "core/base/json.hpp"
#include "core/jose/compact_jws.hpp"
#include "tests/support/catch.hpp"

namespace vmcpauth::test {

inline std::optional<Json> read_json_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  return Json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

inline Json rfc_vectors() {
  auto document = read_json_file(VMCPAUTH_SOURCE_DIR "/testdata/jose/rfc_vectors.json");
  REQUIRE(document);
  return *std::move(document);
}

inline std::optional<Json> wycheproof(const std::string& name) {
  for (const auto* root : {VMCPAUTH_SOURCE_DIR "/../shared/data/wycheproof/", VMCPAUTH_SOURCE_DIR "/../../shared/data/wycheproof/"}) {
    auto document = read_json_file(root + name);
    if (document) return document;
  }
  return std::nullopt;
}

inline const std::vector<jose::Algorithm>& all_algorithms() {
  using enum jose::Algorithm;
  static const std::vector<jose::Algorithm> all{Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa};
  return all;
}

// One key or a set of keys → a set.
inline jose::JwkSet key_set(const Json& key) {
  auto set = jose::JwkSet::parse(dump_json(key.contains("keys") ? key : Json{{"keys", Json::array({key})}}));
  REQUIRE(set);
  return *std::move(set);
}

inline bool accepts(std::string_view compact, const jose::JwkSet& keys) {
  const auto jws = jose::CompactJws::parse(compact);
  return jws && jose::verify_signature(jws->header, jws->signing_input, jws->signature, all_algorithms(), keys);
}

}  // namespace vmcpauth::test
