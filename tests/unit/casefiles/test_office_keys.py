"""The master key: made once, readable by its owner only, refused when it is none."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from penaemas.casefiles.office_keys import MasterKeyUnusable, decode_master_key, load_or_make_master_key


def test_the_first_start_makes_the_key_and_later_ones_read_it(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "office_master_key"

    assert load_or_make_master_key(file) == load_or_make_master_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_end_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(load_or_make_master_key, [tmp_path / "key"] * 16))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("content", ["", "kunci", base64.b64encode(b"short").decode()])
def test_what_is_no_key_is_refused_without_being_shown(content: str) -> None:
    with pytest.raises(MasterKeyUnusable, match="PENA_OFFICE_MASTER_KEY must hold 32 bytes") as refused:
        decode_master_key(content, origin="PENA_OFFICE_MASTER_KEY")

    assert not content or content not in str(refused.value)
