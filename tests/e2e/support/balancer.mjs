// Sends requests to several servers in turn, one after the other, as a load balancer without affinity does.
import { createServer, request } from 'node:http';
import { closeServer, listenOnLoopback } from './cleanup.mjs';

class Balancer {
  targets = [];  // origins
  served = [];   // {path, target}

  constructor() {
    this.server = createServer((incoming, response) => {
      const target = this.targets[this.served.length % this.targets.length];
      this.served.push({ path: incoming.url.split('?')[0], target });
      const { hostname, port } = new URL(target);
      const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    });
  }

  targetsOf(path) { return this.served.filter((one) => one.path === path).map((one) => one.target); }
}

export async function startBalancer(scope) {
  const balancer = new Balancer();
  balancer.origin = await listenOnLoopback(balancer.server);
  scope.after(() => closeServer(balancer.server));
  return balancer;
}
