"""`./pena bench NAME`: measures ours and a control in one run. Every line of the result is one JSON object."""

import argparse
import importlib
import json

SUMMARY = ("Mengukur kinerja dengan pembanding", "Measure performance against a control")
AUDIENCE = ("developers",)
TAKES_REST = True

# name → module with `main(argv) -> int`
BENCHES = {
    "workers": "penaemas.cli.bench.workers",
    "intake": "penaemas.cli.bench.intake",
    "history": "penaemas.cli.bench.history",
    "up": "penaemas.cli.bench.up",
    "calendar": "penaemas.cli.bench.calendar",
    "pbg": "penaemas.cli.bench.pbg",
    "messages": "penaemas.cli.bench.messages",
    "portal": "penaemas.cli.bench.portal",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which measurement, and its own arguments."""
    parser.add_argument("name", choices=tuple(BENCHES), help="what to measure")


def run(args: argparse.Namespace) -> int:
    """Run one measurement."""
    code: int = importlib.import_module(BENCHES[args.name]).main(args.rest)
    return code


def result(name: str, ours: float, control: float, unit: str) -> str:
    """One line of a measurement: ours, the control of the same run, and their ratio."""
    ratio = ours / control if control else None
    return json.dumps({"name": name, "ours": ours, "control": control, "ratio": ratio, "unit": unit})
