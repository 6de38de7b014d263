"""Settings: read once, refused if wrong, secrets unprintable, every one described."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from penaemas import settings
from penaemas.settings import (
    EngineSettings,
    HistorySettings,
    InstallationSettings,
    PortalSettings,
    ProcessSettings,
    WorkerSettings,
)

EVERY_CLASS = (EngineSettings, HistorySettings, InstallationSettings, PortalSettings, WorkerSettings)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings_names():
        monkeypatch.delenv(f"PENA_{name.upper()}", raising=False)


def settings_names() -> set[str]:
    return {name for kind in EVERY_CLASS for name in kind.model_fields}


def test_a_value_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_PORT", "9100")

    assert InstallationSettings().port == 9100


def test_a_wrong_value_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_HISTORY_PORT", "3578012345670001")
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", "words")

    with pytest.raises(ValidationError) as refusal:
        HistorySettings()

    assert "history_port" in str(refusal.value)
    assert "3578012345670001" not in str(refusal.value)


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", "open sesame")

    assert "open sesame" not in repr(HistorySettings())


def test_the_history_does_not_start_without_a_password() -> None:
    with pytest.raises(ValidationError, match="intake_password"):
        HistorySettings()


def test_oauth_that_is_half_given_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_ZEEBE_OAUTH_TOKEN_URL", "https://identity.example/token")

    with pytest.raises(ValidationError, match="PENA_ZEEBE_OAUTH_CLIENT_SECRET"):
        WorkerSettings()


def test_without_a_database_setting_the_data_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_DATA_FOLDER", "/srv/office")

    assert WorkerSettings().office_url == "sqlite:////srv/office/office.sqlite"
    assert PortalSettings().history_url == "sqlite:////srv/office/history.sqlite"


def test_a_relative_data_folder_counts_from_the_current_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENA_DATA_FOLDER", "office")

    assert WorkerSettings().office_url == f"sqlite:///{tmp_path}/office/office.sqlite"


def test_settings_do_not_change_after_the_start() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(InstallationSettings(), "port", 1)  # noqa: B010 (mypy refuses the plain assignment, as it should)


@pytest.mark.parametrize("kind", EVERY_CLASS)
def test_every_setting_is_described_with_a_sentence(kind: type[ProcessSettings]) -> None:
    for name, field in kind.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_everything_listens_on_this_machine_alone_by_default() -> None:
    assert InstallationSettings().host == settings.LOOPBACK == "127.0.0.1"


def test_the_cache_is_where_the_user_says_or_in_its_usual_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_CACHE_DIR", "~/of-pena")
    assert InstallationSettings().cache_folder == Path.home() / "of-pena"

    monkeypatch.delenv("PENA_CACHE_DIR")
    assert InstallationSettings().cache_folder.name == "pena"
