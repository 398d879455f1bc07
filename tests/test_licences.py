"""Whoever installs calfeed gets nothing under terms that ask more than to be named."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

FREE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Unlicense|0BSD)\b", re.IGNORECASE
)


def needed(name: str, seen: set[str]) -> Iterator[str]:
    """Give what a distribution needs without any extra, and what that needs."""
    for requirement in distribution(name).requires or ():
        found = re.match(r"[\w.-]+", requirement)
        if found is None or "extra ==" in requirement or found[0].casefold() in seen:
            continue
        seen.add(found[0].casefold())
        try:
            distribution(found[0])
        except PackageNotFoundError:  # for another system or an older Python
            continue
        yield found[0]
        yield from needed(found[0], seen)


def licence(name: str) -> str:
    told = distribution(name).metadata
    names = ("License-Expression", "Classifier", "License")
    found = [each for key in names for each in told.get_all(key, [])]
    return " ".join(each[:80] for each in found if "::" not in each or each.startswith("License ::"))


def test_what_calfeed_needs_is_under_free_licences() -> None:
    names = sorted(needed("calfeed", set()))
    assert len(names) > 10
    assert {name: licence(name) for name in names if not FREE.search(licence(name))} == {}
