// A server on loopback answers only to loopback names: against DNS rebinding, as the conformance suite wants of it.
const local = (host) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '');
export function isLocalRequest({ headers }) {
  return local(headers.host) && (!headers.origin || (URL.canParse(headers.origin) && local(new URL(headers.origin).host)));
}
