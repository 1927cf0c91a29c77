// What a registration endpoint answers (RFC 7591 §3.2), made a Registration. Called by the registrar.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/http/client.hpp"
#include "core/upstream/provider_error.hpp"
#include "core/upstream/registrations.hpp"
#include "core/upstream/token_endpoint.hpp"

namespace vmcpauth::upstream {

// `asked` is the method that was sent; it holds when the answer names none. UpstreamError (refused; the message says so when the
// provider has no registration at all), BadResponse, Unsupported (a method we cannot do).
[[nodiscard]] Result<Registration> read_registration(const http::ClientResponse& response, const Peer& peer, ClientAuthentication asked,
                                                     const std::vector<std::string_view>& secrets);

}  // namespace vmcpauth::upstream
