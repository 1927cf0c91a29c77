// The YAML, JSON and TOML readers: never throw, always end, and every span lies in the text and can be shown.
// The first byte chooses the reader.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/config/document.hpp"
#include "core/config/render.hpp"

using namespace vmcpauth::config;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void visit(const Node& node, const Sources& sources, int depth) {
  require(depth <= 102);
  require(node.at.valid() && node.at.offset <= sources.text(node.at.file).size());
  for (const auto& item : node.items) visit(item, sources, depth + 1);
  for (const auto& member : node.members) {
    require(member.key_at.valid());
    visit(member.value, sources, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Sources sources;
  Diagnostics diagnostics;
  const auto file = sources.add("input", std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const ReadLimits limits{.max_bytes = 64 * 1024, .max_nodes = 5'000, .max_copied_nodes = 5'000, .max_copied_bytes = 256 * 1024};
  const auto documents = data[0] == 'J'   ? read_json(sources, file, diagnostics, limits)
                         : data[0] == 'T' ? read_toml(sources, file, diagnostics, limits)
                                          : read_yaml(sources, file, diagnostics, limits);
  for (const auto& document : documents) visit(document, sources, 0);
  diagnostics.sort();
  static_cast<void>(render(diagnostics, sources));
  return 0;
}
