// The device authorization grant (RFC 8628): a code that the user types in on another device, and polling until they have.
#pragma once

#include <string>

#include "core/client/discovery.hpp"
#include "core/client/grants.hpp"

namespace vmcpauth::client {

struct DevicePrompt {
  std::string user_code;        // printable
  Url verification_uri;         // where the code is typed in
  std::optional<Url> complete;  // the same with the code in it
  Seconds lifetime{0};
};

struct DeviceAuthorization {
  Secret device_code;
  DevicePrompt prompt;
  Seconds interval{5};
};

// Where a device asks for a code. Unsupported when the server does not advertise the grant.
[[nodiscard]] Result<Url> device_endpoint(const Discovery& discovery);

// Unsupported as above; else as ask_for_tokens.
[[nodiscard]] Task<Result<DeviceAuthorization>> begin_device_grant(Ports ports, Discovery discovery, ClientIdentity client, TokenTarget target);

// Polls until the user is done. Denied (they said no), Expired (they did not come), else as ask_for_tokens.
[[nodiscard]] Task<Result<TokenAnswer>> poll_device_grant(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key,
                                                          DeviceAuthorization device, TokenTarget target);

}  // namespace vmcpauth::client
