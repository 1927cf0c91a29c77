#include "core/store/records.hpp"

namespace vmcpauth::store {

UpstreamTokens UpstreamTokens::clone() const {
  return {provider, access_token.clone(), refresh_token.clone(), id_token.clone(), expires_at, session_expires_at, user_id, upstream_subject, client_id,
          scopes};
}

}  // namespace vmcpauth::store
