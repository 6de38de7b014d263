"""The broker's environment: complete, on localhost only, and nothing of this machine's surroundings."""

from dataclasses import replace
from pathlib import Path

import pytest

from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings, broker_environment, java_command
from penaemas.zeebe.history_feed import HistoryFeeds

PASSWORD = "a password of this test"
SETTINGS = BrokerSettings(
    data_directory=Path("/data/zeebe"),
    ports=BrokerPorts.from_base(8600),
    feeds=HistoryFeeds("http://127.0.0.1:8601", PASSWORD),
)
SWITCHES = {
    "COMMAND",
    "EVENT",
    "REJECTION",
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
}
SWITCHES_SINCE_8_6 = {"AUTHORIZATION", "MESSAGECORRELATION", "USER"}


def switches(environment: dict[str, str], exporter: str) -> dict[str, str]:
    """The exporter's switches of record types: all its true-or-false options under INDEX but the template's."""
    prefix = f"ZEEBE_BROKER_EXPORTERS_{exporter}_ARGS_INDEX_"
    return {
        name.removeprefix(prefix): value
        for name, value in environment.items()
        if name.startswith(prefix) and value in ("true", "false") and not name.endswith("CREATETEMPLATE")
    }


def test_the_full_feed_has_every_switch_and_all_are_on() -> None:
    assert switches(broker_environment(SETTINGS, {}), "HISTORY") == dict.fromkeys(SWITCHES, "true")


def test_the_full_feed_of_8_6_has_its_new_types_too() -> None:
    environment = broker_environment(replace(SETTINGS, version="8.6.0"), {})

    assert switches(environment, "HISTORY") == dict.fromkeys(SWITCHES | SWITCHES_SINCE_8_6, "true")


def test_the_express_feed_has_every_switch_and_only_events_of_user_tasks_and_incidents_are_on() -> None:
    express = switches(broker_environment(SETTINGS, {}), "EXPRESS")

    assert set(express) == SWITCHES
    assert {name for name, value in express.items() if value == "true"} == {"EVENT", "USERTASK", "INCIDENT"}


@pytest.mark.parametrize(("exporter", "user", "bulk_size"), [("HISTORY", "full", "1000"), ("EXPRESS", "express", "1")])
def test_each_feed_has_its_own_user_and_pace(exporter: str, user: str, bulk_size: str) -> None:
    environment = broker_environment(SETTINGS, {})
    arguments = f"ZEEBE_BROKER_EXPORTERS_{exporter}_ARGS"

    assert environment[f"{arguments}_URL"] == "http://127.0.0.1:8601"
    assert environment[f"{arguments}_AUTHENTICATION_USERNAME"] == user
    assert environment[f"{arguments}_AUTHENTICATION_PASSWORD"] == PASSWORD
    assert environment[f"{arguments}_BULK_DELAY"] == "1"
    assert environment[f"{arguments}_BULK_SIZE"] == bulk_size


def test_the_broker_listens_on_localhost_only() -> None:
    environment = broker_environment(SETTINGS, {})

    hosts = {name: value for name, value in environment.items() if name.endswith(("HOST", "ADDRESS"))}
    assert set(hosts.values()) == {"127.0.0.1"}
    assert set(hosts) == {
        "SERVER_ADDRESS",
        "MANAGEMENT_SERVER_ADDRESS",
        "ZEEBE_BROKER_NETWORK_HOST",
        "ZEEBE_BROKER_NETWORK_ADVERTISEDHOST",
        "ZEEBE_BROKER_NETWORK_COMMANDAPI_HOST",
        "ZEEBE_BROKER_NETWORK_INTERNALAPI_HOST",
        "ZEEBE_BROKER_GATEWAY_NETWORK_HOST",
    }


def test_the_ports_follow_the_offices_layout() -> None:
    environment = broker_environment(SETTINGS, {})

    assert environment["ZEEBE_BROKER_GATEWAY_NETWORK_PORT"] == "8603"
    assert environment["SERVER_PORT"] == "8604"
    assert environment["MANAGEMENT_SERVER_PORT"] == "8605"
    assert environment["ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT"] == "8606"
    assert environment["ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT"] == "8607"


def test_the_clock_is_controlled_only_where_it_is_asked_for() -> None:
    assert broker_environment(SETTINGS, {})["ZEEBE_CLOCK_CONTROLLED"] == "false"
    assert broker_environment(replace(SETTINGS, controlled_clock=True), {})["ZEEBE_CLOCK_CONTROLLED"] == "true"


def test_nothing_of_the_surroundings_changes_the_engine() -> None:
    surroundings = {"PATH": "/bin", "JAVA_TOOL_OPTIONS": "-Xmx9g", "ZEEBE_BROKER_CLUSTER_NODEID": "7", "SPRING_X": "1"}

    environment = broker_environment(SETTINGS, surroundings)

    assert environment == {**broker_environment(SETTINGS, {}), "PATH": "/bin"}
    assert environment["ZEEBE_BROKER_CLUSTER_NODEID"] == "0"


def test_without_feeds_there_is_no_exporter() -> None:
    environment = broker_environment(replace(SETTINGS, feeds=None), {})

    assert not [name for name in environment if "EXPORTERS" in name]


def test_the_password_is_in_the_environment_and_never_on_the_command_line_or_in_a_text() -> None:
    command = java_command(SETTINGS, Path("/cache/engines/camunda-zeebe-8.5.8"), Path("/bin/java"), 25)

    assert PASSWORD not in " ".join(command)
    assert PASSWORD not in repr(SETTINGS)


def test_the_archive_of_classes_belongs_to_one_engine_and_one_java() -> None:
    command = java_command(SETTINGS, Path("/cache/engines/camunda-zeebe-8.5.8"), Path("/bin/java"), 25)

    assert "-XX:SharedArchiveFile=/cache/engines/camunda-zeebe-8.5.8-java25.jsa" in command


def test_each_version_starts_its_own_main_class() -> None:
    home, java = Path("/engine"), Path("/bin/java")

    assert java_command(SETTINGS, home, java, 21)[-1] == "io.camunda.zeebe.broker.StandaloneBroker"
    assert java_command(replace(SETTINGS, version="8.6.0"), home, java, 21)[-1] == (
        "io.camunda.application.StandaloneBroker"
    )
