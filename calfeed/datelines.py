"""How surely a line says on which day something is: labelled as its date, nothing else, or in passing."""

import re
from enum import IntEnum

from calfeed.dates import dates, starts_dated
from calfeed.labels import read_label, split_label
from calfeed.model import Cell
from calfeed.parts import Part
from calfeed.times import times
from calfeed.values import plain


class Sign(IntEnum):
    """How surely a line tells the date of what stands around it."""

    NONE = 0
    MENTIONED = 1
    FIRST = 2
    NOTHING_ELSE = 3
    LABELLED = 4


def sign(line: Cell) -> Sign:
    """Tell how surely a line says the day: “Date: Sep 3” and “Sep 3, 2pm” do, “since Sep 3” may."""
    written = dates(line.text)
    if not written:
        return Sign.NONE
    label, _ = split_label(plain(line.text))
    if label:
        read = read_label(label)
        return Sign.LABELLED if read and read.part in (Part.DATE, Part.TIME) else Sign.NONE
    rest = line.text[: written[0].start] + line.text[written[-1].end :]
    if time := times(rest):
        rest = rest[: time.first] + rest[time.last :]
    if not re.search(r"\w{3}", rest):
        return Sign.NOTHING_ELSE
    return Sign.FIRST if starts_dated(line.text) else Sign.MENTIONED
