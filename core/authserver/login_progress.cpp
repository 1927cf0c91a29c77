#include "core/authserver/login_progress.hpp"

#include <algorithm>
#include <cmath>

#include "core/oauth/parameters.hpp"
#include "core/oauth/pkce.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxWatched = 1000;

struct Leg {
  std::string status = "waiting";
  std::optional<TimePoint> started, ended;
};

// What the timeline says of one login; later events win, so that a leg that was walked again counts anew.
struct Course {
  std::string status = "running", error, failed_at;
  std::map<std::string, Leg> legs;
};

Course course_of(const std::vector<Event>& events) {
  Course course;
  for (const auto& event : events) {
    if (event.kind == EventKind::LegStarted) course.legs[event.provider] = {.status = "running", .started = event.at, .ended = {}};
    if (event.kind == EventKind::TokensStored || event.kind == EventKind::TokensRefreshed) {
      course.legs[event.provider].status = "done";
      course.legs[event.provider].ended = event.at;
    }
    if (event.kind == EventKind::CodeIssued) course.status = "code_issued";
    if (event.kind != EventKind::LoginFailed) continue;
    course.status = "failed";
    course.error = event.code;
    course.failed_at = event.provider;
    if (!event.provider.empty() && course.legs[event.provider].status != "done") course.legs[event.provider].status = "failed";
  }
  return course;
}

Json leg_json(const std::string& provider, const Leg& leg, const std::vector<store::UpstreamTokens>& rows) {
  Json json{{"provider", provider}, {"status", leg.status}};
  if (leg.started && leg.ended) json["seconds"] = std::round(std::chrono::duration<double>(*leg.ended - *leg.started).count() * 10) / 10;
  const auto row = std::ranges::find(rows, provider, &store::UpstreamTokens::provider);
  if (row == rows.end()) return json;
  if (!row->scopes.empty()) json["scopes"] = row->scopes;
  if (row->expires_at) json["expires_at"] = unix_seconds(*row->expires_at);
  return json;
}

http::Response answer(int status, const Json& body) {
  auto response = http::Response::json(status, dump_json(body));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

http::Response unknown() { return answer(404, {{"error", "not_found"}, {"error_description", "no login is known by this secret (yet, or any more)"}}); }

}  // namespace

void LoginProgress::watch(std::string challenge, std::string session_id) {
  const auto now = context_.now();
  // Every leg may take its ten minutes, and the client asks once more when it has its tokens.
  const auto until = now + kLoginTime * static_cast<int>(context_.deps.providers.size() + 1);
  sessions_.with([&](auto& sessions) {
    while (sessions.take_expired(now)) {
    }
    if (sessions.size() >= kMaxWatched) (void)sessions.take_first();
    sessions.put(challenge, std::move(session_id), until);
  });
}

Task<http::Response> LoginProgress::handle(http::Request request) {
  if (request.content_type() != "application/x-www-form-urlencoded") {
    co_return answer(400, {{"error", "invalid_request"}, {"error_description", "the body is not a form"}});
  }
  auto form = oauth::Parameters::parse(request.body);
  const auto secret = form && !form->duplicate() ? form->get(kProgressSecret) : std::string();
  if (!oauth::is_code_verifier(secret)) {
    co_return answer(400, {{"error", "invalid_request"}, {"error_description", "progress_secret is missing or malformed"}});
  }
  auto session = sessions_.with([&](auto& sessions) -> std::optional<std::string> {
    const auto* found = sessions.find(oauth::s256_challenge(secret), context_.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  if (!session) co_return unknown();
  auto body = co_await report(*std::move(session));
  if (!body) co_return answer(503, {{"error", "temporarily_unavailable"}});
  co_return answer(200, *body);
}

Task<Result<Json>> LoginProgress::report(std::string session_id) {
  CO_TRY(auto rows, co_await context_.deps.store.list_upstream_tokens(session_id, context_.now()));
  const auto login = login_id(session_id);
  auto course = course_of(context_.deps.timeline.of_login(login));
  Json legs = Json::array();
  for (const auto* provider : context_.deps.providers) legs.push_back(leg_json(provider->name(), course.legs[provider->name()], rows));
  Json body{{"login", login}, {"status", course.status}, {"legs", std::move(legs)}};
  if (!course.error.empty()) body["error"] = course.error;
  if (!course.failed_at.empty()) body["failed_at"] = course.failed_at;
  co_return body;
}

}  // namespace vmcpauth::authserver
