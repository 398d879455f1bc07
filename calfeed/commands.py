"""What each command of the command line does; the only place where errors become exit codes.

0 good · 1 the schedule has errors · 2 usage or settings · 3 machinery.  Results go to stdout,
everything else to stderr.  Flask, icalendar and database drivers are loaded by the commands that need
them, so that `show` and `check` start fast.
"""

import json
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from calfeed.alone import alone
from calfeed.clock import now
from calfeed.contract import Shown
from calfeed.diagnostics import Diagnostic, Severity, has_errors
from calfeed.differences import FORMATS as DIFFERENCES
from calfeed.differences import chosen, difference, log_json, log_lines, warnings
from calfeed.differences import summary as summary_of_difference
from calfeed.errors import CalfeedError, ExportError, ScheduleError, SettingsError, UsageError
from calfeed.explain import explain_file, explain_line, split_place
from calfeed.findings import FORMATS, summary
from calfeed.ledger import Ledger, default_url, is_there, open_ledger
from calfeed.model import Entry, State, Token
from calfeed.publication import Publication, identify, publish, retried
from calfeed.remember import Progress, key
from calfeed.remotes import bring
from calfeed.report import contract, diagnostic_line, table
from calfeed.revisions import between_files, between_revisions
from calfeed.schedule import read, read_source
from calfeed.settings import schema
from calfeed.sources import Sources, locate, repository
from calfeed.tokens import Tokens, issue, revoke, rotate
from calfeed.whole import advice, write_whole

_LONG = 100
"""From so many versions or addresses on, whoever waits is told how far the work is."""

GOOD, FAULTY, USAGE, MACHINERY = range(4)


def run(args: Namespace) -> int:
    """Do what the parsed arguments ask for, and give the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # schedules are written in every script, consoles are not
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = COMMANDS[args.command](args)
        sys.stdout.flush()
    except OSError as error:
        return _cut_off(error)
    except (SettingsError, ScheduleError) as error:
        _complain(error.diagnostics, str)
        return USAGE if isinstance(error, SettingsError) else FAULTY
    except CalfeedError as error:
        _say(f"calfeed: {error}")
        return USAGE if isinstance(error, UsageError) else MACHINERY
    except KeyboardInterrupt:
        return 130
    return code


def _cut_off(error: OSError) -> int:
    """End without a traceback when stdout takes no more: its reader has seen enough, or its disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return GOOD
    _say(f"calfeed: cannot write the output: {error.strerror or error}")
    return MACHINERY


def _check(args: Namespace) -> int:
    """Publish into a memory that is thrown away: that finds the faults of settings and feeds, too."""
    try:
        sources = _sources(args)
    except SettingsError as error:
        _print_findings(error.diagnostics, args.format)
        _say(summary(error.diagnostics, 0, 0))
        return USAGE
    entries: Sequence[Entry] = ()
    try:
        publication = publish(sources, open_ledger("memory:"), now(), past=False)
        found, entries = publication.diagnostics, publication.entries
    except ScheduleError as error:
        found = error.diagnostics
    found = tuple(each.at(sources.shown(each.position.path)) for each in found)
    _print_findings(found, args.format)
    sessions = sum(entry.state is not State.SILENT for entry in entries)
    _say(summary(found, sessions, len(sources.find())))
    failing = (Severity.ERROR, Severity.WARNING) if args.strict else (Severity.ERROR,)
    return FAULTY if any(each.severity in failing for each in found) else GOOD


def _print_findings(found: Iterable[Diagnostic], style: str) -> None:
    if style in ("github", "sarif"):  # their readers know the repository, not where we stand in it
        top = repository(Path.cwd()) or Path.cwd()
        found = (each.at(os.path.relpath(each.position.path, top)) for each in found)
    for line in FORMATS[style](tuple(found)):
        print(line)
    sys.stdout.flush()  # where both streams go into one log, the summary comes last


def _show(args: Namespace) -> int:
    sources = _sources(args)
    recording = bool(args.ledger)  # a look must not write into a ledger that nobody named
    ledger = _ledger(args, sources)
    telling = args.format == "json"  # the table shows no identities
    schedule, memory = identify(
        sources, ledger, now(), record=recording, past=telling or recording, progress=_progress()
    )
    if telling:
        print(json.dumps(contract(schedule, memory.entries, sources.shown), ensure_ascii=False, indent=1))
    else:
        if schedule.sessions:
            print(table(schedule.sessions))
        _complain(schedule.diagnostics, sources.shown)
    return FAULTY if has_errors(schedule.diagnostics) else GOOD


