#include "core/base/url.hpp"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace vmcpauth {
namespace {

constexpr std::size_t kMaxUrlBytes = 4096;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return fail(ErrorCode::InvalidInput, "URL is longer than 4096 bytes");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return fail(ErrorCode::InvalidInput, "not an absolute URL");
  const boost::urls::url_view& view = *parsed;
  Url url;
  url.text_ = text;
  url.scheme_ = lower(view.scheme());
  if (url.scheme_ != "http" && url.scheme_ != "https") return fail(ErrorCode::InvalidInput, "URL scheme is not http or https");
  if (view.has_userinfo()) return fail(ErrorCode::InvalidInput, "URL carries user information");
  if (!view.has_authority() || view.host().empty()) return fail(ErrorCode::InvalidInput, "URL has no host");
  url.host_ = lower(std::string(view.host_address()));
  if (view.encoded_host().contains('%')) return fail(ErrorCode::InvalidInput, "URL host is percent-encoded");
  if (view.host_type() == boost::urls::host_type::ipvfuture) return fail(ErrorCode::InvalidInput, "URL host is not a name or address");
  const bool plain = std::all_of(url.host_.begin(), url.host_.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':'; });
  if (!plain) return fail(ErrorCode::InvalidInput, "URL host has characters no host name has");
  url.port_ = url.scheme_ == "https" ? 443 : 80;
  if (view.has_port() && !view.port().empty()) {
    const std::string digits(view.port());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port_);
    if (error != std::errc{} || url.port_ == 0) return fail(ErrorCode::InvalidInput, "URL port is not in 1..65535");
  }
  url.path_ = std::string(view.encoded_path());
  // Boost.URL 1.81 ends an IP literal where its digits end and takes the rest of the name for a path:
  // `127.0.0.1.evil.example` must not pass for loopback. After an authority a path begins with '/' (RFC 3986 §3.3).
  if (!url.path_.empty() && !url.path_.starts_with('/')) return fail(ErrorCode::InvalidInput, "URL host begins like an address and is none");
  url.has_query_ = view.has_query();
  url.query_ = std::string(view.encoded_query());
  url.has_fragment_ = view.has_fragment();
  return url;
}

bool Url::is_loopback() const noexcept { return is_loopback_host(host_); }

std::string Url::authority() const {
  std::string out = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
  if (port_ != (is_https() ? 443 : 80)) out += ":" + std::to_string(port_);
  return out;
}

std::string Url::origin() const { return scheme_ + "://" + authority(); }

std::string Url::target() const {
  std::string out = path_.empty() ? "/" : path_;
  if (has_query_) out += "?" + query_;
  return out;
}

std::string append_query(std::string_view url, const FormFields& fields) {
  if (fields.empty()) return std::string(url);
  const auto hash = url.find('#');
  const auto base = url.substr(0, hash);
  std::string out(base);
  if (base.find('?') == std::string_view::npos) {
    out += '?';
  } else if (!base.ends_with('?') && !base.ends_with('&')) {
    out += '&';
  }
  out += form_encode(fields);
  if (hash != std::string_view::npos) out += url.substr(hash);
  return out;
}

bool is_loopback_host(std::string_view host) noexcept {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  int dots = 0;
  int value = -1;
  for (const char c : host) {
    if (c == '.') {
      if (value < 0 || ++dots > 3) return false;
      value = -1;
    } else if (c >= '0' && c <= '9') {
      value = (value < 0 ? 0 : value) * 10 + (c - '0');
      if (value > 255) return false;
    } else {
      return false;
    }
  }
  return dots == 3 && value >= 0;
}

}  // namespace vmcpauth
