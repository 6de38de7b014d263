"""`python -m penaemas.history`: receives every record of the engine."""

import sys

from penaemas.history.bootstrap import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
