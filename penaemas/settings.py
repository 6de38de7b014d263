"""Every setting of every process: the only reader of the environment.

One class per process; a process builds its own once, at start, and is refused there if a value is wrong. Variables are
prefixed `PENA_` (`PENA_HISTORY_PORT`, …). `./pena up` composes them for its children; a bigger office sets them by
hand. `docs/settings.md` is made from this file.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]
LOOPBACK = "127.0.0.1"


def default_data_folder() -> Path:
    """Where the office's data lives unless it says otherwise: the platform's folder for a user's data."""
    return Path(platformdirs.user_data_dir("pena", appauthor=False)) / "office"


def sqlite_url(file: Path) -> str:
    """SQLAlchemy address of a SQLite file."""
    return f"sqlite:///{file.expanduser().absolute()}"


class ProcessSettings(BaseSettings):
    """What every process of an office needs."""

    model_config = SettingsConfigDict(env_prefix="PENA_", frozen=True, extra="ignore", hide_input_in_errors=True)

    data_folder: Path = Field(
        default_factory=default_data_folder,
        description="Folder that holds everything this office keeps: engine data, databases, secrets, logs.",
    )
    demo: bool = Field(
        default=False,
        description="Training and demonstration: the engine's clock is controlled, the data folder marked for ever.",
    )
    host: str = Field(
        default=LOOPBACK, description="Address that a process listens on. Anything but the loopback exposes it."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged. `debug` is never for production."
    )
    log_console: bool = Field(default=False, description="Log lines for people instead of JSON lines.")


class EngineSettings(ProcessSettings):
    """How to reach the engine, embedded or a cluster of the office's own."""

    zeebe_grpc_address: str = Field(
        default=f"{LOOPBACK}:8603", description="Host and port of the gateway's gRPC interface."
    )
    zeebe_rest_address: str = Field(
        default=f"http://{LOOPBACK}:8604",
        description="Base address of the gateway's REST interface, for user tasks.",
    )
    zeebe_management_address: str | None = Field(
        default=None,
        description="Base address of the broker's management interface; needed for the clock of `demo` only.",
    )
    zeebe_tls: bool = Field(default=False, description="Speak TLS to the gateway.")
    zeebe_ca_file: Path | None = Field(
        default=None,
        description="PEM file with the authority that signed the gateway's certificate, if no public one did; "
        "the identity provider's is accepted too if it is signed by this one.",
    )
    zeebe_oauth_token_url: str | None = Field(
        default=None, description="Where to fetch access tokens (OAuth client credentials). Unset: no authentication."
    )
    zeebe_oauth_client_id: str | None = Field(default=None, description="OAuth client id.")
    zeebe_oauth_client_secret: SecretStr | None = Field(default=None, description="OAuth client secret.")
    zeebe_oauth_audience: str | None = Field(
        default=None, description="OAuth audience, if the identity provider asks for one."
    )

    @model_validator(mode="after")
    def _oauth_is_whole(self) -> "EngineSettings":
        if self.zeebe_oauth_token_url and not (self.zeebe_oauth_client_id and self.zeebe_oauth_client_secret):
            raise ValueError(
                "PENA_ZEEBE_OAUTH_TOKEN_URL needs PENA_ZEEBE_OAUTH_CLIENT_ID and PENA_ZEEBE_OAUTH_CLIENT_SECRET"
            )
        return self


class HistoryDatabase(ProcessSettings):
    """Where the facts are stored. Only the history process writes there."""

    history_database_url: str | None = Field(
        default=None,
        description="Database of the history: unset = SQLite in the data folder; `postgresql://…` for PostgreSQL.",
    )

    @property
    def history_url(self) -> str:
        """SQLAlchemy address of the history database."""
        return self.history_database_url or sqlite_url(self.data_folder / "history.sqlite")


class OfficeLocation(ProcessSettings):
    """Where case files, outbox and portal rows are stored, without the key to what is personal in them."""

    office_database_url: str | None = Field(
        default=None,
        description="Database of the office: unset = SQLite in the data folder; `postgresql://…` for PostgreSQL.",
    )

    @property
    def office_url(self) -> str:
        """SQLAlchemy address of the office database."""
        return self.office_database_url or sqlite_url(self.data_folder / "office.sqlite")


