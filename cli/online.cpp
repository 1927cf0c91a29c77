#include "cli/online.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "core/live/examine.hpp"

namespace vmcpauth::cli {

void ask_online(const World& world, const config::LoadOptions& input, Milliseconds deadline, config::LoadResult& loaded) {
  auto parties = config::read_parties(input, world.files);
  if (parties.empty()) return;
  const auto network = world.network();
  live::Examination examination{.parties = std::move(parties), .deadline = deadline};
  const bool terminal = world.terminal.error_is_terminal;
  if (terminal) {
    world.error << fmt::format("asking {} provider{} ...", examination.parties.size(), examination.parties.size() == 1 ? "" : "s") << std::flush;
    examination.progress = [&world](std::size_t done, std::size_t all, const std::string& name) {
      world.error << fmt::format("\r\x1b[K{} of {}: {}", done, all, name) << std::flush;
    };
  }
  auto found = network->run(live::examine(std::move(examination), network->http(), world.clock));
  if (terminal) world.error << "\r\x1b[K" << std::flush;
  loaded.diagnostics.append(std::move(found));
  loaded.diagnostics.sort();
}

}  // namespace vmcpauth::cli
