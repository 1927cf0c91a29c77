#include "core/store/records.hpp"

namespace vmcpauth::store {

PendingAuthorization PendingAuthorization::clone() const {
  PendingAuthorization copy;
  copy.internal_state = internal_state;
  copy.session_id = session_id;
  copy.client_id = client_id;
  copy.redirect_uri = redirect_uri;
  copy.state = state;
  copy.code_challenge = code_challenge;
  copy.nonce = nonce;
  copy.scopes = scopes;
  copy.resource = resource;
  copy.refresh_allowed = refresh_allowed;
  copy.provider = provider;
  copy.leg = leg;
  copy.pkce_verifier = pkce_verifier.clone();
  copy.upstream_nonce = upstream_nonce;
  copy.browser_binding = browser_binding;
  copy.user_id = user_id;
  copy.user_name = user_name;
  copy.user_email = user_email;
  copy.created_at = created_at;
  copy.expires_at = expires_at;
  return copy;
}

UpstreamTokens UpstreamTokens::clone() const {
  UpstreamTokens copy;
  copy.provider = provider;
  copy.access_token = access_token.clone();
  copy.refresh_token = refresh_token.clone();
  copy.id_token = id_token.clone();
  copy.expires_at = expires_at;
  copy.session_expires_at = session_expires_at;
  copy.user_id = user_id;
  copy.upstream_subject = upstream_subject;
  copy.client_id = client_id;
  copy.scopes = scopes;
  copy.user_name = user_name;
  copy.user_email = user_email;
  copy.created_at = created_at;
  copy.last_used_at = last_used_at;
  copy.last_refresh = last_refresh;
  return copy;
}

UpstreamRegistration UpstreamRegistration::clone() const {
  UpstreamRegistration copy;
  copy.client_id = client_id;
  if (client_secret) copy.client_secret = client_secret->clone();
  copy.token_endpoint_auth_method = token_endpoint_auth_method;
  copy.secret_expires_at = secret_expires_at;
  return copy;
}

}  // namespace vmcpauth::store
