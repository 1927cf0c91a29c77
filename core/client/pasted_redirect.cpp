#include "core/client/pasted_redirect.hpp"

#include "core/base/secret.hpp"
#include "core/base/url.hpp"
#include "core/oauth/parameters.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::size_t kMaxPasted = 16U << 10U;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kClinging = " \t\r\n\"'<>";
  const auto first = text.find_first_not_of(kClinging);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kClinging) - first + 1);
}

}  // namespace

bool has_state(std::string_view query, std::string_view state) {
  const auto parameters = oauth::Parameters::parse(query);
  return parameters && !parameters->is_repeated("state") && !state.empty() && constant_time_equal(parameters->get("state"), state);
}

Result<std::string> read_pasted_redirect(std::string_view pasted, std::string_view redirect_uri, std::string_view state) {
  if (pasted.size() > kMaxPasted) return fail(ErrorCode::InvalidInput, "that is too long for a redirect URL");
  const auto text = trimmed(pasted);
  if (!text.starts_with(redirect_uri) || text.size() == redirect_uri.size() || text[redirect_uri.size()] != '?') {
    return fail(ErrorCode::InvalidInput, "that is not the URL the browser ended at; it begins with " + std::string(redirect_uri) + "?");
  }
  auto query = text.substr(redirect_uri.size() + 1);
  query = query.substr(0, query.find('#'));
  if (!has_state(query, state)) return fail(ErrorCode::BadResponse, "that is the answer to another login: its state is not the one sent");
  return std::string(query);
}

}  // namespace vmcpauth::client
