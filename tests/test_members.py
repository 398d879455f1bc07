"""What of a session everybody sees, and what only members do."""

from dataclasses import replace
from datetime import date

import pytest

from calfeed.diagnostics import Position
from calfeed.members import concealed, member_uid, public, public_changes
from calfeed.model import Aspect, Change, ChangeKind, Facet, Kept, Link, LinkKind, Semester, Session
from tests.conftest import NOW

DAY = date(2024, 11, 5)
PLAIN = Session(Semester("2024-fall", "2024 Fall"), DAY, Position("README.md", 3), title="Owls")
MEET = "https://meet.example.org/kestrel"
WHOLE = replace(PLAIN, location="Attic", online=MEET)
BOTH: Kept = ("online", "location")


def link(label: str, url: str, kind: LinkKind = "other") -> Link:
    return Link(kind, label, url, url)


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        ((), WHOLE),
        (("online",), replace(PLAIN, location="Attic")),
        (("location",), replace(PLAIN, online=MEET)),
        (BOTH, PLAIN),
    ],
)
def test_what_is_kept_is_left_out(kept: Kept, left: Session) -> None:
    assert public(WHOLE, kept) == left


def test_session_of_which_nothing_is_kept_is_the_very_same() -> None:
    assert public(PLAIN, BOTH) is PLAIN
    assert public(WHOLE, ()) is WHOLE
    assert concealed(PLAIN, BOTH) == concealed(WHOLE, ()) == ""


@pytest.mark.parametrize(
    "written",
    [
        link("slides", MEET, "slides"),
        link("here", "https://us02web.zoom.us/j/777?pwd=magpie"),
        link("Zoom", "https://example.org/redirect"),
        link("join", "https://meet.google.com/abc-defg-hij"),
        link("join", "https://teams.microsoft.com/l/meetup-join/19"),
    ],
)
def test_link_by_which_one_joins_is_kept_with_the_address(written: Link) -> None:
    session = replace(WHOLE, links=(written,))
    assert public(session, ("online",)).links == ()
    assert public(session, ("location",)).links == (written,)
    assert concealed(session, ("online",)) != concealed(WHOLE, ("online",))


@pytest.mark.parametrize(
    "written",
    [
        link("recording", "https://us02web.zoom.us/rec/share/xyz", "video"),
        link("slides", "https://example.org/zooming-in.pdf", "slides"),
        link("Zoom lenses in birds", "https://example.org/lenses", "paper"),
    ],
)
def test_other_links_stay(written: Link) -> None:
    assert public(replace(WHOLE, links=(written,)), BOTH).links == (written,)


def test_meeting_that_was_taken_for_a_paper_is_kept_too() -> None:
    zoom = "https://us02web.zoom.us/j/777"
    assert public(replace(PLAIN, paper_url=zoom), ("online",)) == PLAIN
    told = change(Facet("paper", None, zoom))
    assert list(public_changes([told], ("online",))) == []
    assert list(public_changes([told], ("location",))) == [told]


def test_address_in_a_room_is_kept_with_the_address() -> None:
    session = replace(PLAIN, location=f"Attic or {MEET} online")
    assert public(session, ("online",)).location == "Attic or online"
    assert public(replace(PLAIN, location=MEET), ("online",)).location is None


def test_digest_of_what_is_concealed_moves_with_it() -> None:
    others = (replace(WHOLE, location="Cellar"), replace(WHOLE, online=f"{MEET}-2"), WHOLE)
    assert len({concealed(session, BOTH) for session in others}) == 3
    assert concealed(replace(WHOLE, title="Swifts"), BOTH) == concealed(WHOLE, BOTH)


def test_uid_of_the_members_form_is_another_and_never_changes() -> None:
    assert member_uid("5d683371-bb79-55fe-8a7f-000000000001") == "94b39419-6973-5780-b8e7-ab0cd8861718"


def change(*facets: Facet, kind: ChangeKind = ChangeKind.CHANGED) -> Change:
    return Change("a", 1, NOW, kind, DAY, "Owls", "2024-fall", facets=facets)


TITLE = Facet("title", "Owls", "Swifts")


@pytest.mark.parametrize(
    ("kept", "before", "after", "left"),
    [
        ((), f"Attic, {MEET}", "Cellar", (f"Attic, {MEET}", "Cellar")),
        (("online",), f"Attic, 2nd floor, {MEET}", "Cellar", ("Attic, 2nd floor", "Cellar")),
        (("online",), f"Attic, {MEET}", "Attic", None),
        (("online",), None, MEET, None),
        (("location",), "Attic", f"Cellar, {MEET}", (None, MEET)),
        (BOTH, "Attic", MEET, None),
    ],
)
def test_place_is_told_as_far_as_it_is_public(
    kept: Kept, before: str | None, after: str | None, left: tuple[str | None, str | None] | None
) -> None:
    aspect: Aspect = "location"
    expected = (Facet(aspect, *left), TITLE) if left else (TITLE,)
    assert list(public_changes([change(Facet(aspect, before, after), TITLE)], kept)) == [change(*expected)]


def test_change_of_which_nothing_is_left_is_not_told_but_a_new_session_is() -> None:
    facet = Facet("location", None, "Attic")
    new = change(facet, kind=ChangeKind.NEW)
    assert list(public_changes([change(facet), new], BOTH)) == [change(kind=ChangeKind.NEW)]
