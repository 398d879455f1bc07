"""What every ledger promises, wherever it keeps its rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calfeed.diagnostics import Position
from calfeed.errors import LedgerConflict, LedgerDamaged, LedgerError
from calfeed.ledger import Ledger, Memory, default_url, is_there, open_ledger
from calfeed.model import Entry, Semester, Session, Stamp, State, Token

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


def entry(uid: str, day: int, title: str = "Parrot") -> Entry:
    session = Session(
        Semester("2024-spring", "2024 Spring"), date(2024, 4, day), Position("README.md", day), title=title
    )
    return Entry(uid, 0, NOW, NOW, State.CONFIRMED, session, "f")


def stamp(path: str) -> Stamp:
    return Stamp(path=path, digest="d", last_modified=NOW, uids=("a", "b"))


FULL = Memory(0, (entry("a", 2), entry("b", 9)), (stamp("/a.ics"), stamp("/b.ics")))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    urls: dict[str, Callable[[], str]] = {
        "memory": lambda: "memory:",
        "sqlite": lambda: f"sqlite:///{tmp_path / 'ledger.db'}",
        "postgres": lambda: str(request.getfixturevalue("database")),  # makes one, so only where it is asked
    }
    return open_ledger(urls[request.param]())


def test_unknown_calendar_is_empty(ledger: Ledger) -> None:
    assert ledger.read("group") == Memory(0, (), ())


def test_what_is_written_is_read(ledger: Ledger) -> None:
    ledger.write("group", FULL)
    assert ledger.read("group") == Memory(1, FULL.entries, FULL.stamps)


def test_order_is_by_date_and_by_path(ledger: Ledger) -> None:
    ledger.write("group", Memory(0, (entry("a", 9), entry("b", 2)), (stamp("/b.ics"), stamp("/a.ics"))))
    memory = ledger.read("group")
    assert memory.entries == (entry("b", 2), entry("a", 9))
    assert memory.stamps == (stamp("/a.ics"), stamp("/b.ics"))


def test_writing_replaces_all_of_it(ledger: Ledger) -> None:
    ledger.write("group", FULL)
    changed = (entry("b", 9, "Nomad"), entry("c", 16))
    ledger.write("group", Memory(1, changed, (stamp("/b.ics"),)))
    assert ledger.read("group") == Memory(2, changed, (stamp("/b.ics"),))


def test_calendars_do_not_meet(ledger: Ledger) -> None:
    ledger.write("group", FULL)
    ledger.write("other", Memory(0, (entry("a", 23),)))
    assert ledger.read("group") == Memory(1, FULL.entries, FULL.stamps)
    assert ledger.read("other") == Memory(1, (entry("a", 23),), ())


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_another_revision_is_a_conflict(ledger: Ledger, revision: int) -> None:
    ledger.write("group", FULL)
    with pytest.raises(LedgerConflict):
        ledger.write("group", Memory(revision, (entry("c", 16),)))
    assert ledger.read("group") == Memory(1, FULL.entries, FULL.stamps)


def test_unknown_calendar_has_no_later_revision(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflict):
        ledger.write("group", Memory(1, FULL.entries))
    assert ledger.read("group") == Memory()


def test_of_two_publishers_the_second_reads_again(ledger: Ledger) -> None:
    first, second = ledger.read("group"), ledger.read("group")
    ledger.write("group", Memory(first.revision, (entry("a", 2),)))
    with pytest.raises(LedgerConflict):
        ledger.write("group", Memory(second.revision, (entry("b", 9),)))
    again = ledger.read("group")
    ledger.write("group", Memory(again.revision, (*again.entries, entry("b", 9))))
    assert ledger.read("group") == Memory(2, (entry("a", 2), entry("b", 9)), ())


def test_any_text_is_kept(ledger: Ledger) -> None:
    odd = entry("a", 2, "讀書會 📕 'quoted' \0 \\ \"\n; DROP TABLE memory")
    ledger.write("Lesegruppe „Süd“", Memory(0, (odd,)))
    assert ledger.read("Lesegruppe „Süd“").entries == (odd,)


def test_tokens_are_kept_beside_the_rest_and_read_alone(ledger: Ledger) -> None:
    tokens = (Token("ada", "d1", NOW), Token("noor", "d2", NOW, revoked=NOW))
    assert ledger.tokens("group") == ()
    ledger.write("group", replace(FULL, tokens=tokens[::-1]))
    ledger.write("other", Memory(0, tokens=(Token("ada", "d3", NOW),)))
    assert ledger.tokens("group") == tokens
    assert ledger.read("group") == Memory(1, FULL.entries, FULL.stamps, tokens=tokens)
    ledger.write("group", replace(ledger.read("group"), tokens=tokens[:1]))
    assert ledger.tokens("group") == tokens[:1]


def test_who_publishes_meanwhile_cannot_undo_a_token(ledger: Ledger) -> None:
    publisher = ledger.read("group")
    ledger.write("group", Memory(0, tokens=(Token("ada", "d1", NOW),)))
    with pytest.raises(LedgerConflict):
        ledger.write("group", publisher)


def test_what_was_read_does_not_change_later(ledger: Ledger) -> None:
    ledger.write("group", FULL)
    before = ledger.read("group")
    ledger.write("group", Memory(1, (entry("c", 16),)))
    assert before == Memory(1, FULL.entries, FULL.stamps)


def test_damaged_row_is_a_sentence(ledger: Ledger) -> None:
    ledger.store.write("group", 0, {("entry", "a"): '{"uid":"a"}'})
    with pytest.raises(LedgerError) as refused:
        ledger.read("group")
    assert str(refused.value) == (
        f"the ledger {ledger.store.name} is damaged: what is stored is not of the kind Entry: "
        "created is missing (hint: restore a backup)"
    )


@pytest.mark.parametrize("url", ["memory:", "sqlite:///:memory:"])
def test_memory_is_not_shared_and_not_on_disk(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_ledger(url).write("group", FULL)
    assert open_ledger(url).read("group") == Memory()
    assert list(tmp_path.iterdir()) == []
    assert not is_there(url)


def test_relative_and_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_ledger("sqlite:///deep/down/ledger.db").write("group", FULL)
    absolute = f"sqlite:///{tmp_path}/deep/down/ledger.db"
    assert absolute.startswith("sqlite:////")
    assert open_ledger(absolute).read("group") == Memory(1, FULL.entries, FULL.stamps)
    assert is_there(absolute)
    assert is_there("sqlite:///deep/down/ledger.db")


def test_default_ledger_lies_in_the_folder_of_the_calendar(tmp_path: Path) -> None:
    url = default_url(tmp_path)
    assert not is_there(url)
    open_ledger(url).write("group", FULL)
    assert is_there(url)
    assert (tmp_path / ".calfeed" / "ledger.db").exists()


@pytest.mark.parametrize(
    "url",
    ["", "ledger.db", "sqlite:", "sqlite://ledger.db", "sqlite:///", "oracle://me:secret@host/x", "pg://"],
)
def test_unknown_url_is_refused_without_its_secrets(url: str) -> None:
    for ask in (open_ledger, is_there):
        with pytest.raises(LedgerError) as refused:
            ask(url)
        assert "sqlite:///FILE" in str(refused.value)
        assert "secret" not in str(refused.value)


def test_path_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        is_there(f"sqlite:///{tmp_path}/{'long' * 99}")


def test_row_that_nobody_wrote_is_damage(ledger: Ledger) -> None:
    ledger.store.write("group", 0, {("entry", "a"): '{"uid":"a'})
    with pytest.raises(LedgerDamaged, match="is damaged"):
        ledger.read("group")


def test_calendar_moves_from_any_ledger_to_any_other(ledger: Ledger, tmp_path: Path) -> None:
    """As docs/ledger.md tells it, and back again."""
    other = open_ledger(f"sqlite:///{tmp_path}/other.db")
    other.write("group", FULL)
    ledger.write("group", replace(other.read("group"), revision=0))
    open_ledger(f"sqlite:///{tmp_path}/third.db").write("group", replace(ledger.read("group"), revision=0))
    for each in (ledger, open_ledger(f"sqlite:///{tmp_path}/third.db")):
        assert each.read("group") == Memory(1, FULL.entries, FULL.stamps)
