// Documents to resources: which kind a document is, and its decoding into the inventory. Called by load.cpp.
#pragma once

#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/load.hpp"
#include "core/config/resources.hpp"

namespace vmcpauth::config {

// What ToolHive calls the file with the authorization server's part of a runtime configuration.
inline constexpr std::string_view kAuthServerFileName = "authserver-config.yaml";

struct SourceDocuments {
  FileId file = kNoFile;
  std::string folder;  // for paths that are relative to the file
  bool named = false;  // the user named this very file
  std::vector<Node> documents;
};

// Decodes what is known, counts the rest.
void read_resources(const SourceDocuments& documents, Sources& sources, Diagnostics& diagnostics, Inventory& inventory, LoadStatistics& statistics);

}  // namespace vmcpauth::config