class OfficeDatabase(OfficeLocation):
    """The same, with the key."""

    public_address: str = Field(
        default=f"http://{LOOPBACK}:8600",
        pattern=r"^https?://[^/\s#]+$",
        description=(
            "Address under which the public reaches the portal, e.g. `https://pena.region.example`. It is printed in "
            "the QR code of every permit, so choose it once."
        ),
    )

    office_master_key: SecretStr | None = Field(
        default=None,
        description=(
            "Key (base64, 32 bytes) that the case files' keys are wrapped with; "
            "unset = `secrets/office_master_key` in the data folder."
        ),
    )


class LedgerSettings(ProcessSettings):
    """Under which name the ledger is kept, and who co-signs it."""

    ledger_name: str | None = Field(
        default=None,
        description=(
            "Name of this installation in its checkpoints, e.g. `pena.region.example`; chosen once, before the first "
            "start. Unset: one is made from the ledger's key."
        ),
    )
    ledger_witnesses: tuple[str, ...] = Field(
        default=(),
        description=(
            "Witnesses that co-sign each checkpoint, as a JSON list of `ADDRESS VERIFIER-KEY`, e.g. "
            '`["https://witness.example inspectorate.example+1a2b3c4d+BA…"]`.'
        ),
    )

    ledger_mail_to: tuple[str, ...] = Field(
        default=(),
        description=(
            "Who gets the newest checkpoints by mail every day, such as the inspectorate, as a JSON list of addresses; "
            "needs `PENA_SMTP_HOST`."
        ),
    )


class MailServerSettings(ProcessSettings):
    """The office's own mail server. Unset: nothing is mailed."""

    smtp_host: str | None = Field(default=None, description="Name of the mail server (SMTP). Unset: nothing is mailed.")
    smtp_port: Port = Field(default=587, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is protected: `starttls`, `tls` from the first byte (usually port 465), or "
        "`none`, for a server on this machine only.",
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="PEM file with the authority of its certificate, if no public one signed it."
    )
    smtp_user: str | None = Field(default=None, description="Name to sign in with, if it asks for one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password to sign in with.")
    smtp_sender: str | None = Field(
        default=None, description="Address that mails come from, e.g. `pena@office.example`."
    )

    @model_validator(mode="after")
    def _mail_is_whole(self) -> "MailServerSettings":
        if self.smtp_host is not None and self.smtp_sender is None:
            raise ValueError("PENA_SMTP_HOST needs PENA_SMTP_SENDER")
        return self


class HistorySettings(HistoryDatabase, OfficeLocation, LedgerSettings, MailServerSettings):
    """Environment of `python -m penaemas.history`. Of the office's database it reads the portal's acts alone."""

    history_port: Port = Field(default=8601, description="Port of the intake and of the history's probes and metrics.")
    intake_password: SecretStr = Field(description="Password that the engine's exporters sign in with.")
    history_webhook_url: str | None = Field(
        default=None, description="Where events are posted as CloudEvents as they happen; unset: nowhere."
    )
    history_webhook_source: str = Field(
        default="urn:pena", description="What the events name as their source, e.g. the office's own address."
    )
    history_webhook_pseudonyms_key: SecretStr | None = Field(
        default=None,
        description="Key of the officers' pseudonyms; unset: a new one at every start, so officers cannot be followed.",
    )
    history_webhook_token: SecretStr | None = Field(
        default=None, description="Bearer token that is sent to the webhook, if it asks for one."
    )
    history_api_token: SecretStr | None = Field(
        default=None,
        description="Token for reading `/api/history/v1` on the history's port; unset: that interface is not offered.",
    )
    zeebe_management_address: str | None = Field(
        default=None,
        description="Base address of the broker's management interface: how far its exporters have come.",
    )

    @model_validator(mode="after")
    def _checkpoints_can_be_mailed(self) -> "HistorySettings":
        if self.ledger_mail_to and self.smtp_host is None:
            raise ValueError("PENA_LEDGER_MAIL_TO needs PENA_SMTP_HOST and PENA_SMTP_SENDER")
        return self


class MessageSettings(MailServerSettings):
    """By which ways applicants are told. Without any, an officer sends what is prepared, with one press."""

    mail_connections: int = Field(default=8, ge=1, le=64, description="Most connections to the mail server at once.")
    whatsapp_address: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Base address of the office's carrier of WhatsApp messages "
        "(penaemas/connectors/whatsapp/openapi.yaml). Unset: an officer sends what is prepared.",
    )
    whatsapp_token: SecretStr | None = Field(default=None, description="Bearer token for the carrier.")


