// An MCP client over Streamable HTTP for both eras: sessions with `initialize` (up to 2025-11-25) and stateless requests with
// `_meta` and mirrored headers (2026-07-28). Finds out which one the server speaks, follows pages, answers what the server asks
// back, and takes a lost session up again. One request at a time; authentication is the port's business (a decorator).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/mcp/client/http_exchange.hpp"
#include "core/mcp/client/peers.hpp"
#include "core/mcp/revision.hpp"

namespace vmcpauth::mcp {

struct ClientSettings {
  ExchangeSettings exchange;
  http::Headers headers;                // added to every request, after ours
  std::optional<std::string> revision;  // one of kRevisions; none = find out
  std::string name = "vmcpauth", version;
};

// An error the server answered with; it is an answer, not a failure of ours.
struct ServerError {
  std::int64_t code = 0;
  std::string message;
  Json data;
  int status = 200;  // of HTTP
};

// An identity provider's token is what is missing: `vmcpauth serve` names the reason in the error's data.
[[nodiscard]] bool lacks_upstream_token(const ServerError& error);

struct Outcome {
  Json result;  // null when there is an error
  std::optional<ServerError> error;
};

struct ServerFacts {
  Era era = Era::Modern;
  std::string revision;
  Json info, capabilities;  // null when the server was not asked
  std::string instructions;
  std::vector<std::string> supported;  // revisions, as far as the server said
};

// Who the server is, from a result of `server/discover`: its own member, or the metadata every modern result may carry. Null: not said.
[[nodiscard]] Json server_info(const Json& discovered);

class Client {
 public:
  Client(http::StreamingClient& http, Timer& timer, ServerRequests& answers, ClientObserver& observer, ClientSettings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Finds the era (basic/versioning): a forced revision, else `server/discover` and, when that is no modern answer, `initialize`.
  // Unauthenticated (401), Forbidden (403), Unsupported (no common revision), BadResponse, and what the port says.
  [[nodiscard]] Task<Result<void>> connect();
  [[nodiscard]] const ServerFacts& server() const noexcept { return facts_; }

  // One request after connect(). `extra` are headers of this request only. Input the server asks for on the way is given through
  // ServerRequests; a lost session is opened again once.
  [[nodiscard]] Task<Result<Outcome>> request(std::string method, Json params, http::Headers extra);
  // A list method with every page; `member` of the result holds them all. tools/list of the modern era leaves out tools whose
  // header annotations are invalid, and says so to the observer. At most 200 pages.
  [[nodiscard]] Task<Result<Outcome>> list(std::string method, std::string member, Json params);
  [[nodiscard]] Task<Result<void>> notify(std::string method, Json params);

  // Ends the listening stream and the session. Call it, and wait, before the client dies.
  [[nodiscard]] Task<void> close();

 private:
  struct Listener;
  [[nodiscard]] Task<Result<Outcome>> send(std::string method, Json params, http::Headers extra);
  [[nodiscard]] Task<Result<Outcome>> send_with_input(std::string method, Json params, http::Headers extra);
  [[nodiscard]] Task<Result<Json>> input_for(Json requests);
  [[nodiscard]] Task<Result<bool>> probe();
  [[nodiscard]] Task<Result<void>> initialize(std::string version);
  [[nodiscard]] Task<Result<void>> choose(const ServerError& error);
  [[nodiscard]] http::Headers headers_for(const std::string& method, const Json& params, const http::Headers& extra) const;
  void add_meta(Json& params, const RequestId& id) const;
  [[nodiscard]] Task<void> incoming(Message message);
  void told(const Message& message);
  [[nodiscard]] Task<void> respond(Message request);
  void start_listening();

  ServerRequests& answers_;
  ClientObserver& observer_;
  ClientSettings settings_;
  HttpExchange exchange_;
  HttpExchange::OnMessage on_message_;
  ServerFacts facts_;
  std::string session_;
  std::int64_t last_id_ = 0;
  bool initialized_ = false;
  std::shared_ptr<Listener> listener_;
};

}  // namespace vmcpauth::mcp
