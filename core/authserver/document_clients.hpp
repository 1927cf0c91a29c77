// Clients that are documents (CIMD): fetched when first named, through the private-address guard, without following redirects,
// at most 10 KB and 5 s; cached and bounded; one fetch in flight a URL, and not too many URLs a second.
#pragma once

#include "core/authserver/context.hpp"
#include "core/authserver/rate_limit.hpp"
#include "core/base/single_flight.hpp"
#include "core/http/client.hpp"
#include "core/oauth/client_metadata.hpp"
#include "core/store/expiring_table.hpp"

namespace vmcpauth::authserver {

class DocumentClients {
 public:
  explicit DocumentClients(const Context& context);
  // The client whose document this URL is. invalid_client says what is wrong with it or why it cannot be had; RateLimited.
  [[nodiscard]] Task<Result<store::Client>> find(std::string url);

 private:
  [[nodiscard]] Task<Result<store::Client>> fetch(std::string url);
  [[nodiscard]] Result<store::Client> accept(const std::string& url, const http::ClientResponse& response);
  [[nodiscard]] Seconds lifetime(const http::Headers& headers) const;

  const Context& context_;
  bool loopback_;
  RateLimit fetches_;
  SingleFlight<Result<store::Client>> flights_;
  Guarded<store::ExpiringTable<store::Client>> cache_;
};

// What registration accepts here, for documents and for dynamic registration.
[[nodiscard]] oauth::RegistrationPolicy registration_policy(const config::AuthServer& config);

}  // namespace vmcpauth::authserver
