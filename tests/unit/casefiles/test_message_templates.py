"""What is said to people outside is data, checked before an office starts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from penaemas.casefiles.bootstrap import CONFIG
from penaemas.casefiles.message_templates import MessagesInvalid, MessageTemplates, load_templates
from tests.offices import LAMPUNG_SELATAN, SUMEDANG


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for part in ("messages", "regions"):
        shutil.copytree(CONFIG / part, tmp_path / part)
    return tmp_path


def loaded(config: Path) -> MessageTemplates:
    return load_templates(config / "messages", config / "regions")


def test_a_text_is_filled_in_and_its_links_are_not(config: Path) -> None:
    text = loaded(config).text("pena_emas", "survey_invitation", SUMEDANG, number="X-1")

    assert text.id.startswith("Permohonan X-1:")
    assert "{survey_link}" in text.id


def test_a_region_says_something_its_own_way(config: Path) -> None:
    own = '[pena_emas.licence_issued]\nid = "Izin {number} sudah jadi."\nen = "Licence {number} is ready."\n'
    (config / "regions/sumedang/messages.toml").write_text(own, encoding="utf-8")
    texts = loaded(config)

    assert texts.text("pena_emas", "licence_issued", SUMEDANG, number="X-1").id == "Izin X-1 sudah jadi."
    assert "X-1" in texts.text("pena_emas", "licence_issued", LAMPUNG_SELATAN, number="X-1").en
    assert texts.text("pena_emas", "licence_issued", LAMPUNG_SELATAN, number="X-1").id != "Izin X-1 sudah jadi."


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('[office.footer]\nid = "x {agency}"\nen = "x"\n', "braces must hold agency, complaint_link, government"),
        ('[pena_emas.licence_issued]\nid = "Izin {number}"\n', "has not exactly the texts id and en"),
        ('[pena_emas.licence_lost]\nid = "{number}"\nen = "{number}"\n', "is none of"),
        ('[elsewhere.footer]\nid = "x"\nen = "x"\n', "is none of"),
        ('[pena_emas.licence_issued]\nid = "{number"\nen = "{number}"\n', "braces must hold number"),
    ],
    ids=["a link is lost", "a language is missing", "unknown kind", "unknown group", "an open brace"],
)
def test_a_text_that_could_not_be_sent_is_refused(config: Path, written: str, fault: str) -> None:
    (config / "regions/sumedang/messages.toml").write_text(written, encoding="utf-8")

    with pytest.raises(MessagesInvalid, match=fault):
        loaded(config)


def test_a_kind_without_text_is_refused(config: Path) -> None:
    (config / "messages/pena_emas.toml").write_text("", encoding="utf-8")

    with pytest.raises(MessagesInvalid, match="licence_issued.* is missing"):
        loaded(config)
