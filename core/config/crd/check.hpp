// Everything that was read against a catalog, and one voice where the catalog and our own field tables say the same: the
// definitions of the cluster's version decide which fields there are. Called by load.cpp.
#pragma once

#include <span>

#include "core/config/crd/catalog.hpp"
#include "core/config/manifest_reader.hpp"

namespace vmcpauth::config::crd {

// Validates every covered document, also inside Lists, and drops the findings of our tables that are answered by it: unknown
// fields of covered documents, and structure findings at a place where the catalog has one.
void check_documents(const Catalog& catalog, std::span<const SourceDocuments> files, Diagnostics& diagnostics);

}  // namespace vmcpauth::config::crd
