"""What lives as long as its process costs no pause."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from penaemas.observability.pauses import spare_what_lives_on


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_is_no_longer_looked_at_and_what_comes_later_is() -> None:
    lasting = [object()]

    spare_what_lives_on()

    later = [object()]
    looked_at = [id(one) for one in gc.get_objects()]
    assert id(lasting) not in looked_at
    assert id(later) in looked_at
