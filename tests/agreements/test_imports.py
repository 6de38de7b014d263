"""The architecture's arrows hold."""

import subprocess
import sys
from pathlib import Path

from penaemas.cli.model_gate import ROOT


def test_no_package_imports_what_the_architecture_forbids() -> None:
    answer = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert answer.returncode == 0, answer.stdout
