// The tokens an exchange can begin with, and its target, put together from the configuration and the command line. Used by
// `token exchange`.
#pragma once

#include <optional>
#include <string>

#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/config/runtime.hpp"
#include "core/inspect/exchange_run.hpp"
#include "core/outgoing/exchange_request.hpp"

namespace vmcpauth::cli {

struct ExchangeSetup {
  outgoing::ExchangeTarget target;
  std::string backend;                          // "" = by hand
  std::optional<std::string> subject_provider;  // none: the token that a client sends
};

// The options that describe a target by hand; each overrides what --backend says.
[[nodiscard]] std::vector<Option> target_options();

// A --token-url, --subject-token-type or --client-secret-… that is wrong, or a target that is not described.
[[nodiscard]] std::optional<UsageError> check_target_options(const Invocation& invocation);

// InvalidInput (no such backend, one without an exchange), NotFound (the secret's variable or file).
[[nodiscard]] Result<ExchangeSetup> exchange_setup(const World& world, const Invocation& invocation, const config::Runtime* runtime);

// From --subject-token-file, else of the chosen session. What the store holds of the provider is offered by every type it can be sent as.
[[nodiscard]] Result<inspect::SubjectTokens> subject_tokens(const World& world, proxy::Network& network, const Invocation& invocation,
                                                            const ExchangeSetup& setup);

}  // namespace vmcpauth::cli
