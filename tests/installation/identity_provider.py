"""An OpenID provider that knows one client: as much as an engine and its clients use, at Keycloak's addresses.

Clients ask for tokens over TLS. The engine, which checks every token itself, reads the keys on a plain port of the
loopback: its Java knows no authority of this test.
"""

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.installation.certificates import Certificates

AUDIENCE = "zeebe-api"
CLIENT_ID, CLIENT_SECRET = "pena", "a secret of this test"


@dataclass
class IdentityProvider:
    """Attributes:
    token_url: where clients ask, over TLS.
    issuer: its name, and where the engine finds its keys.
    issued: tokens given so far.
    newest_ends_at: when the newest of them is no longer good, as `time.time` counts.
    """

    token_url: str
    issuer: str
    lifetime_s: int
    issued: int = 0
    newest_ends_at: int = 0
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65_537, 2_048))

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        match path:
            case "/protocol/openid-connect/certs":
                return 200, {"keys": [self._public_key()]}
            case "/protocol/openid-connect/token":
                return self._token(form)
        return 404, {}

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("grant_type") != "client_credentials" or form.get("audience") != AUDIENCE:
            return 400, {"error": "invalid_request"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        self.issued += 1
        now = int(time.time())
        self.newest_ends_at = now + self.lifetime_s
        claims = {
            "iss": self.issuer,
            "sub": CLIENT_ID,
            "aud": AUDIENCE,
            "iat": now,
            "exp": self.newest_ends_at,
            "jti": str(uuid4()),
        }
        token = self._signed({"alg": "RS256", "typ": "JWT", "kid": "1"}, claims)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime_s}

    def _signed(self, header: dict[str, str], claims: dict[str, Any]) -> str:
        text = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{_base64(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def _public_key(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": "1",
            "n": _base64(numbers.n.to_bytes(256, "big")),
            "e": _base64(numbers.e.to_bytes(3, "big")),
        }


@contextmanager
def identity_provider(certificates: Certificates, *, lifetime_s: int) -> Iterator[IdentityProvider]:
    """Runs one. Its tokens are good for so many seconds."""
    plain, over_tls = _Server(), _Server()
    # The handshake is done by each connection's own thread: one that hangs must not stop the others.
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server, certificates.server_key)
    over_tls.socket = context.wrap_socket(over_tls.socket, server_side=True, do_handshake_on_connect=False)
    provider = IdentityProvider(
        token_url=f"https://127.0.0.1:{over_tls.server_port}/protocol/openid-connect/token",
        issuer=f"http://127.0.0.1:{plain.server_port}",
        lifetime_s=lifetime_s,
    )
    plain.provider = over_tls.provider = provider
    servers = (plain, over_tls)
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield provider
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


class _Server(ThreadingHTTPServer):
    provider: IdentityProvider
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._say(*self.server.provider.answer(self.path, {}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(*self.server.provider.answer(self.path, {name: values[0] for name, values in parse_qs(body).items()}))

    def _say(self, status: int, told: dict[str, Any]) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
