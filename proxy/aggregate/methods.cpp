#include "proxy/aggregate/methods.hpp"

#include <algorithm>

namespace vmcpauth::proxy {
namespace {

constexpr std::size_t kMaxCursorBytes = 8U << 10U;
constexpr int kResourceNotFound = -32002;

mcp::RpcError invalid(std::string message) { return {.code = mcp::RpcCode::InvalidParams, .message = std::move(message), .data = {}}; }

const std::string* text_member(const Json& object, std::string_view name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get_ptr<const std::string*>() : nullptr;
}

// What the client names, and in which kind it is looked up.
struct Wanted {
  mcp::ItemKind kind = mcp::ItemKind::Tool;
  std::string key;
};

std::expected<Wanted, mcp::RpcError> wanted_by(const std::string& method, const Json& params) {
  if (method == "completion/complete") {
    const auto ref = params.find("ref");
    const auto* type = ref == params.end() || !ref->is_object() ? nullptr : text_member(*ref, "type");
    if (type == nullptr) return std::unexpected(invalid("ref is missing"));
    const bool prompt = *type == "ref/prompt";
    if (!prompt && *type != "ref/resource") return std::unexpected(invalid("unknown type of ref"));
    const auto* key = text_member(*ref, prompt ? "name" : "uri");
    if (key == nullptr) return std::unexpected(invalid("ref names nothing"));
    return Wanted{prompt ? mcp::ItemKind::Prompt : mcp::ItemKind::ResourceTemplate, *key};
  }
  const bool resource = method == "resources/read";
  const auto* key = text_member(params, resource ? "uri" : "name");
  if (key == nullptr) return std::unexpected(invalid(std::string("params has no string ") + (resource ? "uri" : "name")));
  if (resource) return Wanted{mcp::ItemKind::Resource, *key};
  return Wanted{method == "prompts/get" ? mcp::ItemKind::Prompt : mcp::ItemKind::Tool, *key};
}

const mcp::Route* look_up(const mcp::View& view, const Wanted& wanted) {
  if (wanted.kind == mcp::ItemKind::Resource) return view.route_of_uri(wanted.key);
  const auto* route = view.route(wanted.kind, wanted.key);
  if (route == nullptr && wanted.kind == mcp::ItemKind::ResourceTemplate) route = view.route_of_uri(wanted.key);
  return route;
}

// A resource nobody lists can still be read where only one backend has any.
std::optional<std::string> only_backend_with_resources(const Session& session) {
  std::optional<std::string> only;
  for (const auto& peer : session.house().peers) {
    const auto capabilities = peer->snapshot().capabilities;
    if (!capabilities.is_object() || !capabilities.contains("resources")) continue;
    if (only) return std::nullopt;
    only = peer->name();
  }
  return only;
}

mcp::RpcError unknown(const Session& session, const Wanted& wanted) {
  const auto name = printable(wanted.key, 200) + unheard(session);
  if (wanted.kind == mcp::ItemKind::Tool) return invalid("Unknown tool: " + name);
  if (wanted.kind == mcp::ItemKind::Prompt) return invalid("Unknown prompt: " + name);
  auto error = invalid("Resource not found: " + name);
  if (session.facts().era == mcp::Era::Legacy) error.code = static_cast<mcp::RpcCode>(kResourceNotFound);
  error.data = {{"uri", printable(wanted.key, 200)}};
  return error;
}

// A cursor is of use to the user who got it and nobody else.
std::string cursor_purpose(const Session& session) { return "cursor of " + (session.facts().anonymous ? "anonymous" : "user " + session.facts().subject); }

void rename(Json& params, const std::string& method, const mcp::Route& route) {
  if (method == "tools/call" || method == "prompts/get") params["name"] = route.name;
  if (method == "completion/complete" && params["ref"].contains("name")) params["ref"]["name"] = route.name;
}

std::string page_text(const mcp::RequestId& id, const Session& session, mcp::ItemKind kind, const std::vector<mcp::View::Entry>& entries, std::size_t from) {
  const auto& facts = mcp::info(kind);
  const auto end = std::min(entries.size(), from + kPageSize);
  std::string out = R"({"id":)" + mcp::to_json(id).dump() + R"(,"jsonrpc":"2.0","result":{")" + std::string(facts.list) + R"(":[)";
  std::size_t bytes = out.size() + 256;
  for (std::size_t i = from; i < end; ++i) bytes += entries[i].json.size() + 1;
  out.reserve(bytes);
  for (std::size_t i = from; i < end; ++i) {
    if (i > from) out += ',';
    out += entries[i].json;
  }
  out += ']';
  if (end < entries.size()) {
    const auto cursor = session.house().seals.seal(cursor_purpose(session), {{"list", facts.list}, {"after", entries[end - 1].key}});
    out += R"(,"nextCursor":")" + cursor + '"';
  }
  if (session.facts().era == mcp::Era::Modern) {
    Json more = mcp::result_for_client(Json::object(), mcp::Era::Modern, true, session.house().dependencies.self);
    out += ',' + dump_json(more).substr(1);
    return out + '}';
  }
  return out + "}}";
}

}  // namespace

