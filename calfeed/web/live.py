"""Sources to a Current that follows them: every change of a schedule or of its settings is published."""

import logging
from collections.abc import Hashable, Sequence
from datetime import datetime
from pathlib import Path

from calfeed.clock import now
from calfeed.diagnostics import Diagnostic
from calfeed.errors import LedgerError, UsageError
from calfeed.ledger import Ledger, default_url, open_ledger
from calfeed.model import Token
from calfeed.publication import Publication, agreed, hour, publish
from calfeed.remember import key
from calfeed.remotes import remotes
from calfeed.report import diagnostic_line
from calfeed.sources import Sources, locate
from calfeed.web.current import Current
from calfeed.web.following import Following
from calfeed.web.logs import FIELDS

_logger = logging.getLogger(__name__)


class Live:
    """Sources named as on the command line: found, and their settings read, anew at each publication.

    Those on other machines are read as they were last fetched.

    Raises:
        UsageError: a source is an address that may not be fetched.
    """

    def __init__(
        self, arguments: Sequence[str], config: str | None, ledger: str | None, folder: Path
    ) -> None:
        here, away = remotes(arguments, folder)
        self._where = (here, config, folder)
        self._following = Following(away)
        self._url = ledger
        self._sources: Sources | None = None
        self._ledger: Ledger | None = None
        self._revision = 0
        self._behind = False
        self._said: tuple[Diagnostic, ...] = ()

    def publish(self) -> Publication:
        """Publish the sources as they are now; logs what is newly wrong with them.

        Raises:
            CalfeedError: the settings, the sources or the ledger cannot be read.
        """
        sources = locate(*self._where)
        settings = self._sources.settings.file if self._sources else None
        if settings and sources.settings.file is None:  # without them it would be another calendar
            raise UsageError(f"{settings} is gone", "put it back, or start anew without it")
        self._sources = sources
        if self._ledger is None:
            self._ledger = open_ledger(self._url or default_url(sources.settings.root))
        return self._told(publish(sources, self._ledger, now()), sources)

    def follow(self) -> Publication | None:
        """Publish what another worker wrote into the ledger since, if it knew the same sources, else None.

        If it knew others, those on other machines may be newer there: they are fetched at once.  A ledger
        that is away does not matter before there is something to write.

        Raises:
            CalfeedError: the settings or the sources cannot be read.
        """
        if self._ledger is None or self._sources is None:
            return None
        try:
            revision = self._ledger.revision(key(self._sources.settings))
            if revision == self._revision:
                return None
            publication = agreed(self._sources, self._ledger, now())
        except LedgerError:
            return None
        self._revision, self._behind = revision, publication is None
        return self._told(publication, self._sources) if publication else None

    def _fetch(self, *, hurry: bool) -> datetime:
        hurry, self._behind = hurry or self._behind, False
        return self._following.fetch(hurry=hurry)

    def _told(self, publication: Publication, sources: Sources) -> Publication:
        """Log what is newly wrong, and note what the ledger then held."""
        for diagnostic in publication.diagnostics:
            if diagnostic not in self._said:
                fields = {"event": "diagnostic", "code": diagnostic.code}
                level = logging.getLevelNamesMapping()[diagnostic.severity.name]
                _logger.log(level, "%s", diagnostic_line(diagnostic, sources.shown), extra={FIELDS: fields})
        self._said, self._revision = publication.diagnostics, publication.revision
        return publication

    def signature(self) -> Hashable:
        """Give what changes whenever the sources as last found, or their settings, may have changed, and
        every full hour.

        Raises:
            CalfeedError: no sources were found so far, and none can be now.
        """
        return (self._sources or locate(*self._where)).signature(), hour(now())

    def waiting(self) -> Current:
        """Give what has nothing to serve yet: `start` publishes once, `watch` at once and ever after."""
        return Current(self.publish, self.signature, self._fetch, self.tokens, self.follow)

    def tokens(self) -> tuple[Token, ...]:
        """Ask the ledger for the tokens of the members; there are none before the first publication.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        if self._ledger is None or self._sources is None:
            return ()
        return self._ledger.tokens(key(self._sources.settings))
