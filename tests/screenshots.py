"""Pictures of every kind of page, for people to look at: `make screenshots`.

    python -m tests.screenshots [SCHEDULE...]

Writes build/screenshots/SCHEDULE-MOMENT/KIND-WIDTH-THEME-LANGUAGE.png and an index.html that shows them
all.  Without arguments the schedules are the example and, where they lie beside the repository, the first
user's and the longest of those collected; each as it is `today` (SOURCE_DATE_EPOCH is honoured), and
`during` its last semester.  Words in the environment choose: SETS=example-during PAGES="home semester"
WIDTHS=360 THEMES=dark LANGUAGES=en.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from html import escape
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize

from calfeed import clock
from calfeed.model import Session
from calfeed.schedule import read
from calfeed.sources import locate
from tests.chromium import chromium
from tests.serving import Site, busiest, serve

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "systems-reading-group"
SHARED = ROOT.parent / "shared"
OUTPUT = ROOT / "build" / "screenshots"
WIDTHS = {360: 740, 768: 1024, 1440: 900}
"""Widths of screens, and the heights that go with them."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def sessions(source: Path) -> Sequence[Session]:
    """Read a schedule, by date."""
    folder = source if source.is_dir() else source.parent
    found = read(locate([str(source)], None, folder), clock.now()).sessions
    return sorted(found, key=lambda session: session.date)


def midst(held: Sequence[Session]) -> datetime:
    """Give the noon of the middle session of the last semester."""
    last = [session.date for session in held if session.semester == held[-1].semester]
    return datetime.combine(last[len(last) // 2], time(12), UTC)


def schedules() -> Iterator[tuple[str, Path]]:
    """Name the schedules that are here."""
    yield "example", EXAMPLE
    if (seed := SHARED / "seeds" / "2024-fall.md").exists():
        yield "seed", seed
    if collected := sorted(SHARED.glob("corpus/*/source.*")):
        yield "longest", max(collected, key=lambda each: len(sessions(each)))


def wanted(variable: str, choice: object) -> bool:
    """Tell whether a variable of the environment, which lists choices, has this one; unset it has all."""
    return str(choice) in os.environ.get(variable, str(choice)).split()


def shoot(browser: Browser, site: Site, folder: Path) -> None:
    """Take the pictures of one site."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [place for alike in busiest(site).values() for place in alike]
    for theme in filter(lambda each: wanted("THEMES", each), THEMES):
        for width in filter(lambda each: wanted("WIDTHS", each), WIDTHS):
            screen = ViewportSize(width=width, height=WIDTHS[width])
            with browser.new_page(viewport=screen, color_scheme=theme) as page:
                for place in places:
                    language = place.language or "en"
                    if wanted("PAGES", place.kind) and wanted("LANGUAGES", language):
                        page.goto(site.address + place.path.lstrip("/"))
                        name = f"{place.kind}-{width}-{theme}-{language}.png"
                        page.screenshot(path=folder / name, full_page=True)


def contact_sheet(folder: Path) -> str:
    """Write a page that shows all pictures in a folder of folders."""
    rows = ["<!doctype html><meta charset=utf-8><title>Screenshots</title>"]
    for made in sorted(folder.glob("*/")):
        rows.append(f"<h2>{escape(made.name)}</h2>")
        for file in sorted(made.glob("*.png")):
            where = escape(f"{made.name}/{file.name}")
            rows.append(f"<a href='{where}'><img src='{where}' alt='{where}' title='{where}' height=400></a>")
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> None:
    """Take all pictures that are wanted."""
    named = [(Path(each).stem, Path(each).resolve()) for each in arguments] or [*schedules()]
    with chromium() as browser:
        for name, source in named:
            moments = {"today": clock.now(), "during": midst(sessions(source))}
            for moment, now in moments.items():
                if wanted("SETS", f"{name}-{moment}"):
                    print(f"{name}-{moment}", file=sys.stderr)
                    with serve(source, now) as site:
                        shoot(browser, site, OUTPUT / f"{name}-{moment}")
    sheet = OUTPUT / "index.html"
    sheet.write_text(contact_sheet(OUTPUT), "utf-8")
    print(sheet)


if __name__ == "__main__":
    main(sys.argv[1:])
