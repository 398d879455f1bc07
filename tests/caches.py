"""What calfeed keeps of what it has read: made to forget it, it must read the same, in its full time."""

import sys
from functools import _lru_cache_wrapper


def forget() -> None:
    """Empty every cache that is bounded; what is made once from our own tables stays."""
    modules = [module for name, module in sys.modules.items() if name.startswith("calfeed.")]
    for value in [value for module in modules for value in vars(module).values()]:
        if isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"]:
            value.cache_clear()
