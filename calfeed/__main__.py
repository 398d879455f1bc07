"""`python -m calfeed` is `calfeed`."""

import sys

from calfeed.cli import main

sys.exit(main())
