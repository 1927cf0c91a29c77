// What both revisions have in common once the envelope is off: lists, and requests that one backend answers. Answers are
// finished JSON-RPC texts.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "proxy/aggregate/call.hpp"
#include "proxy/aggregate/listing.hpp"

namespace vmcpauth::proxy {

// Names per page; clients that ignore nextCursor see the first.
inline constexpr std::size_t kPageSize = 1'000;

[[nodiscard]] std::optional<mcp::ItemKind> listed_kind(std::string_view method) noexcept;
// tools/call, prompts/get, resources/read, completion/complete.
[[nodiscard]] bool is_routed(std::string_view method) noexcept;

// A page of the session's view.
[[nodiscard]] Task<std::string> list_answer(SessionPtr session, Caller caller, mcp::ItemKind kind, mcp::Message message);

struct Routed {
  std::size_t backend = 0;
  ClientRequest request;
};
// Which backend a request is for, with the names that backend knows. The error is what the client is told.
[[nodiscard]] Task<std::expected<Routed, mcp::RpcError>> find_route(SessionPtr session, Caller caller, mcp::Message message);

// A request to one backend whose answer concerns only us (resources/subscribe, logging/setLevel).
[[nodiscard]] Task<Result<mcp::Message>> ask_backend(SessionPtr session, std::size_t backend, Caller caller, std::string method, Json params);

// The backend a URI belongs to.
[[nodiscard]] Task<std::optional<std::size_t>> backend_of_uri(SessionPtr session, Caller caller, std::string uri);

}  // namespace vmcpauth::proxy
