"""What operators run beside the program agrees with the program."""

from pathlib import Path

import pytest
import yaml

from penaemas.zeebe.history_feed import HistoryFeeds, feed_environment
from penaemas.zeebe.releases import DEFAULT_VERSION

PROJECT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((PROJECT / "config" / "compose" / "compose.yaml").read_text())
ALERTS = yaml.safe_load((PROJECT / "config" / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
RUNBOOKS = PROJECT / "docs" / "runbooks"


def test_the_engine_in_containers_tells_the_history_exactly_what_our_own_engine_tells() -> None:
    environment = COMPOSE["services"]["engine"]["environment"]
    password = "${PENA_INTAKE_PASSWORD:?set it in .env}"

    exporters = {name: value for name, value in environment.items() if name.startswith("ZEEBE_BROKER_EXPORTERS_")}

    assert exporters == feed_environment(HistoryFeeds("http://history:8601", password), DEFAULT_VERSION)


def test_the_engine_in_containers_is_the_same_version() -> None:
    assert COMPOSE["services"]["engine"]["image"] == f"camunda/zeebe:{DEFAULT_VERSION}"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_who_must_act_and_what_to_do(alert: dict[str, dict[str, str]]) -> None:
    assert alert["labels"]["severity"] in ("page", "ticket")
    assert (PROJECT / alert["annotations"]["runbook"]).exists()


def test_no_runbook_is_left_without_its_alert() -> None:
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == {alert["alert"] for alert in ALERTS}


def test_the_readmes_first_screen_names_the_two_commands_and_the_engine() -> None:
    first_screen = "\n".join((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()[:40])

    for fact in ("./pena up", "./pena test", "WSL 2", "Python 3.11", f"Zeebe {DEFAULT_VERSION}", "14 October 2025"):
        assert fact in first_screen
