#include "core/config/unserved_field.hpp"

namespace vmcpauth::config {
namespace {

bool is_enabled(const Node& node) {
  const auto* enabled = node.find("enabled");
  return enabled != nullptr && enabled->value.boolean;
}

// As vMCP decides (pkg/vmcp/auth/factory/incoming.go, pkg/vmcp/codemode, virtualmcpserver_vmcpconfig.go): policies count when
// there are some, code mode and audit when they are switched on, the optimizer when it is there at all.
bool has_effect(std::string_view name, const Node& node) {
  if (node.kind == NodeKind::Sequence) return !node.items.empty();
  if (name == "codeMode" || name == "audit") return is_enabled(node);
  if (name == "optimizer") return true;
  if (name != "authz") return !node.members.empty();
  const auto* type = node.find("type");
  const auto* policies = node.find("policies");
  return type != nullptr && type->value.text != "none" && policies != nullptr && !policies->value.items.empty();
}

}  // namespace

void note_field(WrittenFields& written, Decoder& decoder, const Field& field, const Member& member) {
  decoder.known_by_name(field, member.value, member.key_at);
  if (has_effect(field.name, member.value)) written.push_back({field.name, member.key_at});
}

}  // namespace vmcpauth::config
