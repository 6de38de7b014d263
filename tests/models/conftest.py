"""What the tests of diagrams share: the lint, installed as the commands install it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from penaemas.settings import InstallationSettings
from penaemas.zeebe.model_lint.lint import PROJECT, LintFinding, lint_diagrams
from penaemas.zeebe.model_lint.node_runtime import ensure_node_modules, find_node

Lint = Callable[..., tuple[LintFinding, ...]]


@pytest.fixture(scope="session")
def lint() -> Lint:
    """`lint(file, …, only_rule=None)`: the findings of these diagrams."""
    node = find_node()
    modules = ensure_node_modules(PROJECT, cache=InstallationSettings().cache_folder, node=node, progress=print)

    def run(*files: Path, only_rule: str | None = None) -> tuple[LintFinding, ...]:
        return lint_diagrams(files, node=node, modules=modules, only_rule=only_rule)

    return run
