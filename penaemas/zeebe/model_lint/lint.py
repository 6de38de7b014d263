"""Lints diagrams and says what is wrong, where, and what to do."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from penaemas.zeebe.model_lint.node_runtime import NodeRuntime, NodeUnavailable

PROJECT: Final = Path(__file__).parent
PLUGIN: Final = PROJECT / "bpmnlint-plugin-pena"


@dataclass(frozen=True)
class LintFinding:
    """One fault of one diagram.

    Attributes:
        element_id: None where the whole file is meant.
        fix: what to do; None for rules that are not ours.
    """

    file: Path
    element_id: str | None
    rule: str
    severity: Literal["error", "warning"]
    reason: str
    fix: str | None

    def __str__(self) -> str:
        place = f"{self.file}: {self.element_id}" if self.element_id else str(self.file)
        advice = f" → {self.fix}" if self.fix else ""
        return f"{place}: {self.reason}{advice} [{self.rule}]"


def lint_diagrams(
    diagrams: Sequence[Path], *, node: NodeRuntime, modules: Path, only_rule: str | None = None
) -> tuple[LintFinding, ...]:
    """Everything the lint has to say, errors and warnings, file by file.

    Args:
        modules: the folder from `ensure_node_modules(PROJECT, …)`.
        only_rule: id of one of our rules, to run it alone.

    Raises:
        NodeUnavailable: the lint itself did not run.
    """
    if not diagrams:
        return ()
    only = [] if only_rule is None else ["--only", only_rule]
    command = [*node.node, str(PROJECT / "lint.mjs"), str(modules), *map(str, diagrams), *only]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        raise NodeUnavailable(f"the model lint did not run: {answer.stderr.strip()}")
    return tuple(_finding(json.loads(line)) for line in answer.stdout.splitlines())


def _finding(line: dict[str, str]) -> LintFinding:
    return LintFinding(
        file=Path(line["file"]),
        element_id=line["element"],
        rule=line["rule"],
        severity="warning" if line["severity"] == "warning" else "error",
        reason=line["reason"],
        fix=line["fix"],
    )
