"""An RS256 key pair, its JWKS and one access token, made with the openssl program."""
import base64
import json
import pathlib
import subprocess
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **more).stdout


class Issuer:
    def __init__(self, folder, issuer, audience):
        folder = pathlib.Path(folder)
        self.issuer, self.audience = issuer, audience
        self.key, self.public_key = folder / "issuer.key", folder / "issuer.pub"
        openssl("genrsa", "-out", self.key, "2048")
        openssl("rsa", "-in", self.key, "-pubout", "-out", self.public_key)
        modulus = bytes.fromhex(openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().split("=")[1])
        self.jwks = json.dumps({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "bench", "n": base64url(modulus), "e": "AQAB"}]})

    def token(self, lifetime=3600):
        now = int(time.time())
        header = {"alg": "RS256", "typ": "at+jwt", "kid": "bench"}
        claims = {"iss": self.issuer, "aud": self.audience, "sub": "bench-user", "client_id": "bench", "scope": "openid",
                  "iat": now - 5, "exp": now + lifetime, "jti": "bench", "tsid": "6f0ad1f2-8d56-4a15-8c5e-7a2d5f0c9b11"}
        signed = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", self.key, input=signed.encode())
        return f"{signed}.{base64url(signature)}"
