// One client as the aggregate knows it: a 2025-11-25 session, or what one user of 2026-07-28 with the same capabilities
// shares over requests. Holds the links to the backends, the calls under way, what backends asked the client, and the
// streams. Bound to the identity that opened it. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/aggregate/dialogue.hpp"
#include "proxy/aggregate/house.hpp"
#include "proxy/aggregate/outlet.hpp"
#include "proxy/aggregate/shelf.hpp"

namespace vmcpauth::proxy {

class Call;
class Session;
using SessionPtr = std::shared_ptr<Session>;

// A request of a backend's that waits for the client.
struct Asked {
  std::move_only_function<void(mcp::Message)> answer;
  std::shared_ptr<Link> link;                   // of a 2025-11-25 backend; else null
  std::optional<mcp::RequestId> backend_id;     // how the backend knows it
  std::optional<mcp::RequestId> backend_token;  // the backend wants progress of it
  OutletPtr outlet;                             // where the client was asked
};

// A subscriptions/listen of a 2026-07-28 client.
struct Subscription {
  mcp::RequestId id;
  bool tools = false, prompts = false, resources = false;
  std::set<std::string, std::less<>> uris;
  OutletPtr outlet;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Facts {
    std::string id;
    mcp::Era era = mcp::Era::Legacy;
    std::string subject;
    bool anonymous = false;
    std::string version;  // agreed with a 2025-11-25 client
    Json client_capabilities = Json::object();
  };
  static constexpr std::size_t kMaxAsked = 256, kMaxAskedByOne = 32, kMaxStreams = 32, kMaxCalls = 256, kMaxUris = 1'024;

  Session(std::shared_ptr<House> house, Facts facts, std::shared_ptr<Shelf> shelf);

  [[nodiscard]] House& house() const noexcept { return *house_; }
  [[nodiscard]] const Facts& facts() const noexcept { return facts_; }
  [[nodiscard]] Shelf& shelf() const noexcept { return *shelf_; }
  [[nodiscard]] std::shared_ptr<Link> link(std::size_t backend) const { return links_[backend]; }
  [[nodiscard]] bool belongs_to(const identity::Identity& identity) const {
    return identity.anonymous == facts_.anonymous && identity.subject == facts_.subject;
  }
  [[nodiscard]] std::int64_t next_id() { return next_id_.fetch_add(1, std::memory_order_relaxed); }

  // The latest request's: background work uses its tokens.
  void seen(Caller caller, SteadyPoint now);
  [[nodiscard]] Caller caller() const;
  // Since when nothing happened; nullopt while a stream or a call is open.
  [[nodiscard]] std::optional<SteadyPoint> idle_since() const;

  // -- calls; a 2025-11-25 client's are known by its request id
  [[nodiscard]] bool add_call(const mcp::RequestId& id, std::shared_ptr<Call> call);
  void remove_call(const mcp::RequestId& id, const Call* call);
  void cancel_call(const mcp::RequestId& id);
  // Calls of a 2026-07-28 client that wait for its next round, by their key.
  [[nodiscard]] bool park(const std::string& key, std::shared_ptr<Call> call, SteadyPoint until);
  [[nodiscard]] std::shared_ptr<Call> unpark(const std::string& key);
  // Gives up what is parked past its time.
  void give_up(SteadyPoint now);

  // -- requests of backends to the client
  // The id the client is asked with; nullopt when there are too many, in all or by one backend.
  [[nodiscard]] std::optional<std::int64_t> ask_client(Asked asked);
  // False for an answer to nothing.
  bool answer(mcp::Message response);
  void forget_asked(std::int64_t id);
  // The call whose outlet it is has ended: what its backend asked meanwhile is taken back.
  void withdraw_all(const OutletPtr& outlet);
  // The client's progress on such a request goes to the backend that wants it.
  void client_progress(Json params);
  // The backend takes its request back: the client is told.
  void withdraw(const Link& link, const mcp::RequestId& backend_id, const Json& params);

  // -- streams of a 2025-11-25 client
  // The stream of server messages, and streams that may be resumed, by name.
  [[nodiscard]] OutletPtr main_outlet() const { return main_; }
  void keep_stream(const std::string& name, OutletPtr outlet);
  [[nodiscard]] OutletPtr stream(const std::string& name) const;
  // It has been delivered: nobody comes back for it.
  void forget_stream(const std::string& name);

  // -- changes
  void add_subscription(std::shared_ptr<Subscription> subscription);
  void remove_subscription(const Subscription* subscription);
  // A change notification goes to whoever wants it: the main stream, or the subscriptions that named it.
  void notify(std::string_view method, const Json& params);
  // Resources this session wants to hear of.
  void subscribe(const std::string& uri, bool on);
  [[nodiscard]] std::set<std::string, std::less<>> uris() const;

  [[nodiscard]] std::optional<std::string> log_level() const;
  void set_log_level(std::string level);

  // Somebody listens; streams to the backends are worth having.
  void add_listener(int count) { listeners_.fetch_add(count); }
  [[nodiscard]] bool has_listeners() const { return listeners_.load() > 0; }
  // Ends with the session, or when the last listener goes and watching is started anew.
  [[nodiscard]] Cancellation watching() const;
  // True for the one who has to start it.
  [[nodiscard]] bool begin_watching();
  void end_watching();

  // Ends calls and streams; the links are closed in the background.
  void close();
  [[nodiscard]] bool closed() const noexcept { return closed_.load(); }

 private:
  struct Parked {
    std::shared_ptr<Call> call;
    SteadyPoint until;
  };
  struct State {
    Caller caller;
    SteadyPoint last_seen{};
    std::map<mcp::RequestId, std::shared_ptr<Call>> calls;
    std::map<std::string, Parked> parked;
    std::map<std::int64_t, Asked> asked;
    std::map<std::string, OutletPtr> streams;
    std::vector<std::string> stream_order;
    std::vector<std::shared_ptr<Subscription>> subscriptions;
    std::set<std::string, std::less<>> uris;
    std::optional<std::string> log_level;
    Cancellation watching;
    bool is_watching = false;
  };

  const std::shared_ptr<House> house_;
  const Facts facts_;
  const std::shared_ptr<Shelf> shelf_;
  std::vector<std::shared_ptr<Link>> links_;
  const OutletPtr main_ = std::make_shared<Outlet>();
  std::atomic<std::int64_t> next_id_{1};
  std::atomic<int> listeners_{0};
  std::atomic<bool> closed_{false};
  Guarded<State> state_;
};

// Starts a notification or response to the backend and forgets it; does nothing when the backend takes none of them.
void post_to_backend(SessionPtr session, std::shared_ptr<Link> link, std::string body);

}  // namespace vmcpauth::proxy
