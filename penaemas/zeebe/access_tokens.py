"""Access tokens for an engine that asks for them (OAuth client credentials): one source for gRPC and REST."""

import asyncio
import ssl
import threading
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc
import httpx

from penaemas.zeebe.errors import AccessDenied, EngineUnavailable
from penaemas.zeebe.loopback import is_loopback

ANSWER_TIMEOUT_S: Final = 10.0
# A token is renewed while it is still good for this long, or for this part of its life if that is less.
RENEWED_BEFORE_S: Final = 60.0
RENEWED_BEFORE_PART: Final = 0.25
_OPERATION: Final = "fetch the engine's token"


@dataclass(frozen=True)
class OAuthClient:
    """Client credentials (RFC 6749, section 4.4) of a self-managed Camunda 8 cluster."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    audience: str | None = None


class AccessTokens:
    """Fetches a token when it is first needed and renews it before it expires. Any thread may ask."""

    def __init__(self, client: OAuthClient, ca_file: Path | None = None) -> None:
        """
        Args:
            ca_file: authority (PEM) that is trusted beside the public ones: an office often signs its identity
                provider's certificate itself, as it does the engine's.
        """
        self._client = client
        self._trusted = httpx.create_ssl_context(trust_env=False)
        if ca_file is not None:
            self._trusted.load_verify_locations(ca_file)
        self._token = ""
        self._good_until = 0.0
        self._renewing = threading.Lock()

    def current(self) -> str:
        """A token that is good for a while; blocks while one is fetched.

        Raises:
            AccessDenied: the identity provider does not accept this client.
            EngineUnavailable: it does not answer.
        """
        with self._renewing:
            if time.monotonic() >= self._good_until:
                self._renew()
            return self._token

    def _renew(self) -> None:
        asked_at = time.monotonic()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
        }
        if self._client.audience is not None:
            form["audience"] = self._client.audience
        url = self._client.token_url
        # A proxy of the environment must not come between us and a provider on this machine.
        by_proxy = not is_loopback(httpx.URL(url).host)
        try:
            answer = httpx.post(url, data=form, verify=self._trusted, trust_env=by_proxy, timeout=ANSWER_TIMEOUT_S)
        except (httpx.HTTPError, ssl.SSLError) as failure:
            raise EngineUnavailable(_OPERATION, type(failure).__name__) from failure
        if not answer.is_success:
            kind = AccessDenied if answer.is_client_error else EngineUnavailable
            raise kind(_OPERATION, f"the identity provider answered {answer.status_code}")
        try:
            told = answer.json()
            token, lasts_s = str(told["access_token"]), float(told.get("expires_in", 0))
        except (ValueError, KeyError, TypeError, AttributeError) as unreadable:
            raise AccessDenied(_OPERATION, "the identity provider's answer holds no token") from unreadable
        self._token = token
        self._good_until = asked_at + lasts_s - min(RENEWED_BEFORE_S, lasts_s * RENEWED_BEFORE_PART)


class TokensForGrpc(grpc.AuthMetadataPlugin):
    """Puts the token on every gRPC call. gRPC calls it in a thread of its own, so it may block."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    def __call__(self, context: grpc.AuthMetadataContext, callback: grpc.AuthMetadataPluginCallback) -> None:
        """gRPC reports an error given here as UNAVAILABLE, with its text."""
        try:
            token = self._tokens.current()
        except (AccessDenied, EngineUnavailable) as reason:
            callback((), reason)
        else:
            callback((("authorization", f"Bearer {token}"),), None)


class TokensForRest(httpx.Auth):
    """Puts the token on every REST call."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {await asyncio.to_thread(self._tokens.current)}"
        yield request
