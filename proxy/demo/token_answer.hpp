// Puts the members of a token response where a provider puts them: the reverse of the gjson-style paths that
// token_response_mapping and identity_from_token read with. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "proxy/demo/identity_provider_spec.hpp"

namespace vmcpauth::proxy {

// Sets the value at a dot path (`a.b`, `data.0.token`, `a\.b`), making objects and arrays on the way. InvalidInput when the
// path is empty, uses a query, wildcard or modifier, or goes through something that is no container.
[[nodiscard]] Result<void> set_at_path(Json& root, std::string_view path, Json value);

// Where one identity field of the token answer lives: a member of it, or a claim of the JWT in that member.
struct IdentityPlace {
  std::string member;
  std::string claim;  // "" = the member itself
};
// `member|@upstreamjwt|claim` or a plain path.
[[nodiscard]] IdentityPlace identity_place(std::string_view path);

// The claims that JWTs in the answer must carry for the identity paths: by member path ("access_token" unless mapped).
[[nodiscard]] Result<std::map<std::string, Json>> claims_by_member(const TokenAnswer& answer, const DemoUser& user);

// The identity fields that are plain members. InvalidInput as set_at_path.
[[nodiscard]] Result<void> add_identity_members(Json& body, const TokenAnswer& answer, const DemoUser& user);

// Where the access token is: its mapped path, or the standard member.
[[nodiscard]] std::string access_token_member(const TokenAnswer& answer);

}  // namespace vmcpauth::proxy