def _explain(args: Namespace) -> int:
    file, line = split_place(args.place)
    if not Path(file).is_file():
        what = "is a folder" if Path(file).is_dir() else "does not exist"
        raise UsageError(f"{file} {what}", "name one file, as in: calfeed explain README.md:12")
    sources = locate((file,), args.config, Path.cwd())
    (source,) = sources.find()
    count = len(source.read()[0].splitlines())
    if line and line > count > 0:
        raise UsageError(f"{file} has no line {line}", f"its last line is {count}")
    understood = read_source(source, sources.settings, now())
    told = explain_line(understood, line, sources.shown) if line else explain_file(understood, sources.shown)
    print("\n".join(told))
    return GOOD


def _feed(args: Namespace) -> int:
    publication = _published(args, _sources(args))
    name = f"calendar/{publication.calendar.slug}" if args.name == "everything" else args.name
    if name.startswith("member/"):
        raise UsageError("members' feeds are served, and never written to a file", "calfeed serve")
    ending = f".{args.format}"
    found = publication.renditions.get(f"/{name.removesuffix(ending)}{ending}")
    if found is None:
        known = ", ".join(["everything", *(feed.path for feed in publication.feeds[1:])])
        raise UsageError(f"there is no feed named {args.name}", f"there are {known}")
    if args.output is None:
        sys.stdout.buffer.write(found.body)
        return _verdict(publication.diagnostics)
    try:
        write_whole(args.output, found.body)
    except OSError as error:
        raise ExportError(f"cannot write {args.output}: {error.strerror}", advice(error)) from error
    return _verdict(publication.diagnostics)


def _build(args: Namespace) -> int:
    with alone(args.output):  # from the publishing on: else an older publication might be written last
        return _build_alone(args)


def _build_alone(args: Namespace) -> int:
    from calfeed.export import export
    from calfeed.web import create_app
    from calfeed.web.current import Current

    sources = _sources(args)
    publication = _published(args, sources)
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    if publication.calendar.site is None:
        _say("the pages cannot say where to subscribe: set url in calfeed.yaml to the site's address")
    if kept := publication.calendar.members:
        _say(f"{' and '.join(kept)}: for members alone, so not in a static site: calfeed serve tells them")
    progress = _progress("asking for the site", "addresses")
    filters = sources.settings.filters
    app = create_app(current, prepared=filters)
    report = export(app, publication, args.output, filters=filters, progress=progress)
    counts = (len(report.written), len(report.unchanged), len(report.removed))
    _say("{}: {} written, {} unchanged, {} removed".format(args.output, *counts))
    if count := len(report.left_out):
        hint = f"filters: {filters + count} in calfeed.yaml makes room for all"
        _say(f"{count:,} filter{'s' * (count > 1)} left out, from {report.left_out[0]} on (hint: {hint})")
    return _verdict(publication.diagnostics)


def _serve(args: Namespace) -> int:
    from calfeed.web import create_app, logs
    from calfeed.web.live import Live
    from calfeed.web.server import listen

    logs.configure()
    current = Live(args.source, args.config, args.ledger, Path.cwd()).waiting()
    server = listen(create_app(current), args.host, args.port)
    answering = Thread(target=server.serve_forever, name="calfeed-answer")
    answering.start()  # those who watch over it are answered while the first publication is being made
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        current.start()
        if hasattr(signal, "SIGHUP"):  # not on Windows
            signal.signal(signal.SIGHUP, lambda *_: current.republish())
        host = f"[{args.host}]" if ":" in args.host else args.host
        where = f"http://{host}:{server.port}/"
        print(f"Page: {where}")
        if current.publication:
            print(f"Feed: {where}calendar/{quote(current.publication.calendar.slug)}.ics", flush=True)
        current.watch(1.0)
        while answering.is_alive():
            answering.join(1.0)  # no longer, as Windows would not hear Ctrl-C
    except KeyboardInterrupt:
        _say("stopped")
    finally:
        current.stop()
        server.shutdown()
        answering.join()
    return GOOD


def _diff(args: Namespace) -> int:
    files = [Path(each) for each in (args.old, args.new) if each and Path(each).is_file()]
    if len(files) == 2:
        between = between_files(args.old, args.new, args.config, Path.cwd(), now())
    elif files:
        message = f"{files[0]} is a file, and there is no other to compare it with"
        raise UsageError(message, "name two files, or two revisions, or one revision")
    else:
        sources = _sources(args)
        ledger = _ledger(args, sources)
        between = between_revisions(sources, ledger, args.old, args.new, now())
    _complain(between.errors, str)
    found = difference(between.before, between.after, now())
    _print_lines(DIFFERENCES[args.format](found))
    if args.format == "text":
        _say(summary_of_difference(found))
        for warning in warnings(found):
            _say(warning)
    return FAULTY if between.errors or found.lost or (args.strict and found.mass) else GOOD


