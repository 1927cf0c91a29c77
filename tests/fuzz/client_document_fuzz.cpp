// A client metadata document: the first line is the client_id URL, the rest the document.
#include <cstdlib>

#include "core/oauth/client_id_document.hpp"
#include "core/oauth/redaction.hpp"
#include "core/oauth/redirect_uri.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const oauth::RegistrationPolicy kPolicy{{"openid", "profile", "email", "offline_access"}, {}, false, {}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (oauth::redact(text).size() > 510) std::abort();
  const auto split = text.find('\n');
  if (split == std::string::npos) return 0;
  const auto id = text.substr(0, split);
  if (!oauth::parse_document_url(id, oauth::LoopbackDocuments::Allowed)) return 0;
  const auto client = oauth::read_client_document(text.substr(split + 1), id, kPolicy);
  if (!client) return 0;
  if (client->confidential || client->redirect_uris.empty()) std::abort();
  for (const auto& uri : client->redirect_uris) {
    if (!oauth::check_redirect_uri(uri, oauth::RedirectSchemes::WebAndLoopback)) std::abort();
  }
  return 0;
}
