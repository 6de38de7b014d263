"""What the tests of models share: the lint, installed as the commands install it, and an engine that decides."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from penaemas.settings import InstallationSettings
from penaemas.zeebe.model_lint.lint import PROJECT, LintFinding, lint_diagrams
from penaemas.zeebe.model_lint.node_runtime import ensure_node_modules, find_node
from tests.models.decision_engine import DecisionEngine, deciding_engine

Lint = Callable[..., tuple[LintFinding, ...]]


@pytest.fixture(scope="session")
def lint() -> Lint:
    """`lint(file, …, only_rule=None)`: the findings of these diagrams."""
    node = find_node()
    modules = ensure_node_modules(PROJECT, cache=InstallationSettings().cache_folder, node=node, progress=print)

    def run(*files: Path, only_rule: str | None = None) -> tuple[LintFinding, ...]:
        return lint_diagrams(files, node=node, modules=modules, only_rule=only_rule)

    return run


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def deciding(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DecisionEngine]:
    """One engine for all decisions; every module teaches it its own."""
    async with deciding_engine(tmp_path_factory.mktemp("decisions")) as engine:
        yield engine
