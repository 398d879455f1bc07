"""Reads mutated schedules for a given time and keeps what breaks a law: `make fuzz SECONDS=60`.

    python -m tests.fuzz SECONDS [SEED]

Exit code 1 where an input broke a law: it then lies in a file whose path is printed.
"""

import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from calfeed.documents import READERS, read
from calfeed.layouts import extract
from calfeed.sessions import Reading, interpret
from calfeed.settings import Settings
from tests.caches import forget

TODAY = date(2024, 11, 1)
ROOT = Path(__file__).parent.parent
SLOW = 1e-3
"""CPU seconds that an octet may take, beyond five seconds for any input."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKUP = (
    b"|",
    b"[",
    b"](",
    b"<td>",
    b"<!--",
    b"---\n",
    b"\n\n",
    b"*",
    b"`",
    b"- ",
    b"# ",
    b": ",
    b"{{",
    b"&x",
    b'"',
    b";",
    b".. x::",
    b"`a <b>`_",
    b"+--+--+\n",
    b"=== ===\n",
)
_ODDITIES = (
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"\t",
    b"\r",
    b"2024-09-03",
    b"31.2.",
    b"Sept 31",
    "九月三日".encode(),
)


def reading(path: str, data: bytes) -> Reading:
    """Read the bytes of a file that has this path, as far as one file goes."""
    document, faults = read(path, data)
    records, strays = extract(document)
    found = interpret(document, records, Settings(root=Path("/nowhere")), lambda _line: TODAY)
    return Reading(found.accounts, (*faults, *strays, *found.diagnostics))


def broken_law(path: str, data: bytes) -> str | None:
    """Say which law of reading, one that holds for any bytes, does not hold for these."""
    start = time.process_time()
    try:
        once = reading(path, data)
    except Exception:  # noqa: BLE001  # whatever it is: that is what we are looking for
        return traceback.format_exc()
    if (taken := time.process_time() - start) > 5 + SLOW * len(data):
        return f"{len(data)} octets took {taken:.1f} s"
    if any(d.code == "source-binary" for d in once.diagnostics):
        return None  # what is no text has no lines
    last = 1 + len(_LINE_END.findall(data.decode("utf-8", "replace")))
    told = [session.source.line for session in once.sessions] + [d.position.line for d in once.diagnostics]
    if max(told, default=1) > last + 1:  # the end of a text may be told as the line below it
        return f"line {max(told)} lies outside of the text"
    forget()
    return None if once == reading(path, data) else "what was read before it changes what it says"


def inputs() -> Mapping[str, list[bytes]]:
    """Give the schedules of the tests and examples by the suffix of their files."""
    found: dict[str, list[bytes]] = {
        suffix: [] for suffix in (".md", ".yaml", ".html", ".org", ".rst", ".csv")
    }
    for folder in ("examples", "tests/cases", "tests/faults", "tests/golden"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in READERS and file.is_file():
                found.setdefault(file.suffix, []).append(file.read_bytes())
    every = [data for texts in found.values() for data in texts]
    return {suffix: texts or every for suffix, texts in found.items()}


def mutants(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Give files without end: real ones after some edits, now and then as another syntax."""
    known = inputs()
    every = [data for texts in known.values() for data in texts]
    while True:
        suffix = chance.choice(list(known))
        data = chance.choice(known[suffix] if chance.random() < 0.8 else every)
        for _ in range(chance.randint(1, 12)):
            data = _edited(data, chance.choice(every), chance)
        yield f"fuzz{suffix}", data[:100_000]


def _edited(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Do one thing to a text: insert, cut, repeat, overwrite, move in a piece of another one."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    end = min(end, start + chance.choice((1, 8, 80, 800)))
    piece = chance.choice(
        (
            b"",
            chance.choice(_MARKUP + _ODDITIES) * chance.choice((1, 1, 1, 2, 40)),
            data[start:end] * chance.choice((2, 2, 30)),
            other[start % (len(other) + 1) :][: end - start],
            chance.randbytes(1),
        )
    )
    return data[:start] + piece + data[end:]


def fuzz(seconds: float, seed: int) -> tuple[int, tuple[str, bytes, str] | None]:
    """Read mutants for some seconds; give how many, and the first that broke a law with what it broke."""
    end, count = time.monotonic() + seconds, 0
    for path, data in mutants(random.Random(seed)):  # noqa: S311  # chance, not secrecy
        count += 1
        if law := broken_law(path, data):
            return count, (path, data, law)
        if time.monotonic() > end:
            break
    return count, None


def main() -> int:
    """Fuzz as asked on the command line."""
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    count, found = fuzz(seconds, seed)
    print(f"{count} inputs read, seed {seed}")
    if found is None:
        return 0
    path, data, law = found
    kept = Path(tempfile.mkdtemp(prefix="calfeed-fuzz-")) / path
    kept.write_bytes(data)
    print(f"{kept}: {law}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
