"""Calendar feeds from the schedule that a group already keeps as text: the library's public names.

They are loaded when they are first asked for, so that the command line starts without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from calfeed.version import __version__

if TYPE_CHECKING:
    from calfeed.errors import CalfeedError
    from calfeed.ledger import open_ledger
    from calfeed.publication import Publication, publish
    from calfeed.sources import locate

__all__ = ["CalfeedError", "Publication", "__version__", "locate", "open_ledger", "publish"]

_HOMES = {
    "CalfeedError": "calfeed.errors",
    "Publication": "calfeed.publication",
    "locate": "calfeed.sources",
    "open_ledger": "calfeed.ledger",
    "publish": "calfeed.publication",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
