// Documents to resources: which kind a document is, its decoding, and the merging of what several files hold.
// Called by input_files.cpp; reading one file touches nothing of another, so that files can be read in parallel.
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

// Decodes what is known, counts the rest. `found` is this file's alone: what is there twice is kept.
void read_resources(const SourceDocuments& documents, Sources& sources, Diagnostics& diagnostics, Inventory& found, LoadStatistics& statistics);

// Moves the resources of one file into the whole; one that is there already is reported and dropped.
void merge(Inventory&& found, Inventory& whole, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
