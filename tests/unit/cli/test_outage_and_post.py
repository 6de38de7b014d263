"""`./pena outage` and `./pena post`: what supervisors document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.office_folders import make_office, pena

DECLARED = ("declare", "32.11", "GGN/7", "--system", "SIMBG", "--reason", "tidak menjawab", "--supervisor", "kabid.1")
DECREE = ("decree", "32.11", "KADIS", "sekretaris.1", "--kind", "PLH", "--as", "sekretaris")
JANUARY = ("--from", "2026-01-05", "--to", "2026-01-09")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_office(tmp_path, monkeypatch)
    return tmp_path


def test_an_outage_is_declared_and_ended_at_the_instants_that_the_supervisor_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = ("end", "32.11", "GGN/7", "--reason", "pulih", "--supervisor", "kabid.1", "--at", "2026-01-05T09:30")

    assert pena(folder, "outage", *DECLARED, "--at", "2026-01-05T08:15") == 0
    assert pena(folder, "outage", *ended) == 0
    assert pena(folder, "outage", "list", "32.11") == 0

    assert "SIMBG        05-01-2026 08.15 WIB – 05-01-2026 09.30 WIB  (kabid.1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*DECLARED, "--at", "2126-01-05T08:15"), "at: lies ahead"),
        ((*DECLARED[:2], " ", *DECLARED[3:]), "reference: is required"),
        ((*DECLARED[:2], "G" * 81, *DECLARED[3:]), "reference: is too long"),
        ((DECLARED[0], "33.99", *DECLARED[2:]), "33.99 is no region of this office"),
        (("end", "32.11", "GGN/8", *DECLARED[5:]), "reference: names no outage of this region"),
    ],
)
def test_an_outage_that_breaks_a_rule_is_none(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert pena(folder, "outage", *arguments) == 1

    assert says in capsys.readouterr().err
    assert pena(folder, "outage", "list", "32.11") == 0
    assert "no outage yet" in capsys.readouterr().out


@pytest.mark.parametrize("at", ["kemarin", "2026-01-05"])
def test_an_instant_without_its_time_of_day_is_not_guessed(
    folder: Path, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    with pytest.raises(SystemExit):
        pena(folder, "outage", *DECLARED, "--at", at)

    assert "write it like 2026-01-31T08:15" in capsys.readouterr().err


def test_a_post_shows_its_holder_who_is_away_and_the_stand_in_with_the_decree(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = ("--as", "sekretaris")
    assert pena(folder, "post", "appoint", "32.11", "KADIS", "kadis.1", "--from", "2025-01-01", *by) == 0
    assert pena(folder, "post", "absent", "32.11", "KADIS", *JANUARY, *by) == 0
    assert pena(folder, "post", *DECREE, "--number", "800/12/2026", *JANUARY) == 0
    capsys.readouterr()

    assert pena(folder, "post", "list", "32.11", "--day", "2026-01-09") == 0
    assert pena(folder, "post", "list", "32.11", "--day", "2026-01-10") == 0

    until_then, afterwards = capsys.readouterr().out.split("2026-01-10\n")
    assert "kadis.1 (tidak di tempat · away); PLH sekretaris.1 (800/12/2026, s.d. 2026-01-09)" in until_then
    assert "away" not in afterwards
    assert "KABID          Kepala Bidang Perizinan                        kosong · vacant → KADIS" in afterwards


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*DECREE, "--number", " ", *JANUARY), "decree_number: is required"),
        ((*DECREE, "--number", "N" * 81, *JANUARY), "decree_number: is too long"),
        ((*DECREE, "--number", "1", "--from", "2026-01-09", "--to", "2026-01-05"), "last_day: lies before first_day"),
        (("vacate", "32.11", "KADIS", "--last-day", "2026-01-05", "--as", "s"), "last_day: nobody holds the post"),
        (("appoint", "32.11", "RAJA", "a", "--from", "2026-01-05", "--as", "s"), "post: is no post of the region"),
    ],
)
def test_what_breaks_a_rule_is_not_recorded(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert pena(folder, "post", *arguments) == 1

    assert says in capsys.readouterr().err


def test_an_identity_number_is_no_account_of_an_officer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        pena(folder, "post", "appoint", "32.11", "KADIS", "3211020202909991", "--from", "2026-01-05", "--as", "s")

    assert "an officer is an account name" in capsys.readouterr().err
