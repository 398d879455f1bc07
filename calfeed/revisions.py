"""Two versions of a schedule to what is known before and after: what `diff` compares.

A version is a commit, a file, what subscribers were told, or the sources as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from calfeed.diagnostics import Diagnostic, Severity
from calfeed.errors import HistoryError, UsageError
from calfeed.history import Repository
from calfeed.ledger import Ledger, Memory
from calfeed.model import Entry
from calfeed.remember import Moment, key, learn, recall, remember
from calfeed.schedule import Schedule, assemble, read, read_source
from calfeed.sources import Sources, locate


@dataclass(frozen=True, slots=True)
class Between:
    """What is known before an edit and after it, and the errors because of which that is not all."""

    before: tuple[Entry, ...]
    after: tuple[Entry, ...]
    errors: tuple[Diagnostic, ...] = ()


def between_files(old: str, new: str, config: str | None, folder: Path, now: datetime) -> Between:
    """Give what is known after reading one file, and after reading another in its place.

    Raises:
        SettingsError: the settings that belong to the new file have faults.
    """
    memory, known, errors = Memory(), [], list[Diagnostic]()
    for file in (old, new):
        sources = locate((file,), config, folder)
        texts = [read_source(source, sources.settings, now).told() for source in sources.find()]
        schedule = assemble(texts, sources.settings)
        memory = learn(memory, schedule, sources.settings, Moment(now))
        known.append(memory.entries)
        errors += _errors(schedule, sources)
    return Between(known[0], known[1], tuple(errors))


def between_revisions(
    sources: Sources, ledger: Ledger, old: str | None, new: str | None, now: datetime
) -> Between:
    """Give what is known at one commit, and at another that takes its place.

    Without `new`, the sources as they are take it; without `old`, it is what the ledger remembers, or
    where that is nothing, what is checked out.

    Raises:
        HistoryError: the repository cannot be read.
        LedgerError: the ledger cannot be read.
        UsageError: there is no such commit, or no repository.
    """
    repository = sources.repository()
    if old is None:
        before = ledger.read(key(sources.settings))
        if not before.entries and repository:
            before = recall(before, sources, repository)
    elif repository is None:
        message = f"{old} is no file, and the schedule lies in no git repository"
        raise UsageError(message, "name two files, as in: calfeed diff OLD.md NEW.md")
    else:
        before = recall(Memory(), sources, repository, commit=_commit(repository, old))
    if new is not None and repository:
        after = recall(before, sources, repository, commit=_commit(repository, new))
        return Between(before.entries, after.entries)
    schedule, after = remember(before, read(sources, now), sources, now)
    return Between(before.entries, after.entries, tuple(_errors(schedule, sources)))


def _errors(schedule: Schedule, sources: Sources) -> Iterator[Diagnostic]:
    for found in schedule.diagnostics:
        if found.severity is Severity.ERROR:
            yield found.at(sources.shown(found.position.path))


def _commit(repository: Repository, revision: str) -> str:
    try:
        return repository.resolve(revision)
    except HistoryError as error:
        raise UsageError(error.message, error.hint) from error
