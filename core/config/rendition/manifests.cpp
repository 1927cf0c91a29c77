#include "core/config/rendition/manifests.hpp"

#include <algorithm>

namespace vmcpauth::config::rendition {
namespace {

constexpr int kMaxListDepth = 4;

}  // namespace

const Node* at(const Node* node, std::string_view key) noexcept {
  const auto* member = node == nullptr ? nullptr : node->find(key);
  return member == nullptr || member->value.kind == NodeKind::Null ? nullptr : &member->value;
}

std::string_view text_at(const Node* node, std::string_view key) noexcept {
  const auto* value = at(node, key);
  return value != nullptr && value->is_scalar() ? std::string_view(value->text) : std::string_view();
}

bool is_true(const Node* node, std::string_view key) noexcept {
  const auto* value = at(node, key);
  return value != nullptr && value->kind == NodeKind::Bool && value->boolean;
}

Manifests::Manifests(std::span<const SourceDocuments> files) {
  for (const auto& file : files) {
    for (const auto& document : file.documents) add(document, 0);
  }
}

void Manifests::add(const Node& document, int depth) {
  const auto* items = at(&document, "items");
  const auto kind = text_at(&document, "kind");
  if (items != nullptr && kind.ends_with("List") && depth < kMaxListDepth) {
    for (const auto& item : items->items) add(item, depth + 1);
    return;
  }
  const auto* metadata = at(&document, "metadata");
  if (kind.empty() || metadata == nullptr) return;
  const auto space = text_at(metadata, "namespace");
  list_.push_back({.kind = std::string(kind),
                   .space = space.empty() ? "default" : std::string(space),
                   .name = std::string(text_at(metadata, "name")),
                   .document = &document,
                   .spec = at(&document, "spec")});
}

std::vector<const Manifest*> Manifests::of_kind(std::string_view kind) const {
  std::vector<const Manifest*> out;
  for (const auto& manifest : list_) {
    if (manifest.kind == kind) out.push_back(&manifest);
  }
  return out;
}

const Manifest* Manifests::find(std::string_view kind, std::string_view space, std::string_view name) const {
  const auto found = std::find_if(list_.begin(), list_.end(), [&](const Manifest& m) { return m.kind == kind && m.space == space && m.name == name; });
  return found == list_.end() ? nullptr : &*found;
}

}  // namespace vmcpauth::config::rendition
