"""What a group likes to show of itself: pictures, each with its numbers."""

from collections.abc import Iterator, Sequence

from flask import render_template
from markupsafe import Markup

from calfeed.publication import Publication
from calfeed.web import charts, figures, wording
from calfeed.web.charts import Bar, Words
from calfeed.web.figures import Figures, Term
from calfeed.web.languages import gettext as _
from calfeed.web.pages.visit import Visit

RULE = "/statistics/"
QUERY = ()

DRAWN = 15
"""So many bars a picture has at most; its table has all numbers."""


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show all numbers, each picture before its table."""
    found = figures.count(visit.publication.entries, visit.now)
    return render_template(
        "statistics.html",
        figures=found,
        pictures={name: _bars(name, title, rows) for name, (title, rows) in _rows(found).items() if rows},
        coverage=_coverage([term for term in found.terms if term.past]),
        kinds=figures.KINDS,
        drawn=DRAWN,
    )


def _rows(found: Figures) -> dict[str, tuple[str, Sequence[Bar]]]:
    terms, people = reversed(found.terms), found.people
    return {
        "semesters": (
            _("Sessions"),
            [_bar(term.semester.title, term.confirmed, term.tentative) for term in terms],
        ),
        "people": (_("People"), [_bar(one.name, one.presented, one.assisted) for one in people]),
        "venues": (_("Venues"), [_bar(series.name, series.papers) for series in found.venues]),
        "years": (_("Years of the papers"), [_bar(str(year), number) for year, number in found.years]),
    }


def _bar(label: str, first: int, second: int = 0) -> Bar:
    return Bar(label, first, second, f"{first} + {second}" if second else str(first))


def _bars(name: str, title: str, rows: Sequence[Bar]) -> Markup:
    drawn = rows[:DRAWN]
    longest = max(drawn, key=lambda row: row.first + row.second)
    description = _(
        "The longest bar is that of %(label)s: %(number)s.", label=longest.label, number=longest.written
    )
    return charts.bars(Words(name, title, description), drawn)


def _coverage(terms: Sequence[Term]) -> Sequence[Markup]:
    """Draw a picture for each kind of material that any past session has."""
    past = sum(term.past for term in terms)
    return [
        _columns(place, terms, past)
        for place in range(len(figures.KINDS))
        if any(term.covered[place] for term in terms)
    ]


def _columns(place: int, terms: Sequence[Term], past: int) -> Markup:
    kind, first, last = figures.KINDS[place], terms[0].semester.title, terms[-1].semester.title
    description = _("A column for each semester, from %(first)s to %(last)s.", first=first, last=last)
    written = wording.percent(sum(term.covered[place] for term in terms), past)
    shares = [term.covered[place] / term.past for term in terms]
    span = first if first == last else f"{first} – {last}"
    return charts.columns(Words(kind, wording.material(kind), description), written, shares, span)
