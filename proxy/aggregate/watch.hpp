// Streams from the backends for a session somebody listens to: the GET stream of 2025-11-25, subscriptions/listen of
// 2026-07-28. Opened with the first listener, opened again when they break, closed with the last.
#pragma once

#include "proxy/aggregate/session.hpp"

namespace vmcpauth::proxy {

// Starts them unless they run. On an io thread.
void watch_backends(SessionPtr session);
// Starts them anew: what is subscribed to has changed.
void watch_again(SessionPtr session);

}  // namespace vmcpauth::proxy
