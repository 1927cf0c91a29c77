// The sign-in page of a built-in identity provider and its error page: pure functions from what they show to HTML.
#pragma once

#include <string>
#include <vector>

#include "core/http/message.hpp"
#include "proxy/demo/identity_provider_spec.hpp"

namespace vmcpauth::proxy {

struct SignIn {
  std::string provider, client_id, redirect_host;
  std::vector<std::string> scopes;
  const std::vector<DemoUser>& users;
  std::string selected;     // subject of the user that is chosen at first
  std::string form_action;  // path and query the form is sent to
  std::string csrf;
};

[[nodiscard]] http::Response sign_in_page(const SignIn& sign_in);

// For errors that must not be redirected (RFC 6749 §4.1.2.1). `retry_path` "" = no link.
[[nodiscard]] http::Response sign_in_error_page(int status, const std::string& provider, const std::string& what, const std::string& retry_path = {});

}  // namespace vmcpauth::proxy
