"""`python -m penaemas.portal`: the pages that people use."""

import sys

from penaemas.portal.bootstrap import main

if __name__ == "__main__":
    sys.exit(main())
