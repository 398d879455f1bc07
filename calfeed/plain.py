"""Somebody's words as plain text that may be published: one line, nothing hidden, not too long."""

import re
import unicodedata

# Controls but for white space, halves of characters, overrides of the writing direction, and what is no
# character at all: byte order marks, and two that XML forbids.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_PRIVATE = re.compile(
    r"(?:\bmailto:)?(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\b(?:mailto|tel):\S+"
)
_HOLLOW = re.compile(r"\(\s*\)|<\s*>|\[\s*\]")


def line(text: str | None) -> str:
    """Put somebody's words on one clean line (R62), in NFC (R59), without e-mail addresses (R89)."""
    visible = _INVISIBLE.sub("", text or "")
    if ("@" in visible or ":" in visible) and _PRIVATE.search(visible):
        visible = _HOLLOW.sub("", _PRIVATE.sub("", visible))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def cut(text: str, longest: int) -> str:
    """Shorten to a number of octets, between words where there are any near the end."""
    octets = text.encode()
    if len(octets) <= longest:
        return text
    kept = octets[: longest - len("…".encode())].decode(errors="ignore")
    words = kept.rpartition(" ")[0]
    return f"{words if len(words) > len(kept) / 2 else kept}…"
