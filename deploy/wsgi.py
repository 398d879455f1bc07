"""A WSGI application for any server: `granian --interface wsgi deploy.wsgi:application`.

Configured by CALFEED_SOURCES (separated as PATH is), CALFEED_CONFIG and CALFEED_LEDGER.
"""

import os
from pathlib import Path

from calfeed.web import create_app
from calfeed.web.current import Current
from calfeed.web.live import Live

_sources = [source for source in os.environ.get("CALFEED_SOURCES", "").split(os.pathsep) if source]
_live = Live(_sources, os.environ.get("CALFEED_CONFIG"), os.environ.get("CALFEED_LEDGER"), Path.cwd())
_current = Current(_live.publish, _live.signature)
_current.refresh()  # where it fails, 503 is answered until a later look succeeds
_current.watch(interval=1.0)

application = create_app(_current)
