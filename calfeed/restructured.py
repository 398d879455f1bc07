"""reStructuredText to a tree of docutils (a door to it), as people write it for any program.

Sphinx, Nikola and others add directives and roles of their own.  None is looked up here, nor run: of each
directive the content is parsed, of each role the text is kept, so that nothing is lost, nothing opens a file,
and no text changes how the next one is read.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

from docutils import frontend, nodes, utils
from docutils.parsers import rst
from docutils.parsers.rst import states
from docutils.statemachine import StringList

from calfeed import separated

DEPTH = 40
"""How deep blocks may lie in each other; a list counts as one, each of its items as another."""

VERBATIM = frozenset(
    ("raw", "code", "code-block", "sourcecode", "highlight", "math", "include", "literalinclude", "toctree")
)
"""Directives whose content is no reStructuredText."""

_LONGEST = 10_000
_MOST_MARKS = 400
_MOST_ADDRESSES = 100
"""Characters, signs and addresses of a text up to which its markup is read: no person wrote more.

Docutils looks for the end of each mark through all the text, and calls itself for each address.
"""

_DOWNLOADS = frozenset(("download", "file"))  # roles whose targets are files beside the text
_STRIKES = frozenset(("strike", "strikethrough", "del", "s", "line-through"))
_DEFINING = frozenset(("replace", "unicode"))  # the only directives that docutils runs

_OPTION = re.compile(r":([\w-]{1,40}):(?:\s+|$)")
_TARGETED = re.compile(r"([^<>]{1,1000}?)\s{0,9}<([^<>]{1,2000})>")
_DELIMITERS = {"tab": "\t", "space": " "}
_NO_LINE_ENDS = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
"""What docutils takes for ends of lines, and no editor does."""


class TooDeep(Exception):
    """A text is nested deeper than DEPTH, on `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def parse(text: str) -> nodes.document:
    """Parse a text; each directive is a container with its `name`, `argument`, `options` and content.

    Raises:
        TooDeep: it is nested deeper than DEPTH.
    """
    document = utils.new_document("", _settings())
    parser = rst.Parser(inliner=_inliner())
    parser.state_classes = _STATES
    parser.parse(text.translate(_NO_LINE_ENDS), document)
    return document


@cache
def _settings() -> frontend.Values:
    settings = frontend.get_default_settings(rst.Parser)
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.report_level, settings.halt_level = 5, 6  # it says nothing, and never stops
    settings.line_length_limit = 2**31  # else one long line would hide all others
    return settings


def _inliner() -> states.Inliner:
    """Make what reads the markup in a text; docutils takes no class that is derived from its own."""
    inliner = states.Inliner()
    parse = inliner.parse

    def bounded(
        text: str, lineno: int, memo: SimpleNamespace, parent: nodes.Element
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return parse(text, lineno, memo, parent) if _is_written(text) else ([nodes.Text(text)], [])

    inliner.parse = bounded  # type: ignore[method-assign]
    inliner.interpreted = _interpreted  # type: ignore[method-assign]
    return inliner


def _is_written(text: str) -> bool:
    """Tell a text that a person may have written from one that would take docutils long, or too deep."""
    if len(text) > _LONGEST or text.count("://") + text.count("@") > _MOST_ADDRESSES:
        return False
    return sum(map(text.count, "*`|_[")) <= _MOST_MARKS


def _interpreted(
    rawsource: str,
    text: str,
    role: str,
    lineno: int,  # noqa: ARG001
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Read a text with a role; “:doc:`Paxos <talks/paxos>`” is called Paxos, whatever it leads to."""
    return [_with_role(rawsource, utils.unescape(text), role.lower().rpartition(":")[2])], []


def _with_role(source: str, text: str, role: str) -> nodes.Node:
    targeted = _TARGETED.fullmatch(text.strip())
    label = targeted[1] if targeted else text
    if role in _DOWNLOADS:
        return nodes.reference(source, label, refuri=targeted[2] if targeted else text)
    if role in _STRIKES:
        return nodes.inline(source, text, classes=["strike"])
    if role in ("emphasis", "i", "em"):
        return nodes.emphasis(source, text)
    if role in ("strong", "b"):
        return nodes.strong(source, text)
    return nodes.inline(source, "" if role.startswith("raw") else label)


class _Directive(rst.Directive):
    """Any directive: what stands beside its name, its options, and what stands below."""

    has_content = True

    def run(self) -> Sequence[nodes.Node]:
        lines = [*self.content]
        is_argued = bool(lines) and self.content_offset + 1 == self.lineno
        end = next((n for n, line in enumerate(lines) if not line.strip() or _OPTION.match(line)), len(lines))
        argued = end if is_argued else 0
        last = next((n for n in range(argued, len(lines)) if not lines[n].strip()), len(lines))
        has_options = argued < last and _OPTION.match(lines[argued]) is not None
        below = last if has_options else argued
        node = nodes.container(
            name=self.name.lower(),
            argument="\n".join(lines[:argued]),
            options=_options(lines[argued:last], self.content_offset + argued + 1) if has_options else {},
        )
        node.line = self.lineno
        self._fill(node, self.content[below:], self.content_offset + below)
        return [node]

    def _fill(self, node: nodes.container, content: StringList, offset: int) -> None:
        if node["name"] == "csv-table":
            node += self._table(node["options"], content, offset + 1)
        elif node["name"] in VERBATIM:
            node["text"] = "\n".join(content)
            node["first"] = offset + 1
        else:
            self.state.nested_parse(content, offset, node)

    def _table(self, options: dict[str, tuple[str, int]], content: StringList, line: int) -> nodes.table:
        """Read the rows of a csv-table, in which the text of each cell is marked up."""
        sign = options.get("delim", (",", 0))[0]
        sign = _DELIMITERS.get(sign, sign[:1] or ",")
        header, header_line = options.get("header", ("", line))
        heads = [*separated.rows(header, sign, header_line)]
        rows = [*separated.rows("\n".join(content), sign, line)]
        count = options.get("header-rows", ("", 0))[0]
        inline = int(count) if re.fullmatch("[0-9]{1,3}", count) else 0
        head, body = nodes.thead(), nodes.tbody()
        head += [self._row(row) for row in (*heads, *rows[:inline])]
        body += [self._row(row) for row in rows[inline:]]
        return nodes.table("", nodes.tgroup("", head, body))

    def _row(self, row: separated.Row) -> nodes.row:
        built = nodes.row()
        for piece in row:
            found, _ = self.state.inline_text(piece.text, piece.line)
            paragraph = nodes.paragraph(piece.text, "", *found, column=piece.column)
            paragraph.line = piece.line
            built += nodes.entry("", paragraph)
        return built


def _options(lines: Sequence[str], first_line: int) -> dict[str, tuple[str, int]]:
    """Give the options of a directive, each with the line that it stands on."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for number, line in enumerate(lines, start=first_line):
        if option := _OPTION.match(line):
            name = option[1].lower()
            found[name] = (line[option.end() :].strip(), number)
        elif name:
            found[name] = (f"{found[name][0]}\n{line.strip()}", found[name][1])
    return found


class _State(states.RSTState):
    """What each state of docutils' parser does otherwise: it goes on with the states of this module."""

    nested_sm_cache = []  # noqa: RUF012  # docutils keeps what it used here, and takes it from here

    def __init__(self, state_machine: states.RSTStateMachine, debug: bool = False) -> None:
        super().__init__(state_machine, debug)
        self.nested_sm_kwargs = {"state_classes": _STATES, "initial_state": "Body"}

    def nested_parse(self, *given: Any, **named: Any) -> int:  # noqa: ANN401  # handed on as it is
        with self._deeper():
            return super().nested_parse(*given, **named)

    def nested_list_parse(self, *given: Any, **named: Any) -> tuple[int, bool]:  # noqa: ANN401  # likewise
        with self._deeper():
            end: tuple[int, bool] = super().nested_list_parse(*given, **named)
        return end

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        """Bound the depth here: Python's own bound depends on who calls."""
        depth = getattr(self.memo, "depth", 0)
        if depth >= DEPTH:
            raise TooDeep(self.state_machine.abs_line_number())
        self.memo.depth = depth + 1
        yield
        self.memo.depth = depth


def _directive(body: states.Body, match: re.Match[str], **presets: str) -> tuple[Sequence[nodes.Node], bool]:
    found: tuple[Sequence[nodes.Node], bool]
    if match[1].lower() in _DEFINING:
        found = states.Body.directive(body, match, **presets)  # type: ignore[no-untyped-call]  # in its stubs
    else:
        found = body.run_directive(_Directive, match, match[1], presets)  # type: ignore[no-untyped-call]
    return found


class _Body(_State, states.Body):
    directive = _directive
    explicit = SimpleNamespace(
        **{
            **vars(states.Body.explicit),
            "constructs": [
                (_directive if method is states.Body.directive else method, pattern)
                for method, pattern in states.Body.explicit.constructs
            ],
        }
    )


_STATES = tuple(
    type(state.__name__, (_Body if issubclass(state, states.Body) else _State, state), {})
    for state in states.state_classes
)
