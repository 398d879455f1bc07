"""How `check` prints what it found: for people, for programs, in GitHub's log, for code scanning."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import PurePath
from types import MappingProxyType
from urllib.parse import quote

from calfeed import __version__
from calfeed.diagnostics import CODES, Diagnostic, Severity
from calfeed.report import diagnostic_object

Object = dict[str, object]


def summary(diagnostics: Sequence[Diagnostic], sessions: int, files: int) -> str:
    """Say in one line what was read and how much is wrong: "12 sessions in 1 file: 1 error, 2 warnings"."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    numbers = Counter(diagnostic.severity for diagnostic in diagnostics)
    counts = [_counted(numbers[each], name) for each, name in names.items() if numbers[each]]
    return f"{_counted(sessions, 'session')} in {_counted(files, 'file')}: {', '.join(counts) or 'all well'}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _json(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    rows = [diagnostic_object(each, str) for each in diagnostics]
    yield json.dumps(rows, ensure_ascii=False, indent=1)


# ── GitHub's log: workflow commands, shown beside the lines of a pull request ───────────────────────

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _command(diagnostic: Diagnostic) -> str:
    where = diagnostic.position
    title = f"calfeed {diagnostic.code}"
    properties = {"file": where.path, "line": where.line, "col": where.column, "title": title}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_GITHUB[diagnostic.severity]} {written}::{_escaped(diagnostic.sentence)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


# ── SARIF 2.1.0: what code scanning takes ──────────────────────────────────────────────────────────

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PLACE = re.compile(r":\d+:\d+")


def _sarif(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    run: Object = {
        "tool": {"driver": {"name": "calfeed", "version": __version__, "rules": _rules()}},
        "columnKind": "unicodeCodePoints",
        "results": [*_results(diagnostics)],
    }
    log: Object = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=False, indent=1)


def _rules() -> list[Object]:
    return [
        {
            "id": code,
            "shortDescription": {"text": meaning},
            "defaultConfiguration": {"level": _LEVELS[severity]},
        }
        for code, (severity, meaning) in CODES.items()
    ]


def _results(diagnostics: Iterable[Diagnostic]) -> Iterator[Object]:
    numbers = {code: number for number, code in enumerate(CODES)}
    met: Counter[str] = Counter()
    for each in diagnostics:
        digest = _fingerprint(each)
        met[digest] += 1
        yield {
            "ruleId": each.code,
            "ruleIndex": numbers[each.code],
            "level": _LEVELS[each.severity],
            "message": {"text": each.sentence},
            "locations": [{"physicalLocation": _location(each)}],
            "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{met[digest]}"},
        }


def _location(diagnostic: Diagnostic) -> Object:
    where = diagnostic.position
    uri = quote(PurePath(where.path).as_posix(), errors="surrogateescape")  # any name a disk may hold
    return {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": where.line, "startColumn": where.column},
    }


def _fingerprint(diagnostic: Diagnostic) -> str:
    """Digest what stays when lines are added above, so that a finding is not taken for a new one."""
    stays = (diagnostic.code, diagnostic.position.path, _PLACE.sub("", diagnostic.message))
    return blake2b("\0".join(stays).encode(errors="surrogateescape"), digest_size=8).hexdigest()


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic]], Iterable[str]]] = MappingProxyType(
    {
        "text": lambda diagnostics: map(str, diagnostics),
        "json": _json,
        "github": lambda diagnostics: map(_command, diagnostics),
        "sarif": _sarif,
    }
)
"""Format -> what turns diagnostics into lines to print.

`github` and `sarif` want paths relative to the repository's root; the others print them as they are.
"""
