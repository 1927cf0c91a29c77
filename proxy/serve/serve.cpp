// Replaced by the composition root once the rooms it composes are there.
#include "proxy/serve/serve.hpp"

namespace vmcpauth::proxy {

Result<void> serve(const ServeOptions& /*options*/) { return fail(ErrorCode::Unsupported, "serving is not part of this build yet"); }

}  // namespace vmcpauth::proxy
