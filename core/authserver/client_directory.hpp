// Who is this client_id? Delegate clients of the configuration first, then documents at URLs (CIMD), then what registered
// itself. And: is it really them (client authentication at the token endpoint)?
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/authserver/context.hpp"
#include "core/authserver/document_clients.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/client_authentication.hpp"

namespace vmcpauth::authserver {

class ClientDirectory {
 public:
  explicit ClientDirectory(const Context& context);

  // nullopt: unknown. invalid_client: its document is refused or cannot be had (the message says why); Unavailable: the
  // store cannot answer; RateLimited: too many documents at once.
  [[nodiscard]] Task<Result<std::optional<store::Client>>> find(std::string client_id);

  // The client a token request authenticates as; nullopt when the request names none. invalid_client for an unknown client,
  // a wrong or missing secret, or another method than the registered one.
  [[nodiscard]] Task<Result<std::optional<store::Client>>> authenticate(const http::Request& request, const oauth::Parameters& form);

  [[nodiscard]] static std::string hash_secret(std::string_view secret);

 private:
  const Context& context_;
  std::map<std::string, store::Client, std::less<>> delegates_;
  DocumentClients documents_;
};

[[nodiscard]] bool may_use(const store::Client& client, std::string_view grant_type);

}  // namespace vmcpauth::authserver
