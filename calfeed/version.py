"""Which calfeed this is: what everything else may say of itself."""

__version__ = "0.1.0"
