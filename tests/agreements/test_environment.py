"""The environment is read by `penaemas/settings.py`; whoever else looks at it has a reason that is written here."""

import re

from penaemas.cli.model_gate import ROOT

REASONS = {
    "penaemas/cli/environment.py": "runs before anything is installed, so before there are settings",
    "penaemas/cli/test.py": "hands it on to pytest and apt-get",
    "penaemas/cli/supervision/plans.py": "hands it on to the office's processes, secrets to those alone that need them",
    "penaemas/cli/bench/intake_throughput.py": "hands it on to the process that is measured",
    "penaemas/cli/bench/pbg_plain.py": "hands it on to the process that is measured",
    "penaemas/cli/bench/portal.py": "hands it on to the process that is measured",
    "penaemas/cli/bench/workers.py": "hands it on to the process that is measured",
    "penaemas/zeebe/broker_settings.py": "lets through the little that Java needs of it, and nothing else",
    "penaemas/zeebe/java_runtime.py": "JAVA_HOME and PATH, by which every machine says where its Java is",
    "workers/__main__.py": "quiets gRPC's own log before gRPC is loaded",
}
READS = re.compile(r"\bos\.(environ|getenv)|from os import .*\b(environ|getenv)")


def test_nobody_else_reads_the_environment() -> None:
    sources = [file for folder in ("penaemas", "workers") for file in (ROOT / folder).rglob("*.py")]
    readers = {str(file.relative_to(ROOT)) for file in sources if READS.search(file.read_text(encoding="utf-8"))}

    assert readers == set(REASONS)
