"""A feed's path to the ways of subscribing to it, in the order that pages offer them (R85, R86)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

DELAYS = (
    ("Thunderbird, Evolution, GNOME Calendar", "30 minutes to an hour"),
    ("Fastmail, Nextcloud", "about an hour"),
    ("Apple Calendar", "as you choose: 5 minutes to a week (a week unless changed)"),
    ("Outlook.com, Microsoft 365", "3 hours, sometimes a day"),
    ("Outlook for Windows (classic)", "with Send/Receive, at most once an hour"),
    ("Google Calendar", "4 hours to a day"),
    ("Proton Calendar", "4 to 16 hours"),
    ("ICSx5 for Android", "a day, unless changed"),
    ("KOrganizer", "never, until its automatic reload is switched on"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """The addresses of one feed: `url` to copy, the others for a click in the program they name.

    `atom` and `json` tell a feed reader of its changes.
    `is_public` is False where calendars on the web cannot fetch it: no https, or this machine's own.
    """

    name: str
    url: str
    webcal: str
    google: str
    outlook: str
    microsoft365: str
    atom: str
    json: str
    is_public: bool


def subscription(root: str, path: str, name: str) -> Subscription:
    """Give the addresses of the feed `path` (no extension) of the site at `root` (final slash)."""
    stem = f"{root}{quote(path)}"
    url = f"{stem}.ics"
    webcal = f"webcal://{url.partition('://')[2]}"
    outlook = f"calendar/0/addfromweb?{urlencode({'url': url, 'name': name}, quote_via=quote, safe='')}"
    address = urlsplit(url)
    return Subscription(
        name=name,
        url=url,
        webcal=webcal,
        # Google takes the webcal address and turns an https one down.
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/{outlook}",
        microsoft365=f"https://outlook.office.com/{outlook}",
        atom=f"{stem}.atom",
        json=f"{stem}.changes.json",
        is_public=address.scheme == "https" and address.hostname not in {"localhost", "127.0.0.1", "::1"},
    )
