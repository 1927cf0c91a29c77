#include "core/authserver/failure_reports.hpp"

#include "core/authserver/login_cookie.hpp"
#include "core/authserver/pages.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxReports = 500;

}  // namespace

std::string FailureReports::add(FailureReport report) {
  std::string id = context_.deps.random.token(16);
  const auto now = context_.now();
  reports_.with([&](auto& reports) {
    while (reports.take_expired(now)) {
    }
    if (reports.size() >= kMaxReports) (void)reports.take_first();
    reports.put(id, std::move(report), now + kLoginTime);
  });
  return context_.endpoints.error_report + id;
}

http::Response FailureReports::show(const http::Request& request, std::string_view id) {
  const auto report = reports_.with([&](auto& reports) -> std::optional<FailureReport> {
    const auto* found = reports.find(std::string(id), context_.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  bool allowed = report.has_value();
  if (report && !report->binding.empty()) {
    const auto cookie = LoginCookie(report->login, context_.endpoints.cookies).read(request.headers);
    allowed = !cookie.empty() && constant_time_equal(LoginCookie::binding(cookie), report->binding);
  }
  if (!allowed)
    return render(
        {404, "No such report", "Reports are kept for ten minutes and shown only in the browser that was signing in. The server's log has them all.", {}, {}});
  Page page{200, "Sign-in failed", std::string(oauth::fixed_description(report->code)), {}, context_.deps.timeline.of_login(report->login)};
  page.rows.push_back({"Error", report->code});
  if (!report->provider.empty()) page.rows.push_back({"Identity provider", report->provider});
  page.rows.push_back({"Cause", report->detail});
  page.rows.push_back({"Client", report->client_id});
  page.rows.push_back({"Login", report->login});
  return render(page);
}

}  // namespace vmcpauth::authserver
