#include "core/http/headers.hpp"

#include <algorithm>
#include <array>

#include "core/http/name_set.hpp"

namespace vmcpauth::http {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr NameSet kHopByHop{"connection", "keep-alive",        "proxy-connection", "proxy-authenticate", "http2-settings", "te",
                            "trailer",    "transfer-encoding", "upgrade"};
constexpr NameSet kReserved{"authorization", "cookie", "proxy-authorization", "forwarded", "x-real-ip", "host"};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool same_letters(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& header : list_) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(list_.begin(), list_.end(), [&](const Header& h) { return equals_ignoring_case(h.name, name); }));
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  list_.push_back({std::string(name), std::move(value)});
}

void Headers::remove(std::string_view name) {
  std::erase_if(list_, [&](const Header& h) { return equals_ignoring_case(h.name, name); });
}

// Without early exit, so that it is vectorised.
bool has_control(std::string_view text) noexcept {
  unsigned found = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    found |= static_cast<unsigned>(byte < 0x20) & static_cast<unsigned>(byte != '\t');
    found |= static_cast<unsigned>(byte == 0x7F);
  }
  return found != 0;
}

bool is_header_name(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return kTokenCharacters[static_cast<unsigned char>(c)]; });
}

bool is_header_value(std::string_view value) noexcept { return value.size() == trim(value).size() && !has_control(value); }

bool is_hop_by_hop(std::string_view name) noexcept { return kHopByHop.contains(name); }

void remove_hop_by_hop(Headers& headers) {
  std::vector<std::string> named;
  for (const auto& header : headers) {
    if (!equals_ignoring_case(header.name, "connection")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      named.emplace_back(trim(rest.substr(0, comma)));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  headers.remove_if([&](const Header& h) {
    return is_hop_by_hop(h.name) || std::any_of(named.begin(), named.end(), [&](const auto& n) { return equals_ignoring_case(h.name, n); });
  });
}

bool is_reserved_request_header(std::string_view name) noexcept { return kReserved.contains(name) || starts_with_ignoring_case(name, "x-forwarded-"); }

bool is_passthrough_allowed(std::string_view name) noexcept {
  return is_header_name(name) && !is_hop_by_hop(name) && !is_reserved_request_header(name) && !equals_ignoring_case(name, "content-length");
}

}  // namespace vmcpauth::http
