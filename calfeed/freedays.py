"""Public holidays of a country or of a part of one.  The only module that imports holidays.

It is an extra (`pip install 'calfeed[holidays]'`) and takes as long to load as all the rest of a check, so
it is loaded when a policy asks.  A region is an ISO 3166 country ("US"), or its part ("DE-BY"); all
functions raise ImportError where the extra is not installed.
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache


@cache
def _regions() -> frozenset[str]:
    from holidays import list_supported_countries  # slow, see above

    known = {code: parts for code, parts in list_supported_countries().items() if len(code) == 2}
    return frozenset(known) | {f"{code}-{part}" for code, parts in known.items() for part in parts}


def is_known(region: str) -> bool:
    """Tell whether the public holidays of a region are known."""
    return region in _regions()


def suggest(region: str) -> tuple[str, ...]:
    """Give up to three regions, best first, that somebody who wrote this may have meant."""
    return tuple(get_close_matches(region.upper(), sorted(_regions()), n=3, cutoff=0.75))


def holiday(region: str, day: date) -> str | None:
    """Give the English name of the holiday that a day is in a region that is known, None on other days."""
    return _year(region, day.year).get(day)


@cache
def _year(region: str, year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # slow, see above

    country, _, part = region.partition("-")
    # Without a language the environment's decides, and the same schedule would give other words elsewhere.
    return dict(country_holidays(country, part or None, years=year, language="en_US"))
