// A stack of things to end. Every starter of this harness takes one as its first argument: a test's own context
// (`t.after`) or a Scope that a suite closes in its `after` hook.
export class Scope {
  #actions = [];
  after(action) { this.#actions.push(action); }
  async close() {
    const failures = [];
    while (this.#actions.length > 0) {
      try {
        await this.#actions.pop()();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'cleaning up failed');
  }
}

// Ends an http.Server with all its connections, so that no test file is kept alive by a held stream.
export async function closeServer(server) {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

export async function listenOnLoopback(server) {
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${server.address().port}`;
}
