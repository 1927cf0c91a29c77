// From an outlet to the client: one JSON answer when that is all there is, else an event stream with keep-alives, and ids to
// resume it by for clients of 2025-11-25.
#pragma once

#include <string>

#include "proxy/aggregate/outlet.hpp"
#include "proxy/exchange.hpp"

namespace vmcpauth::proxy {

struct ClientStream {
  OutletPtr outlet;
  std::string name;         // events get the ids "name-number"; "" = no ids
  std::uint64_t after = 0;  // what the client has already
  bool may_be_json = true;  // a single message may be a plain JSON answer
  bool accepts_events = true;
  bool prime = false;             // begin with an event that has an id and no data (2025-11-25)
  bool ends_with_server = false;  // an endless stream: nothing to wait for when the server drains
  std::string farewell;           // sent when the stream ends from our side
  http::Headers headers;          // of the answer, besides its content type
};

// ClientLeft also when the client took the stream up on another connection.
enum class StreamEnd : std::uint8_t { Delivered, ClientLeft, Drained };

[[nodiscard]] Task<StreamEnd> send_stream(Exchange& exchange, ClientStream stream);

// "name-number" of a Last-Event-ID; nullopt for what we never gave out.
[[nodiscard]] std::optional<std::pair<std::string, std::uint64_t>> parse_event_id(std::string_view id);

}  // namespace vmcpauth::proxy
