// A backend that can be made to misbehave while it runs: its HTTP server stays, what answers is exchanged.
export const HANG = (request) => void request.resume();
export const DIE = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"about to die"}}\n\n', () => setTimeout(() => response.destroy(), 50));
};
const body = (type, text) => (request, response) => response.writeHead(200, { 'content-type': type }).end(text);
export const GARBAGE = {
  'a page': body('text/html', '<h1>hello</h1>'),
  'broken JSON': body('application/json', '{"jsonrpc":"2.0","id":'),
  'JSON that is no message': body('application/json', '{"hello":"world"}'),
  'a batch': body('application/json', '[{"jsonrpc":"2.0","id":1,"result":{}}]'),
  'an answer to something else': body('application/json', '{"jsonrpc":"2.0","id":"other","result":{}}'),
  'a broken event': body('text/event-stream', 'data: {"jsonrpc":\n\n'),
  'an empty stream': body('text/event-stream', ''),
  'bytes': body('application/json', Buffer.from([0xff, 0xfe, 0, 1, 2])),
  'nothing': body('application/json', ''),
};

// {become(handler), recover(), requests: how many came since the last change}
export function switchable(backend) {
  const usual = backend.http.listeners('request');
  const control = { requests: 0 };
  const install = (handlers) => {
    control.requests = 0;
    backend.http.removeAllListeners('request');
    backend.http.on('request', () => { control.requests += 1; });
    for (const handler of handlers) backend.http.on('request', handler);
  };
  control.become = (handler) => install([handler]);
  control.recover = () => install(usual);
  return control;
}