std::optional<mcp::ItemKind> listed_kind(std::string_view method) noexcept {
  for (const auto kind : mcp::kItemKinds) {
    if (mcp::info(kind).method == method) return kind;
  }
  return std::nullopt;
}

bool is_routed(std::string_view method) noexcept {
  return method == "tools/call" || method == "prompts/get" || method == "resources/read" || method == "completion/complete";
}

Task<std::string> list_answer(SessionPtr session, Caller caller, mcp::ItemKind kind, mcp::Message message) {
  std::string after;
  if (const auto cursor = message.params.find("cursor"); cursor != message.params.end()) {
    auto opened = cursor->is_string() ? session->house().seals.open(cursor_purpose(*session), cursor->get_ref<const std::string&>(), kMaxCursorBytes)
                                      : Result<Json>(fail(ErrorCode::InvalidInput, "no text"));
    if (!opened || opened->value("list", std::string()) != mcp::info(kind).list) co_return mcp::error_text(message.id, invalid("Invalid cursor"));
    after = opened->value("after", std::string());
  }
  auto view = co_await current_view(session, std::move(caller));
  const auto& entries = view->entries(kind);
  const auto from = std::upper_bound(entries.begin(), entries.end(), after, [](const std::string& key, const auto& entry) { return key < entry.key; });
  const auto first = after.empty() ? std::size_t{0} : static_cast<std::size_t>(from - entries.begin());
  co_return page_text(*message.id, *session, kind, entries, first);
}

Task<std::expected<Routed, mcp::RpcError>> find_route(SessionPtr session, Caller caller, mcp::Message message) {
  const auto wanted = wanted_by(message.method, message.params);
  if (!wanted) co_return std::unexpected(wanted.error());
  auto view = session->shelf().view();
  const auto* found = look_up(*view, *wanted);
  if (found == nullptr) {
    view = co_await current_view(session, std::move(caller));
    found = look_up(*view, *wanted);
  }
  if (found == nullptr) {
    view = co_await complete_view(session);
    found = look_up(*view, *wanted);
  }
  mcp::Route route;
  if (found != nullptr) {
    route = *found;
  } else {
    const auto only = wanted->kind == mcp::ItemKind::Resource ? only_backend_with_resources(*session) : std::nullopt;
    if (!only) co_return std::unexpected(unknown(*session, *wanted));
    route = {.backend = *only, .name = wanted->key, .input_schema = nullptr};
  }
  Routed out{
      .backend = *session->house().index_of(route.backend),
      .request = {.id = *message.id, .method = message.method, .params = message.params, .named = named_by(message.method, message.params), .route = route}};
  rename(out.request.params, message.method, route);
  const auto meta = message.params.find("_meta");
  if (meta != message.params.end()) {
    out.request.progress_token = meta->value("progressToken", Json());
    const auto level = meta->value(std::string(mcp::kMetaLogLevel), Json());
    if (session->facts().era == mcp::Era::Modern && level.is_string()) out.request.log_level = level.get<std::string>();
  }
  const auto& token = out.request.progress_token;
  if (!token.is_string() && !token.is_number_integer()) out.request.progress_token = nullptr;
  co_return out;
}

Task<Result<mcp::Message>> ask_backend(SessionPtr session, std::size_t backend, Caller caller, std::string method, Json params) {
  DeafListener nobody;
  Question question{.id = session->next_id(), .method = std::move(method), .params = std::move(params)};
  question.client_capabilities = mcp::capabilities_for_backend(session->facts().client_capabilities);
  question.at_most = session->house().peers[backend]->timeout();
  auto link = session->link(backend);
  auto answer = co_await ask(std::move(link), session->house().dependencies, std::move(caller), std::move(question), nobody);
  co_return answer;
}

Task<std::optional<std::size_t>> backend_of_uri(SessionPtr session, Caller caller, std::string uri) {
  auto view = session->shelf().view();
  const auto* route = view->route_of_uri(uri);
  if (route == nullptr) {
    view = co_await current_view(session, std::move(caller));
    route = view->route_of_uri(uri);
  }
  if (route != nullptr) co_return session->house().index_of(route->backend);
  const auto only = only_backend_with_resources(*session);
  if (only) co_return session->house().index_of(*only);
  co_return std::nullopt;
}

}  // namespace vmcpauth::proxy
