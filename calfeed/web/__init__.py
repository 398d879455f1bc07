"""A Publication to a Flask application: feeds through the gate, pages and filters through views."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, after_this_request, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, NotFound, RequestURITooLarge

from calfeed import clock
from calfeed.errors import FilterUnknown
from calfeed.formats import FORMATS
from calfeed.model import State, Status
from calfeed.publication import Publication
from calfeed.values import slug
from calfeed.web import health, hook, languages, wording
from calfeed.web.current import Current
from calfeed.web.gate import Gate, read_date
from calfeed.web.languages import gettext as _
from calfeed.web.members import PRIVATE, REFUSED, Door
from calfeed.web.pages import PAGES, addresses
from calfeed.web.tally import LONGEST, Tally, family
from calfeed.web.views import Views

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_EMBEDDED = {
    "Content-Security-Policy": f"{_POLICY}*",
    "Access-Control-Allow-Origin": "*",
    "X-Robots-Tag": "noindex",
}
"""What other sites may show, as a part of their own pages."""
_FEEDS = tuple(f".{extension}" for extension in FORMATS)
_LONGEST_PATH, _LONGEST_QUERY = 1_024, 2_048
"""Octets as they were sent; of a feed's address nothing is asked but that there is a feed."""


def create_app(
    current: Current, now: Callable[[], datetime] = clock.now, *, prepared: int | None = None
) -> Flask:
    """Make the application that serves what `current` holds; `now` tells which sessions are over.

    For a static site `prepared` says how many filters have an address of their own, for it has no others.
    """
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(State=State, Status=Status, slug=slug, wording=wording)
    app.url_map.strict_slashes = False  # a feed that is not there is a 404, not a redirect to a page (R82)
    languages.install(app)
    views = Views(current, now, prepared)
    for name, kind in PAGES.items():
        app.add_url_rule(kind.RULE, name, views.page)
        app.add_url_rule(f"/<language:lang>{kind.RULE}", name, views.page)
    app.add_url_rule("/status", "status", views.status)
    app.add_url_rule("/<language:lang>/status", "status", views.status)
    app.add_url_rule("/robots.txt", "robots", views.robots)
    app.add_url_rule("/sitemap.xml", "sitemap", views.sitemap)
    for extension in FORMATS:
        asked = {"extension": extension}
        app.add_url_rule(f"/filter/<slug>.{extension}", "filtered", views.filtered, defaults=asked)
        app.add_url_rule(
            f"/filter/<slug>/<path:chosen>.{extension}", "prepared", views.prepared, defaults=asked
        )
    tally = Tally()
    health.register(app, tally, lambda: current.served, now)
    hook.register(app, current.wake, hook.secret(), lambda: now().timestamp())
    app.before_request(_refuse_the_long)
    app.before_request(views.prepare)
    app.before_request(_refuse_at_the_door)
    app.before_request(_forget_unreadable_date)
    app.after_request(_finish)
    app.after_request(lambda response: _count(tally, response))
    app.url_defaults(_keep_language)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(FilterUnknown, _explain_filter)
    app.context_processor(views.named)
    # A static site has no door.
    inner = app.wsgi_app if prepared is not None else Door(app.wsgi_app, current, tally)
    app.wsgi_app = Gate(inner, lambda: current.publication, tally)  # type: ignore[method-assign]  # Flask's own way
    return app


def paths(publication: Publication) -> Iterator[str]:
    """Give every path that can be asked for without a query, as `export` does; /status is a server's.

    Every page is at its own path in the group's language, and once more below each language's tag.
    """
    prefixes = ("", *(f"/{tag.casefold()}" for tag in languages.offered()))
    yield from (f"{prefix}{path}" for path in addresses(publication) for prefix in prefixes)
    yield "/robots.txt"
    if publication.calendar.site:
        yield "/sitemap.xml"
    yield from (f"/static/{file.name}" for file in sorted((Path(__file__).parent / "static").iterdir()))
    yield from publication.renditions


def _keep_language(endpoint: str, values: dict[str, object]) -> None:
    """Lead on from a page whose address says its language to pages whose addresses do."""
    if g.get("prefix") and (endpoint in PAGES or endpoint == "status"):
        values.setdefault("lang", g.prefix)


def _refuse_the_long() -> None:
    """Refuse an address that nobody was ever given, before anything is made of it."""
    path, query = quote(request.path), request.environ.get("QUERY_STRING", "")
    if len(path) > _LONGEST_PATH or len(query) > _LONGEST_QUERY:
        raise RequestURITooLarge("This address is too long.")


def _refuse_at_the_door() -> None:
    """Say to one who came by a member's address why there is nothing for them; a wrong key is any 404."""
    refused = request.environ.get(REFUSED)
    if refused:
        if not isinstance(refused, NotFound):
            after_this_request(_keep_to_themselves)
        raise refused


def _keep_to_themselves(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response


def _count(tally: Tally, response: Response) -> Response:
    """Count what the gate left to us, by the name of its page."""
    extension = (request.view_args or {}).get("extension", "")
    asked = ("member", "ics") if REFUSED in request.environ else (request.endpoint or "none", extension)
    answered = tally.of(*asked)
    answered[response.status][family(request.user_agent.string[:LONGEST])] += 1
    return response


def _forget_unreadable_date() -> None:
    """Werkzeug fails on a date with impossible numbers; it should count as none (RFC 9110 §13.1.3)."""
    if read_date(request.headers.get("If-Modified-Since", "")) is None:
        request.environ.pop("HTTP_IF_MODIFIED_SINCE", None)


def _finish(response: Response) -> Response:
    if request.endpoint == "embed" and response.status_code == 200:
        response.headers.update(_EMBEDDED)
    if response.mimetype == "text/html":
        if not (g.served.publication and g.served.publication.calendar.site):
            # Its links have the host that it was asked by: no shared cache may hand it to anybody else.
            response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Content-Language"] = g.language
        if not g.prefix:
            response.vary.add("Accept-Language")
    if response.status_code == 200 and response.mimetype == "text/html":
        response.add_etag()
        response.make_conditional(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Date", None)  # conditional answers get one from Werkzeug, all from the server
    return response


def _explain(error: HTTPException) -> Response:
    """Say what is wrong: as a page, but in plain text where a calendar or feed program may ask (R74).

    So, too, where the request names no possible host (400), or is too long (414): no page is made for it.
    """
    code = error.code or 500
    name, sentence = _words(error)
    headers = [header for header in error.get_headers(request.environ) if header[0] != "Content-Type"]
    if request.path.endswith(_FEEDS) or code in {400, 414}:
        return Response(f"{sentence}\n", code, headers, mimetype="text/plain")
    return Response(render_template("error.html", name=name, sentence=sentence), code, headers)


def _words(error: HTTPException) -> tuple[str, str]:
    match error.code:
        case 404:
            return _("Not found"), _("There is nothing at this address.")
        case 405:
            return _("Not allowed"), _("This address can only be read.")
        case 410:
            return _("Gone"), _("This address was revoked. Ask your group for a new one.")
        case 503:
            return _("Not yet"), _("No schedule could be read yet. Please come back in a minute.")
        case None | 500:
            return _("Something went wrong"), _("It is our fault, and it has been noted.")
    return error.name, error.description or error.name


def _explain_filter(error: FilterUnknown) -> Response:
    return Response(f"{error.message}\n{error.hint}\n", 404, mimetype="text/plain")
