"""The Zeebe releases this program knows, with the figures that a download must match."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# step in words for people, bytes done, bytes in all (None where not known)
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Release:
    """One distribution as it was published: `camunda-zeebe-<version>.tar.gz`."""

    version: str
    size_bytes: int
    sha256: str
    main_class: str


DEFAULT_VERSION = "8.5.8"
RELEASES: Mapping[str, Release] = {
    release.version: release
    for release in (
        Release(
            version="8.5.8",
            size_bytes=212_102_843,
            sha256="53ce62b008e61a87a3f7aed700065ad1352084a24c85771bc4e8300828bf95b4",
            main_class="io.camunda.zeebe.broker.StandaloneBroker",
        ),
        # Free for non-production use only: the second engine of the tests.
        Release(
            version="8.6.0",
            size_bytes=299_201_896,
            sha256="5c699e86a6c9d290dd7b1f0b2ea648fb57fd1dacf1cab22c874219e58827ea45",
            main_class="io.camunda.application.StandaloneBroker",
        ),
    )
}
