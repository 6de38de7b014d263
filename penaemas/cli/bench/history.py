"""`./pena bench history`: what the ledger costs, how fast it is verified, replayed and asked; beside controls."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Final

from penaemas.cli.bench import history_ledger, history_queries, history_replay, history_verify

Part = Callable[[argparse.Namespace], list[str]]
"""Measures, and gives lines of `bench.result`."""

# In the order in which they run.
PARTS: Final[dict[str, Part]] = {
    "ledger": history_ledger.measure,
    "verify": history_verify.measure,
    "replay": history_replay.measure,
    "queries": history_queries.measure,
}


def main(argv: Sequence[str]) -> int:
    """Prints one JSON object a line."""
    parser = argparse.ArgumentParser(prog="pena bench history")
    parser.add_argument("--part", choices=tuple(PARTS), action="append", help="only this part (may be repeated)")
    parser.add_argument("--records", type=int, default=1_000_000, help="records of each run")
    parser.add_argument(
        "--postgresql", metavar="URL", help="measure on this server too, in databases of its own that are dropped again"
    )
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    options = parser.parse_args(list(argv))
    if options.quick:
        options.records = 5_000
    for name in options.part or PARTS:
        print("\n".join(PARTS[name](options)), flush=True)
    return 0
