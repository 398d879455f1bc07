"""A WSGI application for any server: `granian --interface wsgi deploy.wsgi:application`.

Configured by CALFEED_SOURCES (separated as PATH is, addresses by spaces), CALFEED_CONFIG and CALFEED_LEDGER;
for sources on other machines see docs/sources.md.
"""

import os
from pathlib import Path

from calfeed.remotes import split
from calfeed.web import create_app, logs
from calfeed.web.live import Live

logs.configure()
_sources = split(os.environ.get("CALFEED_SOURCES", ""))
_live = Live(_sources, os.environ.get("CALFEED_CONFIG"), os.environ.get("CALFEED_LEDGER"), Path.cwd())
_current = _live.waiting()
_current.watch(interval=1.0)  # until a look succeeds, be it slow or failing, 503 is answered
_current.settle(5.0)  # a worker that follows another takes over with something to serve

application = create_app(_current)
