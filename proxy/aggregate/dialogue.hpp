// A request to a backend and its answer, in whichever revision the backend speaks: probes when that is not known, opens the
// session it needs, takes a broken-off stream up again. Sent a second time only when the first was refused unread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "proxy/aggregate/conversation.hpp"
#include "proxy/aggregate/link.hpp"

namespace vmcpauth::proxy {

// How long the parts of a question took, for the log; the last attempt counts. Written while the question runs.
struct QuestionTimes {
  std::atomic<double> outgoing_ms{0};  // the strategy
  std::atomic<double> backend_ms{0};   // from the request to the end of its answer
  std::atomic<int> status{0};          // the backend's; 0 = none came
};

struct Question {
  mcp::RequestId id;  // ours; unique within the session
  std::string method;
  Json params = Json::object();  // the client's; keys of its hop are replaced here
  Json input_schema;             // of a tool with mirrored parameters; else null
  bool wants_progress = false;   // the token is the id
  std::optional<std::string> log_level;
  Json client_capabilities = Json::object();
  Cancellation cancellation;
  std::chrono::milliseconds at_most{std::chrono::hours(1)};  // however busy the backend seems; never shorter than its timeout
  std::shared_ptr<QuestionTimes> times;                      // null: nobody asks
};

// The backend's response: a result, or an error of its own. Errors of the strategy (UpstreamToken, …), of the transport and
// Unauthenticated when the backend refuses the credential. The health of the peer is kept. The listener outlives the task.
[[nodiscard]] Task<Result<mcp::Message>> ask(std::shared_ptr<Link> link, const AggregateDependencies& dependencies, Caller caller, Question question,
                                             MessageListener& listener);

}  // namespace vmcpauth::proxy
