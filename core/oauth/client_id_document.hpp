// Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document): a client whose id is the URL of a
// document about itself. Here are the rules of the URL and of the document; fetching and caching is authserver's.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/url.hpp"
#include "core/oauth/client_metadata.hpp"

namespace vmcpauth::oauth {

enum class LoopbackDocuments : std::uint8_t { Refused, Allowed };

// True when a client_id means a document rather than a registration.
[[nodiscard]] bool is_document_client_id(std::string_view client_id) noexcept;

// §3 of the draft: https (or, for development, http to loopback), a path beyond "/", no fragment, no user information, no dot
// segments. invalid_client.
[[nodiscard]] Result<Url> parse_document_url(std::string_view client_id, LoopbackDocuments loopback);

// §4: `client_id` must be the URL itself, redirect URIs https or loopback, no shared secret; grant and response types we do
// not speak are dropped, authorization_code and code must remain. invalid_client.
[[nodiscard]] Result<AcceptedClient> read_client_document(std::string_view json_text, std::string_view client_id, const RegistrationPolicy& policy);

}  // namespace vmcpauth::oauth
