// A CustomResourceDefinition and the documents below it (one YAML stream): whatever either holds, validation ends, every
// finding can be shown, and the same input gives the same findings.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/config/crd/catalog.hpp"
#include "core/config/document.hpp"
#include "core/config/render.hpp"

using namespace vmcpauth::config;

namespace {

std::string judge(const std::string& text) {
  Sources sources;
  Diagnostics diagnostics;
  const ReadLimits limits{.max_bytes = 64 * 1024, .max_nodes = 5'000, .max_copied_nodes = 5'000, .max_copied_bytes = 256 * 1024};
  const auto documents = read_yaml(sources, sources.add("input", text), diagnostics, limits);
  crd::Catalog catalog;
  for (const auto& document : documents) catalog.add(document, diagnostics);
  for (const auto& document : documents) catalog.validate(document, diagnostics);
  diagnostics.sort();
  return render(diagnostics, sources);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (judge(text) != judge(text)) std::abort();
  return 0;
}
