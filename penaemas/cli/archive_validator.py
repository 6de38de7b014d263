"""veraPDF, the independent judge of PDF/A and PDF/UA: fetched from Maven once per user, run by the tests."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

VERSION: Final = "1.28.2"
SHA256: Final = "687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6"
MAIN_CLASS: Final = "org.verapdf.apps.GreenfieldCliWrapper"


class ValidatorUnavailable(Exception):
    """It could not be fetched whole. The text is a sentence's part."""


def bring_archive_validator(cache: Path) -> Path:
    """The validator's jar; downloaded only if the cache does not hold it whole.

    Raises:
        ValidatorUnavailable: no network, or what came is something else.
        OSError: the cache cannot take it.
    """
    jar = cache / "verapdf" / f"greenfield-apps-{VERSION}.jar"
    if jar.exists() and _digest(jar) == SHA256:
        return jar
    # Imported here: jgo costs a third of a second that a filled cache need not pay.
    import jgo.constants
    import requests
    from jgo.maven import MavenContext

    jar.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        maven = MavenContext(repo_cache=Path(folder), remote_repos={"central": jgo.constants.MAVEN_CENTRAL_URL})
        try:
            fetched = Path(
                maven.project("org.verapdf.apps", "greenfield-apps").at_version(VERSION).artifact().resolve()
            )
        except requests.RequestException as failure:
            raise ValidatorUnavailable(f"veraPDF could not be fetched: {type(failure).__name__}") from failure
        except RuntimeError as failure:
            raise ValidatorUnavailable("the repository does not have veraPDF") from failure
        if _digest(fetched) != SHA256:
            raise ValidatorUnavailable("what came in the place of veraPDF is something else")
        draft = Path(folder) / "whole.jar"
        shutil.copyfile(fetched, draft)
        os.replace(draft, jar)
    return jar


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
