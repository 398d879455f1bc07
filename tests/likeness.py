"""How like each other two sessions are, by what anybody sees: so that no test asks the ledger for it."""

import re

from calfeed.model import Session


def name(session: Session) -> tuple[str, frozenset[str]]:
    """Give what a session is called."""
    title = re.sub(r"\W+", " ", session.title or "").strip().casefold()
    return title, frozenset(person.name for person in session.presenters)


def agreement(old: Session, new: Session) -> int:
    """Count in how many of date, title and presenters two sessions agree; what is missing does not."""
    (title, team), (other, others) = name(old), name(new)
    return (old.date == new.date) + (title == other != "") + (team == others != frozenset())
