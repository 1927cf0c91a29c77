#include "core/config/load.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/config/build_runtime.hpp"
#include "core/config/crd/check.hpp"
#include "core/config/input_files.hpp"
#include "core/config/practice/practice.hpp"
#include "core/config/rules.hpp"
#include "core/config/secret_resolver.hpp"

namespace vmcpauth::config {
namespace {

// Everything that was read, and every server planned and checked.
struct Reading {
  LoadResult result;
  Inventory inventory;
  Overlay overlay;
  std::vector<ServerPlan> plans;
};

void plan_all(Reading& reading, Purpose purpose) {
  auto& diagnostics = reading.result.diagnostics;
  // A server that is not run is only checked.
  const bool single = reading.inventory.servers.size() + reading.inventory.runtime_files.size() == 1;
  for (const auto& server : reading.inventory.servers)
    reading.plans.push_back(plan_server(server, reading.inventory, single ? purpose : Purpose::Check, diagnostics));
  for (const auto& file : reading.inventory.runtime_files) reading.plans.push_back(plan_server(file, reading.inventory));
  for (const auto& plan : reading.plans) reading.result.servers.push_back(plan.name);
}

void check_local_issuer(const Text& issuer, Diagnostics& diagnostics) {
  if (!issuer || issuer.value == "local" || issuer.value == "keep") return;
  if (const auto problem = issuer_problem(issuer.value, {})) {
    diagnostics.report(Rule::IssuerForm, issuer.at, fmt::format("[local] issuer \"{}\" {}", printable(issuer.value, 200), *problem))
        .with_hint("\"local\", \"keep\", or the URL under which this proxy is reached");
  }
}

void read_everything(Reading& reading, const LoadOptions& options, const Files& files, Purpose purpose) {
  auto& result = reading.result;
  const auto mode = options.crds.empty() ? ReadMode::Resources : ReadMode::Both;
  auto inputs = read_inputs(options, mode, files, result.sources, result.diagnostics, result.statistics);
  reading.overlay = std::move(inputs.overlay);
  reading.inventory = std::move(inputs.inventory);
  if (!options.crds.empty()) {
    const auto catalog = crd::read_catalog(options.crds, files, result.sources, result.diagnostics);
    crd::check_documents(catalog, inputs.documents, result.diagnostics);
  }
  if (reading.overlay.local->listen) result.listen = reading.overlay.local->listen.value;
  if (reading.overlay.local->issuer) result.issuer = reading.overlay.local->issuer.value;
  check_local_issuer(reading.overlay.local->issuer, result.diagnostics);
  plan_all(reading, purpose);
  check_resources(reading.inventory, reading.overlay, purpose, result.diagnostics);
}

void report_nothing(Reading& reading) {
  auto& result = reading.result;
  if (result.statistics.resources > 0 || result.diagnostics.has_errors()) return;
  result.diagnostics.report(Rule::NothingFound, {},
                            fmt::format("no vMCP configuration was found ({} file{} read)", result.statistics.files, result.statistics.files == 1 ? "" : "s"));
}

// The server to run; nothing (after reporting) when that is not clear.
ServerPlan* choose(Reading& reading, const LoadOptions& options) {
  auto& plans = reading.plans;
  auto& diagnostics = reading.result.diagnostics;
  const std::string& wanted = !options.server.empty() ? options.server : reading.overlay.server.value;
  if (wanted.empty() && plans.size() == 1) return &plans.front();
  if (plans.empty()) {
    diagnostics.report(Rule::NoSuchServer, {}, "the input has no VirtualMCPServer and no vMCP configuration to run");
    return nullptr;
  }
  const Span at = options.server.empty() ? reading.overlay.server.at : Span{};
  const auto found = std::count_if(plans.begin(), plans.end(), [&](const ServerPlan& plan) { return plan.name == wanted; });
  if (found == 1) return &*std::find_if(plans.begin(), plans.end(), [&](const ServerPlan& plan) { return plan.name == wanted; });
  const auto message = wanted.empty() ? fmt::format("there are {} servers: which one?", plans.size())
                       : found == 0   ? fmt::format("there is no server \"{}\"", printable(wanted, 100))
                                      : fmt::format("there are {} servers \"{}\"", found, printable(wanted, 100));
  diagnostics.report(Rule::NoSuchServer, at, message).with_hint(fmt::format("--server NAME; servers: {}", fmt::join(reading.result.servers, ", ")));
  return nullptr;
}

// What issuer, audience and resource are mapped to; "" leaves them.
std::string issuer_origin(const LoadOptions& options, const std::optional<std::string>& overlay) {
  const std::string word = options.issuer ? *options.issuer : overlay.value_or("local");
  if (word == "keep") return "";
  return word == "local" ? options.local_origin : word;
}

}  // namespace

bool MockUpstreams::covers(std::string_view upstream) const { return all || std::find(names.begin(), names.end(), upstream) != names.end(); }

LoadResult check(const LoadOptions& options, const Files& files) {
  Reading reading;
  read_everything(reading, options, files, Purpose::Check);
  for (auto& plan : reading.plans) {
    // With several servers an overlay that is meant for one would look wrong for the others.
    if (reading.plans.size() == 1) apply_overlay(plan, reading.overlay, reading.result.diagnostics);
    check_server(plan, Purpose::Check, reading.result.diagnostics);
  }
  if (options.practice) check_practice(reading.inventory, reading.plans, reading.result.diagnostics);
  report_nothing(reading);
  reading.result.diagnostics.sort();
  return std::move(reading.result);
}

LoadResult load(const LoadOptions& options, const Files& files, const Env& env) {
  Reading reading;
  read_everything(reading, options, files, Purpose::Serve);
  auto& result = reading.result;
  auto* chosen = choose(reading, options);
  for (auto& plan : reading.plans) {
    if (&plan == chosen) apply_overlay(plan, reading.overlay, result.diagnostics);
    check_server(plan, &plan == chosen ? Purpose::Serve : Purpose::Check, result.diagnostics);
  }
  if (chosen != nullptr) {
    SecretResolver secrets(reading.inventory, reading.overlay, files, env, result.diagnostics);
    result.runtime = build_runtime(*chosen, reading.overlay, options.mock_upstreams, secrets, result.diagnostics);
    if (result.runtime) result.runtime->unserved = located(chosen->unserved, result.sources);
  }
  const auto origin = issuer_origin(options, result.issuer);
  if (result.runtime && !origin.empty()) map_to_origin(*result.runtime, origin);
  report_nothing(reading);
  result.diagnostics.sort();
  return std::move(reading.result);
}

}  // namespace vmcpauth::config
