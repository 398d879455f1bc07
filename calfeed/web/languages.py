"""A visitor's wish to one of the languages of the pages; the only module that imports Flask-Babel.

English stands in the code and the templates.  Every other language is one file, translations/<tag>.po.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

import flask_babel
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g
from werkzeug.datastructures import LanguageAccept
from werkzeug.routing import BaseConverter

ENGLISH = "en"

_CATALOGUES = Path(__file__).parent / "translations"
_PLAIN = {"en": "en_001"}  # English that writes days before months


@cache
def offered() -> dict[str, str]:
    """Map the tags of the languages (BCP 47) to their own names, English first."""
    tags = (ENGLISH, *sorted(file.stem for file in _CATALOGUES.glob("*.po")))
    return {tag: (Locale.parse(tag, sep="-").get_display_name() or tag).capitalize() for tag in tags}


@cache
def own(tag: str) -> str:
    """Give the language of the pages of a calendar in some language: English where there is no better."""
    return _like(tag) or ENGLISH


def negotiate(wishes: LanguageAccept, otherwise: str) -> str:
    """Choose the language that a visitor's Accept-Language likes best (RFC 9110 §12.5.4)."""
    liked = (_like(tag) for tag, quality in wishes if quality > 0)
    return next(filter(None, liked), otherwise)


def _like(wish: str) -> str | None:
    """Find the very language, or another way to write it: who reads zh-TW reads zh-Hans before English."""
    tags = {tag.casefold(): tag for tag in reversed(offered())}
    tongues = {tag.partition("-")[0]: name for tag, name in tags.items()}
    return tags.get(wish.casefold()) or tongues.get(wish.casefold().partition("-")[0])


class Converter(BaseConverter):
    """The first part of a path, where it is a language: `/zh-hans/`."""

    part_isolating = True

    def __init__(self, map: object) -> None:  # noqa: A002 - Werkzeug's own name
        super().__init__(map)  # type: ignore[arg-type]  # as Werkzeug hands it over
        self.regex = "|".join(tag.casefold() for tag in offered())

    def to_python(self, value: str) -> str:
        """Give the tag as BCP 47 writes it."""
        return next(tag for tag in offered() if tag.casefold() == value)

    def to_url(self, value: str) -> str:
        """Write the tag as addresses do."""
        return value.casefold()


class _Catalogues(flask_babel.Domain):  # type: ignore[misc]  # it is not typed
    """Translations out of .po files as they are, so that a translator need not compile anything."""

    def get_translations(self) -> NullTranslations:
        return _catalogue(g.language)


@cache
def _catalogue(tag: str) -> NullTranslations:
    if tag == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with (_CATALOGUES / f"{tag}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=tag.replace("-", "_")))
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    """Make the app speak the language of `g.language`, in templates and in `gettext`."""
    babel = flask_babel.Babel(app)
    babel.domain_instance = _Catalogues()
    app.url_map.converters["language"] = Converter


def locale() -> Locale:
    """Give the locale in which dates, times and numbers of this page are written."""
    return _locale(g.language)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(_PLAIN.get(tag, tag.replace("-", "_")))


def gettext(message: str, **values: object) -> str:
    """Say a sentence in the visitor's language, with values in its named places."""
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Say a sentence that counts."""
    return str(flask_babel.ngettext(one, many, num, **values))