class ConnectorAddress(BaseModel):
    """Where another system answers, and the bearer token that it wants, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str
    token: SecretStr | None = None


class WorkerSettings(EngineSettings, HistoryDatabase, OfficeDatabase, MessageSettings):
    """Environment of `python -m workers`. The history is read only, by escalations, monitoring and the outbox's
    questions.
    """

    workers_port: Port = Field(default=8602, description="Port of the workers' probes, metrics and outbox wake-up.")
    jobs_in_hand: int = Field(default=64, ge=1, le=10_000, description="Most jobs that one process holds at once.")
    connectors: dict[str, ConnectorAddress] = Field(
        default={},
        description=(
            "Where other systems answer, for those that a region's `connectors.toml` wants served by http: a JSON "
            "object from `<region code>/<system>` (`*` for every region) to address and token, e.g. "
            '`{"*/population_registry": {"url": "https://adapter.example", "token": "…"}}`.'
        ),
    )
    payments_token: SecretStr | None = Field(
        default=None,
        description=(
            "Bearer token that the treasury shows when it posts payments to `/payments` on the workers' port; "
            "unset: that interface is not offered."
        ),
    )
    drain_limit: timedelta = Field(
        default=timedelta(seconds=15), description="How long a stopping worker may take to finish the jobs in hand."
    )


class PortalSettings(HistoryDatabase, OfficeDatabase):
    """Environment of `python -m penaemas.portal`."""

    portal_names: tuple[str, ...] = Field(
        default=(LOOPBACK, "localhost"),
        description='Host names under which the portal answers, as a JSON list, e.g. `["pena.office.example"]`.',
    )
    frontend_folder: Path | None = Field(
        default=None,
        description="Folder of the portal's built scripts. Unset: pages work without scripts; `./pena up` builds them.",
    )
    portal_lock_after: timedelta = Field(
        default=timedelta(minutes=10),
        gt=timedelta(0),
        description="How long a signed-in officer may do nothing before the screen is locked.",
    )
    portal_session_life: timedelta = Field(
        default=timedelta(hours=12),
        gt=timedelta(0),
        description="How long a sign-in holds at most, whatever is done with it.",
    )
    portal_proxies: tuple[str, ...] = Field(
        default=(),
        description=(
            "Addresses of reverse proxies before the portal, as a JSON list: of a sign-in through one of them, the "
            "sender is whom its `X-Forwarded-For` names last."
        ),
    )
    time_zone: str = Field(default="Asia/Jakarta", description="IANA name of the zone in which pages show instants.")
    portal_port: Port = Field(default=8600, description="Port of the pages that people use.")
    history_address: str = Field(default=f"http://{LOOPBACK}:8601", description="Base address of the history's probes.")
    workers_address: str = Field(
        default=f"http://{LOOPBACK}:8602", description="Base address of the workers' probes and wake-up."
    )
    zeebe_management_address: str | None = Field(
        default=None,
        description="Base address of the broker's management interface: its probe, and the clock of `demo`.",
    )


class InstallationSettings(EngineSettings, HistoryDatabase, OfficeDatabase, LedgerSettings):
    """Environment of `./pena` itself."""

    port: Port = Field(
        default=8600,
        description="First of the eight ports an office uses: portal, history, workers, and five of the engine.",
    )
    cache_dir: Path | None = Field(
        default=None,
        description="Folder for what is fetched once per user: environments, engines. Unset = its usual place.",
    )
    python: str | None = Field(
        default=None,
        description="Python (3.11 or newer) that the `pena` script starts with; unset = the newest it finds.",
    )
    intake_url: str | None = Field(
        default=None,
        description=(
            "Address under which a cluster of the office's own reaches the intake of the history. "
            "Unset: this machine's loopback."
        ),
    )
    minimum_free_megabytes: int = Field(
        default=1024, ge=1, description="Free space in the data folder below which `./pena up` does not start."
    )
    engine_memory_megabytes: int = Field(
        default=256, ge=256, description="Heap limit of the embedded engine's Java process."
    )

    @property
    def cache_folder(self) -> Path:
        """Per-user folder for what is fetched once."""
        chosen = self.cache_dir or Path(platformdirs.user_cache_dir("pena", appauthor=False))
        return chosen.expanduser().absolute()
