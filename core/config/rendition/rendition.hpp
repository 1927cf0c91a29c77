// Configuration as it is run: what ToolHive's operator would generate from manifests, or (effective) everything with its
// defaults and overlay and where each value came from. Called by `vmcpauth config render`.
#pragma once

#include <optional>
#include <string>

#include "core/config/load.hpp"

namespace vmcpauth::config::rendition {

struct Request {
  LoadOptions input;
  bool effective = false;
};

struct Rendition {
  LoadResult checked;               // findings of the input, as check() gives them
  std::optional<std::string> text;  // one or two YAML documents; nothing when there is an error finding
};

[[nodiscard]] Rendition render(const Request& request, const Files& files);

}  // namespace vmcpauth::config::rendition
