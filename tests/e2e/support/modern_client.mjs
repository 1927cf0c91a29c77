// A client of 2026-07-28 by hand: mirrored headers, `_meta`, event streams, multi round-trip requests.
const META = 'io.modelcontextprotocol/';
const NAMED = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' };
const header = (value) => (/^[\x20-\x7e]*$/.test(value) ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`);

// The messages of an event stream, as they come.
export async function* events(body) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = text.slice(0, end).split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n');
      text = text.slice(end + 2);
      if (data) yield JSON.parse(data);
    }
  }
}

export class ModernClient {
  #id = 0;
  notifications = [];

  constructor(url, { token, capabilities = { elicitation: {}, sampling: {}, roots: {} }, answer = () => ({ action: 'decline' }) } = {}) {
    Object.assign(this, { url, token, capabilities, answer });
  }

  // The bare response; `headers` and `meta` are merged over what is right.
  async post(method, params = {}, { headers = {}, meta = {}, signal } = {}) {
    const id = ++this.#id;
    const named = NAMED[method] && params[NAMED[method]];
    const body = { jsonrpc: '2.0', id, method, params: { ...params, _meta: { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientInfo`]: { name: 'e2e', version: '1' }, [`${META}clientCapabilities`]: this.capabilities, ...params._meta, ...meta } } };
    return fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28', 'mcp-method': method,
        ...(named ? { 'mcp-name': header(named) } : {}), ...(this.token ? { authorization: `Bearer ${this.token}` } : {}), ...headers,
      },
      body: JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(60_000),
    });
  }

  // The JSON-RPC response; notifications on the way are kept.
  async request(method, params, options) {
    const response = await this.post(method, params, options);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return { status: response.status, ...(await response.json()) };
    for await (const message of events(response.body)) {
      if (message.id !== undefined) return { status: response.status, ...message };
      this.notifications.push(message);
    }
    throw new Error(`${method}: the stream ended without an answer`);
  }

  // The same to its end: what the server needs is answered and the request sent again.
  async complete(method, params, options) {
    let more = {};
    for (let round = 0; round < 10; ++round) {
      const { error, result } = await this.request(method, { ...params, ...more }, options);
      if (error) throw Object.assign(new Error(error.message), error);
      if (result.resultType !== 'input_required') return result;
      const inputResponses = {};
      for (const [key, request] of Object.entries(result.inputRequests ?? {})) inputResponses[key] = await this.answer(request);
      more = { inputResponses, ...(result.requestState === undefined ? {} : { requestState: result.requestState }) };
    }
    throw new Error('asked for input ten times');
  }

  // An open subscription: {next(): the next message, close()}.
  async listen(notifications) {
    const stop = new AbortController();
    const response = await this.post('subscriptions/listen', { notifications }, { signal: stop.signal });
    const messages = events(response.body);
    return { status: response.status, next: async () => (await messages.next()).value, close: () => stop.abort() };
  }
}
