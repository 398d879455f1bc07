"""Bytes to text: line ends made one, and text that was once decoded wrongly made right.

UTF-8 that was read as another code page has a run of non-ASCII characters for each non-ASCII character,
and its ASCII is unharmed.  So each run can be mended by itself, and a line keeps its words even where
bytes were lost for good.  A map from repaired to original columns keeps positions true.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from calfeed.diagnostics import Diagnostic, Position, diagnose

LOST = "\N{REPLACEMENT CHARACTER}"
_RUN = re.compile(r"[^\x00-\x7f]+")
_LINE_END = re.compile(r"\r\n?|\n")
_LEAD = re.compile("[\u00c2-\u00f4\u011f\u0103\u0111\u0452\u043f\u0420\u0421]")
"""What the first octet of most UTF-8 sequences looks like in a Windows code page."""

_SPARSE = (
    *("cp1252", "cp1254", "cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("latin-1", "iso8859-9", "iso8859-15", "mac_roman", "cp437", "cp850", "koi8-r"),
)
_DENSE = ("cp866", "cp874", "gbk", "cp932", "cp949", "cp950")
"""Code pages that UTF-8 may have been read as; in the dense ones real text often looks like octets of it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Readable text, its lines ended by LF; `column` gives a place in it as a column of the file."""

    text: str
    shifts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def column(self, line: int, column: int) -> int:
        """Turn a column of the repaired line into the column of the line on disk (both from 1)."""
        return column + sum(by for start, by in self.shifts.get(line, ()) if start < column)


def decode(path: str, data: bytes) -> tuple[Text | None, tuple[Diagnostic, ...]]:
    """Make text of a file's bytes; None with an error where they are no UTF-8 text."""
    if (nul := data.find(b"\0")) >= 0:
        where = Position(path, data.count(b"\n", 0, nul) + 1)
        return None, (_binary(where, "the file has NUL bytes: it is no text"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        where = Position(path, before.count(b"\n") + 1, column)
        return None, (_binary(where, f"the byte 0x{data[error.start]:02x} is not UTF-8 text"),)
    if not text.strip():
        return None, (diagnose("source-empty", "the file is empty", Position(path)),)
    text = _LINE_END.sub("\n", text)
    if text.isascii():
        return Text(text), ()
    mender = _Mender(path, _code_page(text))
    mended = "\n".join(mender.line(number, line) for number, line in enumerate(text.split("\n"), start=1))
    return Text(mended, mender.shifts), tuple(mender.diagnostics())


def _binary(where: Position, message: str) -> Diagnostic:
    return diagnose("source-binary", message, where, "save the schedule as text in UTF-8")


# ── which code page ──────────────────────────────────────────────────────────────────────────────


def _same_number(error: UnicodeError) -> tuple[bytes, int]:
    """Read a character that a code page lacks as the octet of its number, as browsers do."""
    if isinstance(error, UnicodeEncodeError):
        missing = error.object[error.start : error.end].replace(LOST, "\xff")
        return missing.encode("latin-1"), error.end
    raise error


codecs.register_error("calfeed.same-number", _same_number)


def _octets(run: str, code_page: str) -> bytes:
    """Give the octets that were read as these characters; none where the code page has no such."""
    try:
        return run.encode(code_page, "calfeed.same-number")
    except UnicodeEncodeError:
        return b""


def _code_page(text: str) -> str | None:
    """Find the code page that UTF-8 was once read as: in it, the runs are sequences of UTF-8 again.

    Text that was never damaged has next to no such sequences, so a third of all octets is proof
    even where bytes were lost; with less than eight of them `ftfy` is asked about each run instead.
    """
    runs = sorted(set(_RUN.findall(text[: 2**20])))
    found = {page: sum(_sequences(_octets(run, page), "ignore") for run in runs) for page in _SPARSE}
    # By chance octets of real Chinese or Thai hold many short sequences, but seldom nothing else.
    found |= {page: sum(_sequences(_octets(run, page), "strict") for run in runs) for page in _DENSE}
    best = max(found, key=lambda page: found[page])
    return best if found[best] >= 8 and found[best] * 3 >= sum(map(len, runs)) else None


def _sequences(octets: bytes, errors: str) -> int:
    """Count the octets that stand in whole sequences of UTF-8 beyond ASCII."""
    try:
        return len(re.sub(r"[\x00-\x7f]+", "", octets.decode("utf-8", errors)).encode("utf-8"))
    except UnicodeDecodeError:
        return 0


# ── mending ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Mender:
    """Mends line by line, and keeps what it did: shifts of columns, the places of each fault."""

    path: str
    code_page: str | None
    shifts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    repaired: list[Position] = field(default_factory=list)
    lost: list[Position] = field(default_factory=list)

    def line(self, number: int, line: str) -> str:
        if line.isascii():
            return line
        pieces, last, length = [], 0, 0
        for run in _RUN.finditer(line):
            mended, is_lost = self.run(run[0])
            if mended != run[0]:
                (self.lost if is_lost else self.repaired).append(Position(self.path, number, run.start() + 1))
            # A mark that stands alone (an emoji) says nothing once it is lost; inside a word the
            # damaged letters still say more than a question mark.
            if is_lost and _is_alone(line, run) and not any(c.isalpha() for c in mended):
                mended = LOST
            pieces += [line[last : run.start()], mended]
            length += run.start() - last + len(mended)
            last = run.end()
            if by := len(run[0]) - len(mended):
                self.shifts.setdefault(number, []).append((length, by))
        return "".join((*pieces, line[last:]))

    def run(self, run: str) -> tuple[str, bool]:
        """Give what a run was meant to be, and whether some of it is lost."""
        if self.code_page is None:
            return (_by_ftfy(run), False) if len(run) > 1 and _LEAD.search(run) else (run, False)
        octets = _octets(run, self.code_page)
        if not octets:
            return run, False
        mended = octets.decode("utf-8", "replace")
        return mended, LOST in mended

    def diagnostics(self) -> Iterator[Diagnostic]:
        for code, places, what in (
            ("text-repaired", self.repaired, "decoded wrongly once, read as what was meant"),
            ("text-lost", self.lost, "damaged for good, read by the words around it"),
        ):
            if places:
                more = f" ({len(places)} places in the file)" if len(places) > 1 else ""
                yield diagnose(code, f"text {what}{more}", places[0], "save the file anew as clean UTF-8")


def _by_ftfy(run: str) -> str:
    from ftfy import TextFixerConfig, fix_encoding  # slow import, and few schedules are damaged

    return fix_encoding(run, TextFixerConfig(uncurl_quotes=False))


def _is_alone(line: str, run: re.Match[str]) -> bool:
    return not (line[: run.start()][-1:].isalnum() or line[run.end() :][:1].isalnum())
