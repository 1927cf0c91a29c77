#include "cli/signed_in.hpp"

#include <ostream>

#include "core/base/encoding.hpp"

namespace vmcpauth::cli {

Verbosity verbosity_of(const Invocation& invocation) {
  if (invocation.has("quiet")) return Verbosity::Quiet;
  return invocation.has("verbose") ? Verbosity::Verbose : Verbosity::Normal;
}

void TerminalProgress::report(client::ProgressKind kind, std::string text) {
  const auto line = printable(text, 2000);
  switch (kind) {
    case client::ProgressKind::Step:
      if (verbosity_ != Verbosity::Quiet) out_ << line << '\n' << std::flush;
      return;
    case client::ProgressKind::Warning: out_ << "vmcpauth: warning: " << line << '\n' << std::flush; return;
    case client::ProgressKind::Detail:
      if (verbosity_ == Verbosity::Verbose) out_ << "  " << line << '\n' << std::flush;
      return;
  }
}

Result<std::unique_ptr<SignedIn>> SignedIn::open(const World& world, proxy::Network& network, Settings settings) {
  TRY(const auto folder, client::state_folder(world.env));
  TRY(auto store, client::CredentialStore::open(folder, world.private_files, world.env, world.random));
  return std::unique_ptr<SignedIn>(new SignedIn(world, network, std::move(store), std::move(settings)));
}

SignedIn::SignedIn(const World& world, proxy::Network& network, client::CredentialStore store, Settings settings)
    : progress_(world.error, settings.verbosity),
      store_(std::move(store)),
      agent_(network.user_agent(world.env, world.clock, std::move(settings.login.agent))),
      tokens_({network.http(), world.clock, world.random, network.timer()}, store_, agent_.get(), progress_,
              {.login = settings.login.settings.clone(),
               .asking = settings.asking,
               .fresh = settings.fresh,
               .read_secret = [&world](const client::SecretSource& source) { return client::read_secret(source, world.env, world.files); }}),
      access_(settings.login.settings.server, tokens_, world.clock, world.random),
      http_(network.http(), access_) {}

}  // namespace vmcpauth::cli
