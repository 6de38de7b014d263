"""The office's own diagrams pass the lint, without a warning."""

from collections.abc import Callable
from pathlib import Path

from penaemas.zeebe.model_lint.lint import LintFinding
from penaemas.zeebe.models_on_disk import ModelKind, read_models

ROOT = Path(__file__).parents[2]


def test_every_diagram_of_the_office_passes_the_lint(lint: Callable[..., tuple[LintFinding, ...]]) -> None:
    diagrams = [model.path for model in read_models(ROOT) if model.kind is ModelKind.DIAGRAM]

    assert diagrams
    assert [str(finding) for finding in lint(*diagrams)] == []