def _log(args: Namespace) -> int:
    sources = _sources(args)
    found, memory = identify(sources, _ledger(args, sources), now(), record=False, progress=_progress())
    changes = chosen(memory.changes, args.presenter, args.session, args.limit)
    told = log_lines(changes, found.calendar.timezone) if args.format == "text" else (log_json(changes),)
    _print_lines(told)
    return GOOD


def _token(args: Namespace) -> int:
    sources = _sources(args)
    ledger = open_ledger(args.ledger or default_url(sources.settings.root))
    known = key(sources.settings)
    if args.action == "list":
        _print_lines(map(_told, ledger.tokens(known)))
        return GOOD
    if not args.name:
        raise UsageError(f"calfeed token {args.action} takes a name", f"calfeed token {args.action} ada")
    if args.action == "create" and not sources.settings.members:
        raise UsageError("nothing is for members alone", "set members: [online] in calfeed.yaml")

    def attempt() -> str:
        memory = ledger.read(known)
        if memory.revision == 0:
            hint = "name the ledger of the server: --ledger URL; or serve the calendar first"
            raise UsageError(f"the ledger {ledger.store.name} knows nothing of this calendar", hint)
        tokens, secret = TOKENS[args.action](memory.tokens, args.name, now())
        ledger.write(known, replace(memory, tokens=tokens))
        return secret

    if secret := retried(attempt):
        schedule, _ = identify(sources, ledger, now(), record=False, past=False)
        site = sources.settings.site or "/"
        print(f"{site}member/{secret}/calendar/{quote(schedule.calendar.slug)}.ics")
        _say("This address is shown only now. Who has it, sees what members see.")
    return GOOD


def _told(token: Token) -> str:
    revoked = f"  revoked {token.revoked:%Y-%m-%d}" if token.revoked else ""
    return f"{token.created:%Y-%m-%d}  {token.name}{revoked}"


TOKENS: dict[str, Callable[[Tokens, str, datetime], tuple[Tokens, str]]] = {
    "create": issue,
    "rotate": rotate,
    "revoke": lambda tokens, name, now: (revoke(tokens, name, now), ""),
}


def _doctor(args: Namespace) -> int:
    from calfeed.doctor import NOWHERE, State, examine_address, examine_here, feed_address, table

    sources = _sources(args)
    site = args.url or sources.settings.site
    feed = feed_address(site, read(sources, now()).calendar) if site else None
    ledger = open_ledger(args.ledger or default_url(sources.settings.root))
    here = examine_here(sources, ledger, now())
    findings = [*here, *(examine_address(feed, now()) if feed else (NOWHERE,))]
    _print_lines(map(str, findings))
    print()
    _print_lines(table(feed))
    return FAULTY if any(each.state is State.FAIL for each in findings) else GOOD


def _schema(_args: Namespace) -> int:
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return GOOD


# ── what commands share ──────────────────────────────────────────────────────────────────────────


def _sources(args: Namespace) -> Sources:
    return locate(bring(args.source, Path.cwd()), args.config, Path.cwd())


def _ledger(args: Namespace, sources: Sources) -> Ledger:
    """Open the ledger that is named, else the calendar's own, if there is one, to look into it."""
    url = args.ledger or default_url(sources.settings.root)
    return open_ledger(url if args.ledger or is_there(url) else "memory:")


def _progress(doing: str = "reading the past", units: str = "versions") -> Progress | None:
    """Show on a terminal how far something long has come."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if total >= _LONG and (done % 10 == 0 or done == total):
            bar = "█" * (20 * done // total)
            end = "\r\x1b[K" if done == total else ""
            sys.stderr.write(f"\r{doing}  {bar:░<20}  {done:,} of {total:,} {units}{end}")
            sys.stderr.flush()

    return show


def _published(args: Namespace, sources: Sources) -> Publication:
    ledger = open_ledger(args.ledger or default_url(sources.settings.root))
    try:
        publication = publish(sources, ledger, now(), progress=_progress())
    except ScheduleError as error:
        raise ScheduleError(tuple(d.at(sources.shown(d.position.path)) for d in error.diagnostics)) from None
    _complain(publication.diagnostics, sources.shown)
    return publication


def _complain(diagnostics: Iterable[Diagnostic], shown: Shown) -> None:
    for diagnostic in diagnostics:
        _say(diagnostic_line(diagnostic, shown))


def _verdict(diagnostics: Iterable[Diagnostic]) -> int:
    return FAULTY if has_errors(diagnostics) else GOOD


def _print_lines(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "check": _check,
    "show": _show,
    "explain": _explain,
    "feed": _feed,
    "build": _build,
    "serve": _serve,
    "diff": _diff,
    "log": _log,
    "token": _token,
    "doctor": _doctor,
    "schema": _schema,
}
