"""Where the engine is and how to speak to it: addresses, TLS, OAuth, and the one gRPC channel of a process."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import grpc
from pyzeebe import create_insecure_channel, create_secure_channel

from penaemas.zeebe.access_tokens import AccessTokens, OAuthClient, TokensForGrpc
from penaemas.zeebe.loopback import is_loopback

# The name by which others hand a channel on without knowing gRPC.
Channel = grpc.aio.Channel

CHANNEL_OPTIONS: tuple[tuple[str, int], ...] = (
    # The gateway refuses pings more often than every 30 s; Camunda's own clients ping every 45 s.
    ("grpc.keepalive_time_ms", 45_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A job stream may carry nothing for hours: without this gRPC stops pinging after two silent pings.
    ("grpc.http2.max_pings_without_data", 0),
    # A restarted broker is found again within a second or two; the default back-off grows to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # Despite its name this is the time one attempt to connect may take.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
    # A job stream that is not read holds this much and no more; without it gRPC lets megabytes of jobs lie here, whose
    # timeouts run. What does not fit the gateway takes back at once and offers to whoever polls.
    ("grpc.http2.bdp_probe", 0),
    ("grpc.http2.lookahead_bytes", 64 * 1024),
)


@dataclass(frozen=True)
class EngineAddress:
    """One engine, ours or a cluster of the office.

    Attributes:
        grpc: "host:port" of the gateway.
        rest_url: base of the gateway's REST interface, without /v1 or /v2.
        management_url: base of /ready and /actuator; None where the office does not expose it to us.
        tls: gRPC over TLS; `ca_file` (PEM) replaces the machine's own roots, for gRPC and REST alike. The identity
            provider may be signed by it, or by a public one.
        oauth: needs TLS everywhere, because neither token nor secret may travel in clear.
    """

    grpc: str
    rest_url: str
    management_url: str | None = None
    tls: bool = False
    ca_file: Path | None = None
    oauth: OAuthClient | None = None

    def __post_init__(self) -> None:
        if self.oauth is not None and not self.tls:
            raise ValueError("OAuth needs TLS: a token must not travel in clear. Set the engine's TLS setting too.")
        if self.oauth is not None and not _is_secret(self.rest_url):
            raise ValueError("OAuth needs TLS: the engine's REST address must begin with https://.")
        if self.oauth is not None and not _is_secret(self.oauth.token_url):
            raise ValueError("OAuth needs TLS: the token address must begin with https://.")
        if self.ca_file is not None and not self.tls:
            raise ValueError("A CA file is set but TLS is not. Set the engine's TLS setting too.")

    @property
    def is_local(self) -> bool:
        """Whether the gateway is on this machine, where no proxy of the environment must come between."""
        return is_loopback(self.grpc.rpartition(":")[0])


def open_channel(address: EngineAddress) -> grpc.aio.Channel:
    """A channel that connects when it is first used and reconnects by itself for ever.

    Must be called where an event loop runs; the caller closes it.

    Raises:
        OSError: `ca_file` cannot be read.
    """
    options = (*CHANNEL_OPTIONS, ("grpc.enable_http_proxy", 0 if address.is_local else 1))
    if not address.tls:
        return create_insecure_channel(grpc_address=address.grpc, channel_options=options)
    roots = address.ca_file.read_bytes() if address.ca_file is not None else None
    credentials = grpc.ssl_channel_credentials(root_certificates=roots)
    if address.oauth is not None:
        tokens = grpc.metadata_call_credentials(TokensForGrpc(AccessTokens(address.oauth, address.ca_file)))
        credentials = grpc.composite_channel_credentials(credentials, tokens)
    return create_secure_channel(grpc_address=address.grpc, channel_options=options, channel_credentials=credentials)


def _is_secret(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
