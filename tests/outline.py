"""Blocks of a document as plain values, to compare whole documents by."""

from collections.abc import Iterable

from calfeed.model import Block, Heading, Paragraph, Table


def outline(blocks: Iterable[Block]) -> list[object]:
    """Give headings as ("#", text), items as ("-", text), paragraphs as text, tables as [head, *rows]."""
    return [_told(block) for block in blocks]


def _told(block: Block) -> object:
    if isinstance(block, Table):
        return [[cell.text for cell in row] for row in (block.head, *block.rows)]
    if isinstance(block, Paragraph):
        return block.cell.text
    return "#" * block.level if isinstance(block, Heading) else "-" * block.depth, block.cell.text
