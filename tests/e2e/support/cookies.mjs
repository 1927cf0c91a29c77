// A cookie jar after RFC 6265 §5: by host (not by port, as in every browser) and path. Loopback counts as secure.
function defaultPath(url) {
  const at = url.pathname.lastIndexOf('/');
  return at <= 0 ? '/' : url.pathname.slice(0, at);
}

const pathMatches = (path, cookiePath) =>
  path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'));

export class CookieJar {
  #cookies = [];

  store(url, setCookieLines) {
    for (const line of setCookieLines) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      if (at < 1) continue;
      const cookie = { host: url.hostname, path: defaultPath(url), name: pair.slice(0, at), value: pair.slice(at + 1), expires: Infinity };
      for (const attribute of attributes) {
        const [, name, value = ''] = /^([^=]+)(?:=(.*))?$/.exec(attribute) ?? [];
        if (/^path$/i.test(name) && value.startsWith('/')) cookie.path = value;
        if (/^expires$/i.test(name)) cookie.expires = Math.min(cookie.expires, Date.parse(value));
        if (/^max-age$/i.test(name)) cookie.expires = Date.now() + Number(value) * 1000;
      }
      this.#cookies = this.#cookies.filter((old) => !(old.host === cookie.host && old.path === cookie.path && old.name === cookie.name));
      if (cookie.expires > Date.now()) this.#cookies.push(cookie);
    }
  }

  // The value of the Cookie header for `url`, or undefined.
  header(url) {
    const matching = this.#cookies.filter((cookie) => cookie.host === url.hostname && cookie.expires > Date.now() && pathMatches(url.pathname, cookie.path));
    matching.sort((a, b) => b.path.length - a.path.length);
    return matching.length === 0 ? undefined : matching.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }
}
