"""The two feeds of the broker's own exporter, with every option written out: what the history receives is decided here.

Both feeds post to one address; the basic-authentication user tells them apart.
Source of the options: `io.camunda.zeebe.exporter.ElasticsearchExporterConfiguration` of 8.5.8 and 8.6.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EXPORTER_CLASS = "io.camunda.zeebe.exporter.ElasticsearchExporter"
FULL_FEED_USER = "full"
EXPRESS_FEED_USER = "express"

# Left out by default in part; the history has no gap only if all of them come.
RECORD_KINDS = ("COMMAND", "EVENT", "REJECTION")
VALUE_TYPES = (
    "CHECKPOINT",
    "COMMANDDISTRIBUTION",
    "COMPENSATIONSUBSCRIPTION",
    "DECISION",
    "DECISIONEVALUATION",
    "DECISIONREQUIREMENTS",
    "DEPLOYMENT",
    "DEPLOYMENTDISTRIBUTION",
    "ERROR",
    "ESCALATION",
    "FORM",
    "INCIDENT",
    "JOB",
    "JOBBATCH",
    "MESSAGE",
    "MESSAGEBATCH",
    "MESSAGESTARTEVENTSUBSCRIPTION",
    "MESSAGESUBSCRIPTION",
    "PROCESS",
    "PROCESSEVENT",
    "PROCESSINSTANCE",
    "PROCESSINSTANCEBATCH",
    "PROCESSINSTANCECREATION",
    "PROCESSINSTANCEMIGRATION",
    "PROCESSINSTANCEMODIFICATION",
    "PROCESSMESSAGESUBSCRIPTION",
    "RESOURCEDELETION",
    "SIGNAL",
    "SIGNALSUBSCRIPTION",
    "TIMER",
    "USERTASK",
    "VARIABLE",
    "VARIABLEDOCUMENT",
)
VALUE_TYPES_SINCE_8_6 = ("AUTHORIZATION", "MESSAGECORRELATION", "USER")
EXPRESS_VALUE_TYPES = frozenset({"USERTASK", "INCIDENT"})

# One batch a second, or as soon as this many records wait: 0 s would keep a core busy, smaller batches fall behind.
FULL_BULK_RECORDS = 1_000
# Each fact at once. All exporters share one thread, so only a feed of little volume can afford it.
EXPRESS_BULK_RECORDS = 1
BULK_DELAY_S = 1
BULK_MEMORY_BYTES = 10 * 1024 * 1024
REQUEST_TIMEOUT_MS = 30_000


@dataclass(frozen=True)
class HistoryFeeds:
    """Where the exporter posts, and the password it shows (one for both feeds; the users differ).

    Attributes:
        full_bulk_records: after how many records the full feed posts without waiting for its second to pass. Tests
            that wait for single facts make it small; under load a small one falls behind (1 and 5 were tried).
    """

    url: str
    password: str = field(repr=False)
    full_bulk_records: int = FULL_BULK_RECORDS


def feed_environment(feeds: HistoryFeeds, version: str) -> dict[str, str]:
    """The broker's environment for both feeds. The same settings go into the exporters of an office's own cluster."""
    value_types = VALUE_TYPES if version.startswith("8.5.") else VALUE_TYPES + VALUE_TYPES_SINCE_8_6
    full = dict.fromkeys(RECORD_KINDS + value_types, True)
    express = {
        **dict.fromkeys(RECORD_KINDS, False),
        "EVENT": True,
        **{value_type: value_type in EXPRESS_VALUE_TYPES for value_type in value_types},
    }
    return {
        **_exporter("HISTORY", FULL_FEED_USER, feeds, feeds.full_bulk_records, full),
        **_exporter("EXPRESS", EXPRESS_FEED_USER, feeds, EXPRESS_BULK_RECORDS, express),
    }


def _exporter(
    exporter_id: str, user: str, feeds: HistoryFeeds, bulk_records: int, switches: Mapping[str, bool]
) -> dict[str, str]:
    prefix = f"ZEEBE_BROKER_EXPORTERS_{exporter_id}"
    arguments = {
        "URL": feeds.url,
        "REQUESTTIMEOUTMS": str(REQUEST_TIMEOUT_MS),
        "AUTHENTICATION_USERNAME": user,
        "AUTHENTICATION_PASSWORD": feeds.password,
        "BULK_DELAY": str(BULK_DELAY_S),
        "BULK_SIZE": str(bulk_records),
        "BULK_MEMORYLIMIT": str(BULK_MEMORY_BYTES),
        "RETENTION_ENABLED": "false",
        "INDEX_PREFIX": "zeebe-record",
        "INDEX_INDEXSUFFIXDATEPATTERN": "yyyy-MM-dd",
        "INDEX_CREATETEMPLATE": "true",
        "INDEX_NUMBEROFSHARDS": "1",
        "INDEX_NUMBEROFREPLICAS": "0",
        **{f"INDEX_{name}": str(on).lower() for name, on in switches.items()},
    }
    return {
        f"{prefix}_CLASSNAME": EXPORTER_CLASS,
        **{f"{prefix}_ARGS_{name}": value for name, value in arguments.items()},
    }
