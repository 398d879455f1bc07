"""The shape of the house: sizes, registries, names, types; import order is checked by `make lint`."""

import ast
import importlib
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import calfeed
from calfeed.documents import READERS
from calfeed.errors import CalfeedError
from calfeed.feeds import KINDS, filtered
from calfeed.formats import FORMATS
from calfeed.layouts import LAYOUTS

PACKAGE = Path(calfeed.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def functions(module: Path) -> Iterator[tuple[str, int]]:
    """Give the functions of a module by their place, with their lines of code, docstrings not counted."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
            yield f"{module.relative_to(PACKAGE)}:{node.lineno} {node.name}", lines


def lines_of_code(module: Path) -> int:
    """Count the lines that hold code: no blank lines, comments or docstrings (decision 0009)."""
    text = module.read_text("utf-8")
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    tokens = (t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in layout)
    code = {line for token in tokens if token.string for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            code -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(code)


def test_no_module_has_more_than_400_lines() -> None:
    lengths = {
        str(module.relative_to(PACKAGE)): len(module.read_text("utf-8").splitlines()) for module in MODULES
    }

    assert len(lengths) == len(MODULES)
    assert {name for name, length in lengths.items() if length > 400} <= {"model.py"}  # every noun is there
    assert statistics.median(map(lines_of_code, MODULES)) <= 120


def test_no_function_has_more_than_40_lines() -> None:
    lengths = dict(pair for module in MODULES for pair in functions(module))

    assert {name: length for name, length in lengths.items() if length > 40} == {}
    assert statistics.median(lengths.values()) <= 8


def test_no_name_hides_what_it_holds() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "core", "misc"}

    assert {module.stem for module in MODULES} & vague == set()


def varieties(folder: str) -> set[ModuleType]:
    """Import every module of a folder."""
    names = {module.stem for module in (PACKAGE / folder).glob("*.py")} - {"__init__"}
    return {importlib.import_module(f"calfeed.{folder}.{name}") for name in names}


def test_every_variety_is_registered() -> None:
    readers = {sys.modules[reader.__module__] for reader in READERS.values()}

    assert readers == varieties("documents")
    assert set(LAYOUTS) == varieties("layouts")
    assert {*KINDS, filtered} == varieties("feeds")  # a filter is made when it is asked for
    assert set(FORMATS.values()) == varieties("formats")


def test_only_the_clock_tells_the_time() -> None:
    """Here by `datetime` and `date`; that nothing else imports `time` is a contract of import-linter."""
    asking = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
        if ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}
    ]

    assert asking == []


def tree(error: type[CalfeedError]) -> Iterator[type[CalfeedError]]:
    for child in error.__subclasses__():
        yield child
        yield from tree(child)


@pytest.mark.parametrize("error", list(tree(CalfeedError)), ids=lambda error: error.__name__)
def test_every_error_says_what_it_is_for(error: type[CalfeedError]) -> None:
    import calfeed.errors

    assert error.__doc__
    assert error.__name__.startswith("_") or error.__name__ in (calfeed.errors.__doc__ or "")
