"""The engine's distribution for tests, out of this user's cache."""

from pathlib import Path

from penaemas.settings import InstallationSettings
from penaemas.zeebe.distribution import bring
from penaemas.zeebe.releases import DEFAULT_VERSION


def unpacked_engine(version: str = DEFAULT_VERSION) -> Path:
    """The folder of the unpacked engine; fetched if this user never had it."""
    return bring(version, cache=InstallationSettings().cache_folder)
