#include "core/config/rendition/copied_fields.hpp"

#include "core/config/rendition/manifests.hpp"

namespace vmcpauth::config::rendition {

void copy_fields(const Node* from, std::span<const CopiedField> fields, Tree& to) {
  for (const auto& field : fields) {
    const auto* value = at(from, field.from);
    if (value == nullptr) {
      if (field.how == Copy::Default) to.set(std::string(field.to), Tree::scalar(field.preset_kind, std::string(field.preset), Origin::Default));
      continue;
    }
    const bool empty_text = value->kind == NodeKind::String && value->text.empty();
    const bool empty_list = !value->is_scalar() && value->items.empty() && value->members.empty();
    if (empty_text || empty_list || (field.how == Copy::Flag && !value->boolean)) continue;
    to.set(std::string(field.to), Tree::of(*value));
  }
}

}  // namespace vmcpauth::config::rendition
