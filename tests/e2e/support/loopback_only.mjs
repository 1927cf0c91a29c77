// Preloaded (`node --import`) into servers that would listen on every interface: binds them to 127.0.0.1 and tells the
// parent which port they got. It does not keep the child alive.
import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  const callback = rest.find((argument) => typeof argument === 'function');
  this.once('listening', () => process.send?.({ port: this.address().port }, () => process.channel?.unref()));
  return listen.call(this, Number(port), '127.0.0.1', callback);
};
process.channel?.unref();
