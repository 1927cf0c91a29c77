// The few pages a person may see: errors that cannot be sent to a client, and the report behind error_uri. Plain HTML that
// reads well without style, light and dark, no script, nothing from elsewhere; everything foreign is escaped.
#pragma once

#include <string>
#include <vector>

#include "core/authserver/timeline.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::authserver {

struct PageRow {
  std::string label, value;
};

struct Page {
  int status = 400;
  std::string title;
  std::string message;  // what happened and what to do now
  std::vector<PageRow> rows;
  std::vector<Event> events;  // the login so far
};

[[nodiscard]] http::Response render(const Page& page);

}  // namespace vmcpauth::authserver
