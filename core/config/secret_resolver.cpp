#include "core/config/secret_resolver.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 * 1024;

const Text* lookup(const TextPairs& pairs, std::string_view key) {
  const auto found = std::find_if(pairs.value.begin(), pairs.value.end(), [&](const auto& entry) { return entry.first.value == key; });
  return found == pairs.value.end() ? nullptr : &found->second;
}

void trim(std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const auto last = text.find_last_not_of(kBlank);
  text.erase(last == std::string::npos ? 0 : last + 1);
  text.erase(0, std::min(text.find_first_not_of(kBlank), text.size()));
}

std::string bare_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return bare ? std::string(key) : fmt::format("\"{}\"", printable(key, 200));
}

std::string variable_name(std::string_view name, std::string_view key) {
  std::string out;
  for (const char c : fmt::format("{}_{}", name, key)) {
    out += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 32) : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return out;
}

std::string join(std::string_view folder, const std::string& path) {
  const std::filesystem::path wanted(path);
  return wanted.is_absolute() || folder.empty() ? path : (std::filesystem::path(folder) / wanted).string();
}

}  // namespace

std::optional<Secret> SecretResolver::finish(std::string value, std::string_view what, Span at, SecretBytes bytes) {
  if (bytes == SecretBytes::Trimmed) trim(value);
  if (value.empty()) {
    diagnostics_.report(Rule::SecretUnavailable, at, fmt::format("{} is empty", what));
    return std::nullopt;
  }
  return Secret(std::move(value));
}

std::optional<Secret> SecretResolver::read(const std::string& path, Span at, SecretBytes bytes) {
  auto content = files_.read(path, kMaxSecretBytes);
  if (!content) {
    diagnostics_.report(Rule::SecretUnavailable, at, fmt::format("the file cannot be read: {}", content.error().message()));
    return std::nullopt;
  }
  return finish(*std::move(content), "the file", at, bytes);
}

std::optional<Secret> SecretResolver::from_environment(const std::string& name, Span at, SecretBytes bytes) {
  auto value = env_.get(name);
  if (!value || value->empty()) {
    diagnostics_.report(Rule::SecretUnavailable, at, fmt::format("the environment variable {} is not set", name))
        .with_hint(fmt::format("export {}=…, or in vmcpauth.toml:\n[env]\n{} = \"file:PATH\"", name, name));
    return std::nullopt;
  }
  return finish(*std::move(value), fmt::format("the environment variable {}", name), at, bytes);
}

std::string SecretResolver::overlay_path(const Text& path) const { return join(overlay_.folder, path.value); }

SecretResolver::Bundle SecretResolver::bundle(const Text& path) {
  const auto* local = overlay_.file(path.value);
  if (local == nullptr) return {.path = overlay_path(path), .pem = {}};
  if (local->value.starts_with("file:")) return {.path = join(overlay_.folder, local->value.substr(5)), .pem = {}};
  const auto pem = resolve_reference(*local, SecretBytes::Exact);
  return {.path = {}, .pem = pem ? std::optional(std::string(pem->reveal())) : std::nullopt};
}

std::optional<Secret> SecretResolver::resolve_reference(const Text& reference, SecretBytes bytes) {
  const std::string_view text = reference.value;
  if (text.starts_with("env:")) return from_environment(std::string(text.substr(4)), reference.at, bytes);
  if (text.starts_with("file:")) return read(join(overlay_.folder, std::string(text.substr(5))), reference.at, bytes);
  return std::nullopt;  // the form has been reported
}

std::optional<Secret> SecretResolver::resolve_file(const std::string& path, Span at, std::string_view folder, SecretBytes bytes) {
  if (const auto* local = overlay_.file(path)) return resolve_reference(*local, bytes);
  const std::string where = join(folder, path);
  if (!files_.exists(where)) {
    diagnostics_.report(Rule::SecretUnavailable, at, fmt::format("the file {} does not exist", printable(where, 200)))
        .with_hint(fmt::format("in vmcpauth.toml:\n[files]\n\"{}\" = \"file:PATH\"", printable(path, 200)));
    return std::nullopt;
  }
  return read(where, at, bytes);
}

std::optional<Secret> SecretResolver::resolve(const SecretKeyRef& ref, std::string_view space, Span at, SecretBytes bytes) {
  const auto& name = ref.name.value;
  const auto& key = ref.key.value;
  if (name.empty() || key.empty()) return std::nullopt;  // reported by the decoder
  if (const auto* local = overlay_.secret(space, name, key)) return resolve_reference(*local, bytes);
  const auto* secret = find(inventory_.data, ResourceKind::Secret, space, name);
  if (secret != nullptr) {
    const auto what = fmt::format("the value of \"{}\" in the Secret \"{}\"", printable(key, 100), printable(name, 100));
    if (const auto* text = lookup(secret->spec.string_data, key)) return finish(text->value, what, at, bytes);
    if (const auto* encoded = lookup(secret->spec.data, key)) {
      std::string text = encoded->value;
      std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
      auto decoded = base64_decode(text);
      if (!decoded) return std::nullopt;  // reported with the Secret
      return finish(*std::move(decoded), what, at, bytes);
    }
    return std::nullopt;  // the missing key has been reported
  }
  diagnostics_.report(Rule::SecretUnavailable, at, fmt::format("the Secret \"{}\" is not in the input (namespace {})", printable(name, 100), space))
      .with_hint(fmt::format("in vmcpauth.toml:\n[secrets.{}]\n{} = \"env:{}\"", bare_key(name), bare_key(key), variable_name(name, key)));
  return std::nullopt;
}

std::optional<Secret> SecretResolver::resolve(const SecretSource& source, std::string_view space, std::string_view folder, SecretBytes bytes) {
  if (source.ref) return resolve(source.ref.value, space, source.ref->name.at, bytes);
  if (source.file && !source.file.value.empty()) return resolve_file(source.file.value, source.file.at, folder, bytes);
  if (source.env && !source.env.value.empty()) {
    if (const auto* local = overlay_.environment(source.env.value)) return resolve_reference(*local, bytes);
    return from_environment(source.env.value, source.env.at, bytes);
  }
  if (source.literal && !source.literal.value.empty()) return Secret(source.literal.value);
  return std::nullopt;
}

std::optional<std::string> SecretResolver::config_map(const CaBundleSpec& bundle, std::string_view space) const {
  const auto& ref = bundle.config_map;
  if (!ref) return std::nullopt;
  const auto* map = find(inventory_.data, ResourceKind::ConfigMap, space, ref->name.value);
  if (map == nullptr) return std::nullopt;
  const auto* text = lookup(map->spec.string_data, ref->key.value.empty() ? "ca.crt" : ref->key.value);
  if (text == nullptr) return std::nullopt;
  return text->value;
}

}  // namespace vmcpauth::config
