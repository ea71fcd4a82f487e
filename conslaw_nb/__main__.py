"""`python -m conslaw_nb` is the command line, also where `conslaw` itself is not on the path."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
