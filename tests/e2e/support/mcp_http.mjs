// MCP requests by hand, for tests that care about the bytes.
export const rpc = (method, params = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params });

export async function postMcp(url, token, { message = rpc('tools/list'), headers = {}, signal } = {}) {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json', accept: 'application/json, text/event-stream',
      ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers,
    },
    body: JSON.stringify(message),
    signal: signal ?? AbortSignal.timeout(30_000),
  });
}
