"""`python -m workers`: does the jobs of the engine and sends the office's commands to it."""

import os
import sys

# gRPC's C core writes its own lines to standard error, past our log; it reads this once, when it is loaded.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

from workers.bootstrap import main

if __name__ == "__main__":
    sys.exit(main())
