"""Whoever a diagram offers a task to is a role that an officer can hold."""

import re

from penaemas.cli.model_gate import ROOT
from penaemas.licensing.roles import SIGNING_ROLES, TASK_ROLES, TITLES, Role

GROUP = re.compile(r"region_code \+ (?:&#34;|&quot;|\")/([A-Z_]+)")


def test_every_group_of_a_diagram_is_a_role_of_officers() -> None:
    groups = {
        group
        for diagram in (ROOT / "bpmn").rglob("*.bpmn")
        for group in GROUP.findall(diagram.read_text(encoding="utf-8"))
    }

    assert groups
    assert groups - TASK_ROLES - {f"{role}_PLH" for role in SIGNING_ROLES} == set()


def test_every_role_has_its_title_in_both_languages() -> None:
    assert set(TITLES) == set(Role)
    assert all(indonesian and english for indonesian, english in TITLES.values())
