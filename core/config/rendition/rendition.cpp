#include "core/config/rendition/rendition.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config/input_files.hpp"
#include "core/config/rendition/effective.hpp"
#include "core/config/rendition/operator_auth_server.hpp"
#include "core/config/rendition/operator_server.hpp"
#include "core/config/tables.hpp"

namespace vmcpauth::config::rendition {
namespace {

// The two documents of one server.
struct Documents {
  std::string title;
  Tree server;
  std::optional<Tree> auth_server;
  Mounts mounts;
};

Documents from_manifest(const Manifest& server, const Manifests& manifests) {
  Documents out{.title = fmt::format("VirtualMCPServer {}/{}", server.space, server.name), .server = {}, .auth_server = std::nullopt, .mounts = {}};
  out.server = server_config(server, manifests, out.mounts);
  if (const auto* config = at(server.spec, "authServerConfig")) {
    const auto* incoming = out.server.find("incomingAuth");
    const AuthServerUse use{.space = server.space, .name = server.name, .oidc = incoming == nullptr ? nullptr : incoming->find("oidc")};
    out.auth_server = auth_server_run_config(*config, use, out.mounts);
  }
  return out;
}

bool is_runtime(const Node& node) { return at(&node, "kind") == nullptr && (at(&node, "incomingAuth") != nullptr || at(&node, "outgoingAuth") != nullptr); }
bool is_auth_server(const Node& node) { return at(&node, "kind") == nullptr && at(&node, "issuer") != nullptr && at(&node, "upstreams") != nullptr; }

std::vector<Documents> from_files(std::span<const SourceDocuments> files) {
  std::vector<Documents> out;
  for (const auto& file : files) {
    for (const auto& node : file.documents) {
      if (!is_runtime(node)) continue;
      auto& documents = out.emplace_back(
          Documents{.title = fmt::format("vMCP {}", text_at(&node, "name")), .server = Tree::of(node), .auth_server = std::nullopt, .mounts = {}});
      for (const auto& beside : files) {
        if (beside.folder != file.folder) continue;
        const auto found = std::find_if(beside.documents.begin(), beside.documents.end(), is_auth_server);
        if (found != beside.documents.end()) documents.auth_server = Tree::of(*found);
      }
    }
  }
  return out;
}

// The authorization server's callback is where an upstream without its own sends users back to.
void fill_redirect_uris(Tree& auth_server) {
  const auto* issuer = auth_server.find("issuer");
  auto* upstreams = auth_server.find("upstreams");
  if (issuer == nullptr || upstreams == nullptr) return;
  const auto callback = issuer->text + "/oauth/callback";
  for (auto& upstream : upstreams->items) {
    for (const auto* name : {"oidc_config", "oauth2_config"}) {
      auto* client = upstream.find(name);
      if (client != nullptr && client->find("redirect_uri") == nullptr) client->set("redirect_uri", Tree::string(callback, Origin::Default));
    }
  }
}

std::string mounted(const char* what, const std::vector<Mount>& mounts) {
  std::string out;
  for (const auto& mount : mounts) out += fmt::format("# {} {} comes from {}\n", what, mount.name, mount.from);
  return out;
}

std::string not_shown(const std::vector<std::string>& left_out) {
  std::string out;
  for (const auto& what : left_out) out += fmt::format("# not shown: {}\n", what);
  return out;
}

// Files are read in the same order each time, so that places mean the same in both readings.
bool report_missing(const Mounts& mounts, Diagnostics& diagnostics) {
  for (const auto& missing : mounts.missing) {
    diagnostics.report(Rule::MissingResource, missing.at, fmt::format("the {} {} is not in the input", missing.kind, config::quoted(missing.name)))
        .with_severity(Severity::Error)
        .with_hint("the operator generates nothing without it: name its file, too");
  }
  return !mounts.missing.empty();
}

std::string print(const Documents& documents, const Sources* origins) {
  auto out = fmt::format("# {}: config.yaml\n", documents.title) + mounted("variable", documents.mounts.variables) + mounted("file", documents.mounts.files) +
             not_shown(documents.mounts.left_out);
  out += to_yaml(documents.server, origins);
  if (documents.auth_server) out += fmt::format("---\n# {}: authserver-config.yaml\n", documents.title) + to_yaml(*documents.auth_server, origins);
  return out;
}

void make_effective(Documents& documents, const Overlay& overlay) {
  auto* auth_server = documents.auth_server ? &*documents.auth_server : nullptr;
  apply_overlay_to(documents.server, auth_server, overlay);
  fill_defaults(documents.server, kServer);
  if (auth_server == nullptr) return;
  fill_redirect_uris(*auth_server);
  fill_defaults(*auth_server, kAuthServerRunConfig);
}

void hide(Documents& documents) {
  hide_secrets(documents.server, kServer);
  if (documents.auth_server) hide_secrets(*documents.auth_server, kAuthServerRunConfig);
}

void no_choice(const std::vector<Documents>& all, const LoadOptions& input, bool effective, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto& documents : all) {
    if (const auto* name = documents.server.find("name")) names.push_back(name->text);
  }
  if (all.size() > 1) {
    diagnostics.report(Rule::NoSuchServer, {}, fmt::format("there are {} servers: which one?", all.size()))
        .with_hint(fmt::format("--server NAME; servers: {}", fmt::join(names, ", ")));
  } else if (!input.server.empty()) {
    diagnostics.report(Rule::NoSuchServer, {}, fmt::format("there is no server {}", config::quoted(input.server)));
  } else {
    diagnostics.report(Rule::NoSuchServer, {}, "the input has no VirtualMCPServer to render")
        .with_hint(effective ? "name manifests or a vMCP runtime configuration"
                             : "a vMCP runtime file is what the operator generates already; --effective shows its defaults");
  }
}

}  // namespace

Rendition render(const Request& request, const Files& files) {
  Rendition out{.checked = check(request.input, files), .text = std::nullopt};
  if (out.checked.diagnostics.has_errors()) return out;
  // Read once more: check() keeps no documents.
  Sources sources;
  Diagnostics ignored;
  LoadStatistics statistics;
  const auto inputs = read_inputs(request.input, ReadMode::Documents, files, sources, ignored, statistics);
  const Manifests manifests(inputs.documents);
  std::vector<Documents> all;
  for (const auto* server : manifests.of_kind("VirtualMCPServer")) all.push_back(from_manifest(*server, manifests));
  if (request.effective) {
    auto written = from_files(inputs.documents);
    all.insert(all.end(), std::make_move_iterator(written.begin()), std::make_move_iterator(written.end()));
  }
  const auto& wanted = request.input.server;
  if (!wanted.empty()) {
    std::erase_if(all, [&](const Documents& documents) {
      const auto* name = documents.server.find("name");
      return name == nullptr || name->text != wanted;
    });
  }
  if (all.size() != 1) {
    no_choice(all, request.input, request.effective, out.checked.diagnostics);
    return out;
  }
  if (report_missing(all.front().mounts, out.checked.diagnostics)) {
    out.checked.diagnostics.sort();
    return out;
  }
  if (request.effective) make_effective(all.front(), inputs.overlay);
  hide(all.front());
  out.text = print(all.front(), request.effective ? &sources : nullptr);
  return out;
}

}  // namespace vmcpauth::config::rendition
