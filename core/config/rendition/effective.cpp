#include "core/config/rendition/effective.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace vmcpauth::config::rendition {
namespace {

// "[openid, profile]" as a list.
Tree list_of(std::string_view preset) {
  auto out = Tree::list();
  preset = preset.substr(1, preset.size() - 2);
  while (!preset.empty()) {
    const auto comma = preset.find(", ");
    out.items.push_back(Tree::string(std::string(preset.substr(0, comma)), Origin::Default));
    preset = comma == std::string_view::npos ? std::string_view() : preset.substr(comma + 2);
  }
  return out;
}

// The default as a value; nothing when the table's preset is words or depends on other fields.
std::optional<Tree> default_of(const Field& field) {
  const auto preset = field.rules.preset;
  // A switch that is known here and not thrown is off.
  if (field.type == FieldType::Boolean && preset.empty() && field.read != nullptr) return Tree::scalar(NodeKind::Bool, "false", Origin::Default);
  if (preset.empty() || preset.find('{') != std::string_view::npos) return std::nullopt;
  switch (field.type) {
    case FieldType::Boolean: return Tree::scalar(NodeKind::Bool, std::string(preset), Origin::Default);
    case FieldType::Integer: return Tree::scalar(NodeKind::Integer, std::string(preset), Origin::Default);
    case FieldType::Strings: return preset.starts_with('[') ? std::optional(list_of(preset)) : std::nullopt;
    case FieldType::String:
    case FieldType::Period:
      return preset.find(' ') == std::string_view::npos ? std::optional(Tree::string(std::string(preset), Origin::Default)) : std::nullopt;
    case FieldType::StringPairs:
    case FieldType::Block:
    case FieldType::Blocks:
    case FieldType::BlockMap:
    case FieldType::Mapping:
    case FieldType::List:
    case FieldType::Anything: break;
  }
  return std::nullopt;
}

// Blocks whose mere presence chooses something (which store, which way to it).
constexpr std::array<std::string_view, 2> kChoices{"redis_config", "sentinel_config"};

// A block stands for its defaults when it could be left empty and has something to say.
bool stands_for_defaults(const Object& object) {
  if (std::find(kChoices.begin(), kChoices.end(), object.name) != kChoices.end()) return false;
  const auto& fields = object.fields;
  const bool required = std::any_of(fields.begin(), fields.end(), [](const Field& field) { return field.rules.required; });
  return !required && std::any_of(fields.begin(), fields.end(), [](const Field& field) { return field.type != FieldType::Boolean && default_of(field); });
}

template <class Visit>
void each_below(Tree& tree, const Field& field, Visit visit) {
  if (field.object == nullptr) return;
  auto* child = tree.find(field.name);
  if (child == nullptr) return;
  if (field.type == FieldType::Block) visit(*child, *field.object);
  if (field.type == FieldType::Blocks) {
    for (auto& item : child->items) visit(item, *field.object);
  }
  if (field.type == FieldType::BlockMap) {
    for (auto& [name, value] : child->members) visit(value, *field.object);
  }
}

Tree from_overlay(const Text& text) { return Tree::string(text.value, Origin::Written, text.at); }

void put(Tree& tree, const char* name, const Text& text) {
  if (text) tree.set(name, from_overlay(text));
}

// A reference of the overlay in the words of the run configuration.
void put_secret(Tree& client, const Text& reference) {
  if (!reference) return;
  std::erase_if(client.members, [](const auto& member) { return member.key == "client_secret_env_var" || member.key == "client_secret_file"; });
  const bool variable = reference.value.starts_with("env:");
  const auto colon = reference.value.find(':');
  client.set(variable ? "client_secret_env_var" : "client_secret_file", Tree::string(reference.value.substr(colon + 1), Origin::Written, reference.at));
}

void apply_upstream(Tree& upstream, const UpstreamOverlay& overlay) {
  auto* client = upstream.find("oidc_config") != nullptr ? upstream.find("oidc_config") : upstream.find("oauth2_config");
  if (client == nullptr) return;
  put(*client, "client_id", overlay.client_id);
  put_secret(*client, overlay.client_secret);
  put(*client, "redirect_uri", overlay.redirect_uri);
  if (overlay.scopes) {
    auto scopes = Tree::list();
    for (const auto& scope : overlay.scopes.value) scopes.items.push_back(from_overlay(scope));
    client->set("scopes", std::move(scopes));
  }
  const auto put_flag = [&](const char* name, const Flag& flag) {
    if (flag)
      client->set(name, {.kind = NodeKind::Bool, .text = flag.value ? "true" : "false", .origin = Origin::Written, .at = flag.at, .members = {}, .items = {}});
  };
  put_flag("allow_private_ips", overlay.allow_private_ips);
  put_flag("insecure_allow_http", overlay.insecure_allow_http);
}

Tree& backend_named(Tree& server, const Text& name) {
  auto* backends = server.find("backends");
  if (backends == nullptr) backends = &server.set("backends", Tree::list());
  const auto found = std::find_if(backends->items.begin(), backends->items.end(), [&](const Tree& item) {
    const auto* known = item.find("name");
    return known != nullptr && known->text == name.value;
  });
  if (found != backends->items.end()) return *found;
  auto& added = backends->items.emplace_back(Tree::mapping());
  added.set("name", from_overlay(name));
  return added;
}

}  // namespace

void hide_secrets(Tree& tree, const Object& object) {
  for (const auto& field : object.fields) {
    auto* value = tree.find(field.name);
    if (value != nullptr && field.rules.secret) {
      if (value->kind < NodeKind::Sequence) *value = Tree::string("[redacted]", value->origin, value->at);
      for (auto& [name, entry] : value->members) entry = Tree::string("[redacted]", entry.origin, entry.at);
    }
    each_below(tree, field, [](Tree& child, const Object& below) { hide_secrets(child, below); });
  }
}

void fill_defaults(Tree& tree, const Object& object) {
  for (const auto& field : object.fields) {
    if (tree.find(field.name) == nullptr) {
      if (auto value = default_of(field)) tree.set(std::string(field.name), *std::move(value));
      if (field.type == FieldType::Block && field.object != nullptr && stands_for_defaults(*field.object)) {
        auto block = Tree::mapping();
        fill_defaults(block, *field.object);
        if (!block.members.empty()) tree.set(std::string(field.name), std::move(block));
      }
      continue;
    }
    each_below(tree, field, [](Tree& child, const Object& below) { fill_defaults(child, below); });
  }
}

void apply_overlay_to(Tree& server, Tree* auth_server, const Overlay& overlay) {
  for (const auto& [name, backend] : overlay.backends.value) {
    auto& entry = backend_named(server, name);
    put(entry, "url", backend->url);
    put(entry, "transport", backend->transport);
    put(entry, "caBundlePath", backend->ca_bundle);
  }
  for (const auto& [name, backend] : overlay.extra_backends.value) {
    auto& entry = backend_named(server, name);
    put(entry, "url", backend->url);
    backend->transport ? put(entry, "transport", backend->transport)
                       : static_cast<void>(entry.set("transport", Tree::string("streamable-http", Origin::Default)));
    put(entry, "caBundlePath", backend->ca_bundle);
  }
  auto* upstreams = auth_server == nullptr ? nullptr : auth_server->find("upstreams");
  if (upstreams == nullptr) return;
  for (auto& upstream : upstreams->items) {
    const auto* name = upstream.find("name");
    if (const auto* found = overlay.upstream(name == nullptr ? "default" : std::string_view(name->text))) apply_upstream(upstream, *found);
  }
}

}  // namespace vmcpauth::config::rendition
