"""Addresses, prefixes, variables and clocks: what needs no broker to be tried."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from penaemas.zeebe.access_tokens import OAuthClient
from penaemas.zeebe.clock import ControlledClock, SystemClock
from penaemas.zeebe.connection import EngineAddress
from penaemas.zeebe.embedded_broker import back_off_s
from penaemas.zeebe.errors import InvalidCommand
from penaemas.zeebe.loopback import is_loopback
from penaemas.zeebe.user_tasks import rest_prefix
from penaemas.zeebe.variables import to_json

VALUE = "invented-value-of-a-variable"


def test_a_token_never_travels_in_clear() -> None:
    oauth = OAuthClient("client", "secret of this test", "https://login.example/token")

    with pytest.raises(ValueError, match="OAuth needs TLS"):
        EngineAddress("zeebe.example:443", "https://zeebe.example", oauth=oauth)


@pytest.mark.parametrize(
    ("rest_url", "token_url"),
    [
        ("http://zeebe.example:8080", "https://login.example/token"),
        ("https://zeebe.example", "http://login.example/token"),
    ],
)
def test_neither_token_nor_secret_travels_in_clear_to_another_machine(rest_url: str, token_url: str) -> None:
    oauth = OAuthClient("client", "secret of this test", token_url)

    with pytest.raises(ValueError, match="OAuth needs TLS: the .* must begin with https://"):
        EngineAddress("zeebe.example:443", rest_url, tls=True, oauth=oauth)


def test_a_ca_file_without_tls_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="TLS is not"):
        EngineAddress("zeebe.example:443", "https://zeebe.example", ca_file=Path("ca.pem"))


def test_the_client_secret_is_in_no_text_of_the_address() -> None:
    oauth = OAuthClient("client", "secret of this test", "https://login.example/token")

    address = EngineAddress("zeebe.example:443", "https://zeebe.example", tls=True, oauth=oauth)

    assert "secret of this test" not in repr(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "[::1]", "::1"])
def test_this_machine_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["zeebe.example", "10.0.0.1", "localhost.example"])
def test_another_machine_is_not_taken_for_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("version", "prefix"),
    [("8.5.8", "/v1"), ("8.5.0-alpha1", "/v1"), ("8.6.0", "/v2"), ("8.10.1", "/v2"), ("9.0.0-SNAPSHOT", "/v2")],
)
def test_the_rest_prefix_follows_the_gateways_version(version: str, prefix: str) -> None:
    assert rest_prefix(version) == prefix


def test_a_gateway_that_does_not_tell_its_version_is_refused() -> None:
    with pytest.raises(ValueError, match="not the version of a gateway"):
        rest_prefix("development")


class HouseType(StrEnum):
    T36 = "T36"


def test_instants_days_numbers_and_choices_become_what_feel_reads() -> None:
    variables = {
        "due_at": datetime(2027, 1, 4, 8, 0, tzinfo=UTC),
        "valid_from": date(2027, 1, 4),
        "floor_area_m2": Decimal("36.5"),
        "storeys": Decimal(1),
        "house_type": HouseType.T36,
    }

    assert to_json("publish", variables) == (
        '{"due_at": "2027-01-04T08:00:00+00:00", "valid_from": "2027-01-04", "floor_area_m2": 36.5,'
        ' "storeys": 1, "house_type": "T36"}'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2027, 1, 4), object(), {1, 2}])  # noqa: DTZ001
def test_a_value_that_has_no_place_in_json_is_refused(value: object) -> None:
    with pytest.raises(InvalidCommand, match="variables are not JSON"):
        to_json("publish", {"value": value})


def test_a_refused_variable_is_not_quoted() -> None:
    class Person:
        def __repr__(self) -> str:
            return VALUE

    with pytest.raises(InvalidCommand) as refusal:
        to_json("publish", {"applicant": Person()})

    assert VALUE not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_engines_clock_cannot_be_had_in_production() -> None:
    with pytest.raises(ValueError, match="in a demo and in tests only"):
        ControlledClock("http://127.0.0.1:8605", allowed=False)


def test_the_systems_clock_tells_an_instant_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta()


def test_the_pause_between_restarts_doubles_up_to_half_a_minute() -> None:
    for failures, longest_s in [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (1_000, 30.0)]:
        assert longest_s * 0.75 <= back_off_s(failures) <= longest_s
