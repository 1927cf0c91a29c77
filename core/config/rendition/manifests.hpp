// The manifests a rendition draws on, as documents: found by kind, namespace and name. Made by rendition.cpp from the inputs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/manifest_reader.hpp"

namespace vmcpauth::config::rendition {

struct Manifest {
  std::string kind, space, name;
  const Node* document = nullptr;
  const Node* spec = nullptr;  // null: none is written
};

class Manifests {
 public:
  explicit Manifests(std::span<const SourceDocuments> files);

  [[nodiscard]] std::vector<const Manifest*> of_kind(std::string_view kind) const;
  // Null when it is not in the input.
  [[nodiscard]] const Manifest* find(std::string_view kind, std::string_view space, std::string_view name) const;
  [[nodiscard]] const std::vector<Manifest>& all() const noexcept { return list_; }

 private:
  void add(const Node& document, int depth);
  std::vector<Manifest> list_;
};

// The member's value, or null when it is not there or nothing.
[[nodiscard]] const Node* at(const Node* node, std::string_view key) noexcept;
// Its text, or "" when it is no string.
[[nodiscard]] std::string_view text_at(const Node* node, std::string_view key) noexcept;
[[nodiscard]] bool is_true(const Node* node, std::string_view key) noexcept;

}  // namespace vmcpauth::config::rendition
