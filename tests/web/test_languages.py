"""The catalogues of the pages: complete, and true to the places that sentences leave open."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from calfeed import web
from calfeed.web import languages

WEB = Path(web.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
CATALOGUES = sorted((WEB / "translations").glob("*.po"))

Ids = str | tuple[str, ...]


def asked_for() -> set[Ids]:
    """Collect every sentence of the pages; one that counts as its two forms."""
    found = extract_from_dir(str(WEB), METHODS, OPTIONS)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines, locale=file.stem.replace("-", "_"))


def messages(file: Path) -> Iterator[Message]:
    return (message for message in catalogue(file) if message.id)


def forms(message: Message) -> list[str]:
    """Give what a sentence is translated to, in each number."""
    said = message.string or ""
    return [said] if isinstance(said, str) else list(said)


def places(text: str) -> set[str]:
    """Give the named places of a sentence."""
    return set(re.findall(r"%\((\w+)\)s", text))


def test_sentences_are_found() -> None:
    assert {"Skip to content", ("%(num)s session", "%(num)s sessions"), "All day"} <= asked_for()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_catalogue_has_every_sentence_and_no_other(file: Path) -> None:
    """`make languages` brings it up to date."""
    assert {message.id for message in messages(file)} == asked_for()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_catalogue_leaves_nothing_untranslated_or_unsure(file: Path) -> None:
    numbers = catalogue(file).num_plurals
    poor = [
        message.id
        for message in messages(file)
        if message.fuzzy
        or not all(forms(message))
        or (not isinstance(message.id, str) and len(forms(message)) != numbers)
    ]
    assert poor == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_translation_keeps_the_places_of_the_sentence(file: Path) -> None:
    for message in messages(file):
        wanted = places(message.id if isinstance(message.id, str) else message.id[-1])
        for text in forms(message):
            assert places(text) == wanted
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", text)


def test_names_of_languages_are_their_own() -> None:
    assert languages.offered() == {"en": "English", "zh-Hans": "中文 (简体)"}
