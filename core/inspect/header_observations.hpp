// What is missing or odd about a token's header (RFC 7515 §4.1, RFC 9068 §2.1). Used by make_report.
#pragma once

#include "core/inspect/decoded_token.hpp"

namespace vmcpauth::inspect {

// Adds to `out`; nothing for an opaque token.
void observe_header(const DecodedToken& token, Observations& out);

}  // namespace vmcpauth::inspect
