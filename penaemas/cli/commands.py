"""The one table of subcommands, and what each says about itself."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

AUDIENCES = {
    "operators": ("Operator", "operators: run the office's system"),
    "officers": ("Petugas", "officers: work on cases"),
    "analysts": ("Analis proses", "process analysts: edit models and forms"),
    "auditors": ("Auditor", "auditors: read and check the history"),
    "developers": ("Pengembang", "developers: change the program"),
}

# name → module; in the order in which `./pena` lists them.
COMMANDS = {
    "up": "penaemas.cli.up",
    "case": "penaemas.cli.case",
    "task": "penaemas.cli.task",
    "outage": "penaemas.cli.outage",
    "registry": "penaemas.cli.registry",
    "post": "penaemas.cli.post",
    "mandate": "penaemas.cli.mandate",
    "payment": "penaemas.cli.payment",
    "message": "penaemas.cli.message",
    "survey": "penaemas.cli.survey",
    "report": "penaemas.cli.report",
    "region": "penaemas.cli.region",
    "officer": "penaemas.cli.officer",
    "deploy": "penaemas.cli.deploy",
    "history": "penaemas.cli.history",
    "test": "penaemas.cli.test",
    "check": "penaemas.cli.check",
    "shots": "penaemas.cli.shots",
    "bench": "penaemas.cli.bench",
}


@dataclass(frozen=True)
class Summary:
    """One line of the list of commands."""

    command: str
    indonesian: str
    english: str
    audience: tuple[str, ...]


def summary_of(command: str) -> Summary:
    """What a subcommand's module says about itself, read from its source without running it."""
    literals = dict(_literals(_source(COMMANDS[command])))
    indonesian, english = literals["SUMMARY"]
    return Summary(command, indonesian, english, tuple(literals["AUDIENCE"]))


def by_audience() -> dict[str, list[Summary]]:
    """Every command under each of the kinds of people who use it, in the table's order."""
    summaries = [summary_of(command) for command in COMMANDS]
    return {audience: [line for line in summaries if audience in line.audience] for audience in AUDIENCES}


def _source(module: str) -> Path:
    path = Path(__file__).parents[2].joinpath(*module.split("."))
    package = path / "__init__.py"
    return package if package.exists() else path.with_suffix(".py")


def _literals(source: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for statement in ast.parse(source.read_text(encoding="utf-8")).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=("SUMMARY" | "AUDIENCE") as name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=("SUMMARY" | "AUDIENCE") as name), value=ast.expr() as value)
            ):
                yield name, ast.literal_eval(value)
