#include "proxy/aggregate/listing.hpp"

#include "proxy/aggregate/thread_waker.hpp"

namespace vmcpauth::proxy {
namespace {

constexpr int kMaxPages = 100;
constexpr std::chrono::milliseconds kAllLists{60'000};  // or twice the backend's timeout
constexpr std::chrono::milliseconds kFirstAnswers{15'000};

Task<Result<void>> fetch_kind(SessionPtr session, std::size_t backend, Caller caller, mcp::ItemKind kind, std::shared_ptr<mcp::Catalog> into,
                              SteadyPoint until) {
  DeafListener nobody;
  const auto& clock = session->house().dependencies.clock;
  Json params = Json::object();
  for (int page = 0; page < kMaxPages; ++page) {
    if (clock.steady() > until) co_return fail(ErrorCode::Timeout, "its lists have no end in sight");
    Question question{.id = session->next_id(), .method = std::string(mcp::info(kind).method), .params = params};
    question.client_capabilities = mcp::capabilities_for_backend(session->facts().client_capabilities);
    question.at_most = session->house().peers[backend]->timeout();
    auto link = session->link(backend);
    CO_TRY(auto answer, co_await ask(std::move(link), session->house().dependencies, caller, std::move(question), nobody));
    if (answer.result.is_null()) {
      const bool unknown = answer.error.at("code") == static_cast<int>(mcp::RpcCode::MethodNotFound);
      if (unknown) co_return Result<void>{};  // it declares more than it has
      co_return fail(ErrorCode::BadResponse, std::string(mcp::info(kind).method) + " failed: " + printable(dump_json(answer.error)));
    }
    CO_TRY_VOID(mcp::add_page(*into, kind, answer.result));
    const auto cursor = answer.result.value("nextCursor", Json());
    if (!cursor.is_string() || cursor == params.value("cursor", Json())) co_return Result<void>{};
    params["cursor"] = cursor;
  }
  co_return fail(ErrorCode::TooLarge, "more than " + std::to_string(kMaxPages) + " pages of " + std::string(mcp::info(kind).list));
}

Task<Result<void>> introduce(SessionPtr session, std::size_t backend, Caller caller) {
  auto& peer = *session->house().peers[backend];
  CO_TRY(const auto revision, co_await peer.find_revision(caller));
  if (revision == Revision::Legacy) {
    auto link = session->link(backend);
    CO_TRY_VOID(co_await link->ensure(caller));
  }
  co_return Result<void>{};
}

Task<Result<mcp::CatalogPtr>> fetch(SessionPtr session, std::size_t backend, Caller caller) {
  CO_TRY_VOID(co_await introduce(session, backend, caller));
  auto& peer = *session->house().peers[backend];
  const auto capabilities = peer.snapshot().capabilities;
  auto catalog = std::make_shared<mcp::Catalog>();
  const auto until = session->house().dependencies.clock.steady() + std::max(kAllLists, 2 * peer.timeout());
  for (const auto kind : mcp::kItemKinds) {
    if (!capabilities.is_object() || !capabilities.contains(mcp::info(kind).capability)) continue;
    CO_TRY_VOID(co_await fetch_kind(session, backend, caller, kind, catalog, until));
  }
  peer.count(catalog->of(mcp::ItemKind::Tool).size(), catalog->of(mcp::ItemKind::Prompt).size(), catalog->of(mcp::ItemKind::Resource).size());
  co_return mcp::CatalogPtr(std::move(catalog));
}

void announce(Session& session) {
  for (const auto* what : {"tools", "prompts", "resources"}) session.notify("notifications/" + std::string(what) + "/list_changed", Json::object());
}

}  // namespace

Task<void> refresh(SessionPtr session, std::size_t backend, Caller caller) {
  const auto& around = session->house().dependencies;
  const auto& name = session->house().peers[backend]->name();
  const auto began = around.clock.steady();
  auto catalog = co_await fetch(session, backend, std::move(caller));
  const auto now = around.clock.steady();
  if (!catalog) {
    around.logger.warn("backend_list_failed", {{"backend", name}, {"error", catalog.error().describe()}});
    session->shelf().tried(backend, now);
    co_return;
  }
  const auto complaints = (*catalog)->complaints;
  const bool changed = session->shelf().put(backend, *std::move(catalog), now);
  if (changed) {
    for (const auto& complaint : complaints) around.logger.warn("backend_list_entry", {{"backend", name}, {"problem", complaint}});
  }
  if (changed && now - began > kGrace) announce(*session);
}

namespace {

// Until nobody who was asked just now is still waited for, or the grace is over.
Task<void> wait_for(SessionPtr session, SteadyPoint since) {
  ThreadWaker waker;
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  while (true) {
    session->shelf().on_settled(waker.function());
    if (!session->shelf().is_waiting(since)) co_return;
    const bool woken = co_await waker.wait(deadline);
    if (!woken) co_return;
  }
}

}  // namespace

Task<mcp::ViewPtr> current_view(SessionPtr session, Caller caller) {
  const auto& around = session->house().dependencies;
  auto& shelf = session->shelf();
  const auto now = around.clock.steady();
  bool asked = false;
  for (std::size_t i = 0; i < session->house().peers.size(); ++i) {
    if (shelf.is_fresh(i, now, kFreshFor)) continue;
    asked = true;
    if (!shelf.begin(i, now)) continue;
    auto work = refresh(session, i, caller);
    start(std::move(work), [] {});
  }
  if (asked) {
    const auto since = now - kGrace;
    co_await wait_for(session, since);
  }
  auto view = shelf.view();
  for (const auto& dropped : shelf.take_news())
    around.logger.log(dropped.ambiguous ? LogLevel::Error : LogLevel::Warn, "not_offered", {{"reason", dropped.text}});
  co_return view;
}

Task<mcp::ViewPtr> complete_view(SessionPtr session) {
  ThreadWaker waker;
  const auto deadline = std::chrono::steady_clock::now() + kFirstAnswers;
  while (!unheard(*session).empty()) {
    session->shelf().on_settled(waker.function());
    if (!session->shelf().is_waiting(SteadyPoint::min())) break;
    const bool woken = co_await waker.wait(deadline);
    if (!woken) break;
  }
  co_return session->shelf().view();
}

std::string unheard(const Session& session) {
  std::string out;
  const auto& peers = session.house().peers;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!session.shelf().catalog(i)) out += (out.empty() ? "; not heard of yet: " : ", ") + peers[i]->name();
  }
  return out;
}

Task<std::vector<Json>> declared_capabilities(SessionPtr session, Caller caller) {
  struct Progress {
    std::size_t left = 0;
    Wakeup* waiting = nullptr;
  };
  auto progress = std::make_shared<Progress>();
  Wakeup wakeup(*IoThread::current());
  const auto& peers = session->house().peers;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!peers[i]->snapshot().capabilities.is_null()) continue;
    ++progress->left;
    auto work = introduce(session, i, caller);
    start(std::move(work), [progress](const Result<void>&) {
      --progress->left;
      if (progress->waiting != nullptr) progress->waiting->notify_soon();
    });
  }
  progress->waiting = &wakeup;
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  while (progress->left > 0) {
    const bool woken = co_await wakeup.wait(deadline);
    if (!woken) break;
  }
  progress->waiting = nullptr;
  std::vector<Json> out;
  for (const auto& peer : peers) out.push_back(peer->snapshot().capabilities);
  co_return out;
}

std::string merged_instructions(const House& house) {
  std::string out;
  for (const auto& peer : house.peers) {
    const auto text = peer->snapshot().instructions;
    if (!text.empty()) out += (out.empty() ? "[" : "\n\n[") + peer->name() + "] " + text;
  }
  return out;
}

}  // namespace vmcpauth::proxy
