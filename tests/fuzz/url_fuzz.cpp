// Any text as a URL, a redirect URI, the address of a Redis or of a store: what is accepted can be taken apart, is bounded, carries
// no line break, and reads the same again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/url.hpp"
#include "core/oauth/redirect_uri.hpp"
#include "core/oauth/server_metadata.hpp"
#include "proxy/redis/settings.hpp"
#include "proxy/store/location.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_plain(std::string_view text) { return text.find_first_of(std::string_view("\r\n\t \0", 5)) == std::string_view::npos; }

void check_url(const Url& url) {
  require(url.text().size() <= 4096 && !url.host().empty() && is_plain(url.text()));
  require(url.path().empty() || url.path().starts_with('/'));
  require(!url.target().empty() && is_plain(url.target()) && is_plain(url.authority()));
  const auto origin = Url::parse(url.origin());
  require(origin && origin->host() == url.host() && origin->port() == url.port() && origin->scheme() == url.scheme());
  const auto longer = Url::parse(append_query(url.text(), {{"state", "a b&c"}}));
  if (!longer) return;  // too long by now
  require(longer->host() == url.host() && longer->path() == url.path() && longer->query().ends_with("state=a+b%26c"));
}

void check_redirect(const std::string& text) {
  if (!oauth::check_redirect_uri(text, oauth::RedirectSchemes::PrivateUseToo)) return;
  require(is_plain(text) && text.size() <= 2048 && text.find('#') == std::string::npos);
  require(oauth::is_registered_redirect({text}, text, false) && oauth::is_registered_redirect({text}, text, true));
  if (oauth::check_redirect_uri(text, oauth::RedirectSchemes::WebAndLoopback)) require(oauth::is_loopback_redirect(text) || Url::parse(text)->is_https());
}

void check_redis(const std::string& text) {
  const auto settings = proxy::parse_redis_url(text);
  if (!settings) return;
  require(!settings->endpoints.empty() && settings->database >= 0);
  const auto& password = settings->password.reveal();
  require(password.size() < 8 || text.find("prefix=") != std::string::npos || settings->describe().find(password) == std::string::npos ||
          settings->endpoints.front().host.find(password) != std::string::npos || settings->master_name.find(password) != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto url = Url::parse(text)) check_url(*url);
  check_redirect(text);
  check_redis(text);
  static_cast<void>(proxy::parse_store_location(text));
  static_cast<void>(proxy::parse_redis_endpoint(text));
  for (const auto order : {oauth::DiscoveryOrder::OpenId, oauth::DiscoveryOrder::OAuth}) {
    const auto urls = oauth::discovery_urls(text, order);
    require(!urls || (!urls->empty() && urls->size() <= 3));
  }
  return 0;
}
