// Checks a JWT by the keys its issuer publishes, with a library that nobody here wrote.
import { createRemoteJWKSet, jwtVerify } from 'jose';

// The claims, once signature, issuer, audience and expiry are right; throws otherwise.
export async function verifiedClaims(token, jwksUri, { issuer, audience } = {}) {
  return (await jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), { issuer, audience })).payload;
}
