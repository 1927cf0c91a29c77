// Why a login failed, in the provider's own (redacted) words, for the developer in front of the browser: clients only get a
// fixed text and an `error_uri` (RFC 6749 §4.1.2.1) that leads here. Bounded, short-lived, and only shown to the browser the
// login ran in.
#pragma once

#include <optional>
#include <string>

#include "core/authserver/context.hpp"
#include "core/http/message.hpp"
#include "core/store/expiring_table.hpp"

namespace vmcpauth::authserver {

struct FailureReport {
  std::string login;
  std::string provider, client_id;
  std::string code;     // what the client got
  std::string detail;   // redacted
  std::string binding;  // of the login's cookie; "" = not bound
};

class FailureReports {
 public:
  explicit FailureReports(const Context& context) : context_(context) {}

  // Keeps the report and gives its URL.
  [[nodiscard]] std::string add(FailureReport report);
  // The page at /oauth/error/<id>; 404 to any other browser.
  [[nodiscard]] http::Response show(const http::Request& request, std::string_view id);

 private:
  const Context& context_;
  Guarded<store::ExpiringTable<FailureReport>> reports_;
};

}  // namespace vmcpauth::authserver
