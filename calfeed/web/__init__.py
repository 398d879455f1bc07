"""A Publication to a Flask application: feeds through the gate, pages and filters through views."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from calfeed import clock
from calfeed.errors import FilterUnknown
from calfeed.formats import FORMATS
from calfeed.model import State, Status
from calfeed.publication import Publication
from calfeed.web import agenda, hook, wording
from calfeed.web.current import Current
from calfeed.web.gate import Gate, read_date
from calfeed.web.pages import titles
from calfeed.web.views import Views

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_PAGES = {"home": "/", "semester": "/semester/<slug>/", "presenter": "/presenter/<slug>/"}
_FEEDS = tuple(f".{extension}" for extension in FORMATS)
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address can only be read.",
    500: "Something went wrong on our side; it has been noted.",
    503: "No schedule could be read yet. Please come back in a minute.",
}


def create_app(current: Current, now: Callable[[], datetime] = clock.now) -> Flask:
    """Make the application that serves what `current` holds; `now` tells which sessions are over."""
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(State=State, Status=Status, wording=wording)
    app.url_map.strict_slashes = False  # a feed that is not there is a 404, not a redirect to a page (R82)
    views = Views(current, now)
    for kind, rule in _PAGES.items():
        app.add_url_rule(rule, kind, views.page, defaults={"kind": kind})
    app.add_url_rule("/status", "status", views.status)
    app.add_url_rule("/health", "health", views.health)
    app.add_url_rule("/robots.txt", "robots", views.robots)
    app.add_url_rule("/filter/<slug>.ics", "filtered", views.filtered)
    app.add_url_rule("/filter/<slug>/<path:chosen>.ics", "prepared", views.prepared)
    hook.register(app, current.wake, hook.secret(), lambda: now().timestamp())
    app.before_request(views.prepare)
    app.before_request(_forget_unreadable_date)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(FilterUnknown, _explain_filter)
    app.context_processor(lambda: {"calendar": g.served.publication and g.served.publication.calendar})
    app.wsgi_app = Gate(app.wsgi_app, lambda: current.publication)  # type: ignore[method-assign]  # Flask's own way
    return app


def paths(publication: Publication) -> Iterator[str]:
    """Give every path that can be asked for without a query, as `export` does; /status is a server's."""
    terms = agenda.terms(publication.entries, titles(publication), publication.published)
    yield "/"
    yield from (f"/semester/{term.slug}/" for term in terms)
    yield from (f"/presenter/{person.slug}/" for person in agenda.participants(publication.entries))
    yield "/robots.txt"
    yield from (f"/static/{file.name}" for file in sorted((Path(__file__).parent / "static").iterdir()))
    yield from publication.renditions


def _forget_unreadable_date() -> None:
    """Werkzeug fails on a date with impossible numbers; it should count as none (RFC 9110 §13.1.3)."""
    if read_date(request.headers.get("If-Modified-Since", "")) is None:
        request.environ.pop("HTTP_IF_MODIFIED_SINCE", None)


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == 200 and response.mimetype == "text/html":
        response.add_etag()
        response.make_conditional(request)
    response.headers.pop("Date", None)  # conditional answers get one from Werkzeug, all from the server
    return response


def _explain(error: HTTPException) -> Response:
    """Say what is wrong: as a page, but in plain text where a calendar or feed program may ask (R74).

    So, too, where the request names no possible host (400): a page's links need one.
    """
    code = error.code or 500
    sentence = _SENTENCES.get(code, error.description or error.name)
    headers = [header for header in error.get_headers(request.environ) if header[0] != "Content-Type"]
    if request.path.endswith(_FEEDS) or code == 400:
        return Response(f"{sentence}\n", code, headers, mimetype="text/plain")
    return Response(render_template("error.html", name=error.name, sentence=sentence), code, headers)


def _explain_filter(error: FilterUnknown) -> Response:
    return Response(f"{error.message}\n{error.hint}\n", 404, mimetype="text/plain")
