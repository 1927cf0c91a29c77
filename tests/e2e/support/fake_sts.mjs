// A token service (RFC 8693) that accepts what `accepts(parameters)` says and answers everybody else with an error; what
// comes out is a JWT for the target that was asked for.
import { createServer } from 'node:http';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { closeServer, listenOnLoopback } from './cleanup.mjs';

export async function startFakeSts(scope, { accepts = () => true, refusal = () => ({ error: 'invalid_target' }), client, secret }) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'sts-1', alg: 'ES256', use: 'sig' };
  const sts = { requests: [], issued: [], refusal };
  const server = createServer(async (request, response) => {
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/jwks') return answer(200, { keys: [jwk] });
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const parameters = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    sts.requests.push(parameters);
    const basic = `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}`;
    if (client && request.headers.authorization !== basic) return answer(401, { error: 'invalid_client' });
    if (!accepts(parameters)) return answer(400, sts.refusal(parameters));
    const target = parameters.get('audience') ?? parameters.get('resource') ?? 'default';
    const token = await new SignJWT({ scope: parameters.get('scope') ?? 'basic', act: { sub: client ?? 'nobody' } })
      .setProtectedHeader({ alg: 'ES256', kid: 'sts-1', typ: 'at+jwt' }).setIssuer(sts.origin).setSubject('user-1').setAudience(target)
      .setIssuedAt().setExpirationTime('5m').sign(privateKey);
    sts.issued.push(token);
    return answer(200, { access_token: token, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer', expires_in: 300 });
  });
  sts.origin = await listenOnLoopback(server);
  sts.tokenUrl = `${sts.origin}/token`;
  sts.jwksUrl = `${sts.origin}/jwks`;
  scope.after(() => closeServer(server));
  return sts;
}
