"""Written values to values: words, states, venues, links (dates and times have modules of their own).

Knows no positions: a value that has no reading is None.  The words of each language stand in tables, so
that one more word, or one more language, is no code.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from calfeed.model import LinkKind, Status, Venue

_LONGEST = 300
"""Characters of a text in which words or a state are looked for: no more are needed."""

# ── words ────────────────────────────────────────────────────────────────────────────────────────


_MARKS = frozenset(("So", "Sk", "Cf", "Mn", "Me", "Co", "Cn", "Cs"))
_BULLETS = frozenset("*-–—•·>|:;,~=_+ ")


@lru_cache(maxsize=2**14)  # each line is asked about several times on its way
def plain(text: str) -> str:
    """Give text as one line, without the marks (emoji, bullets, their remains) that lead into it."""
    line = " ".join(text.split())
    if line[:1].isalnum():  # as most lines
        return line
    start = next((i for i, c in enumerate(line) if not _leads_in(c, line[i + 1 : i + 2])), len(line))
    return line[start:]


def _leads_in(character: str, following: str) -> bool:
    """Tell a mark from the first sign of a name such as .NET, ∞Bench or #hashtag."""
    if character == "\N{REPLACEMENT CHARACTER}" and following.isalnum():
        return False  # the first letter of a word was lost
    if character in _BULLETS or unicodedata.category(character) in _MARKS:
        return True
    return following == " " and not character.isalnum() and character not in ")]}»”’"


@lru_cache(maxsize=2**14)
def slug(text: str) -> str:
    """Make a name fit for a URL path: "Émile Żak" -> "emile-zak"; other scripts stay as they are.

    At most 20 characters beyond ASCII or 60 within, so that a feed's URL stays short (R86).
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    word = "-".join(_WORD.findall(bare if bare.isascii() else unicodedata.normalize("NFKC", text)))
    return word.casefold()[: 60 if word.isascii() else 20].strip("-") or "unnamed"


_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=2**14)
def words(text: str) -> tuple[str, ...]:
    """Give the words to look a text up by, without case, accents and marks: "Résumé_URL" -> resume, url."""
    cut = text[:_LONGEST]
    bare = (_HUMP.sub(" ", cut) if cut[:1].islower() and " " not in cut else cut).casefold()
    if not bare.isascii():
        letters = (c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
        bare = unicodedata.normalize("NFC", "".join(letters))
    return tuple(_WORD.findall(bare))


def _table(*phrases: str) -> frozenset[str]:
    """Make a table of phrases, parted by bars, each as `words` gives it."""
    return frozenset(" ".join(words(phrase)) for text in phrases for phrase in text.split("|"))


def _vocabulary(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


_OPEN = _table(
    "|tbd|tba|tbc|t.b.d.|t.b.a.|t.b.c.|n/a|na|none|nil|unknown|undecided|pending|yes|no|x",
    "to be announced|to be determined|to be decided|to be confirmed|to be scheduled|coming soon",
    "open|open slot|free|free slot|empty|empty slot|available|slot available|vacant|your name here",
    "no presenter|no speaker|no title|no paper|speaker needed|speaker wanted|presenter needed",
    "volunteer|volunteers|name|your name|you|could be you|this could be you|maybe you|who",
    "volunteer needed|volunteers needed|need volunteer|looking for a speaker|looking for a volunteer",
    "待定|待补充|待補充|待更新|待确认|未定|未知|暂无|暫無|无|無|空|調整中|募集中|準備中|なし|無し|未確定",
    "미정|추후 공지|추후공지|없음|예정",
    "à venir|à définir|à déterminer|à confirmer|à préciser|à annoncer|aucun|oui|non",
    "por definir|por confirmar|por anunciar|por determinar|pendiente|libre|vacante|sin asignar|nadie|ninguno",
    "a definir|a confirmar|a determinar|em aberto|livre|da definire|da confermare|libero",
    "nog te bepalen|volgt|нет|свободно",
    "wird noch bekannt gegeben|wird noch bekanntgegeben|noch offen|offen|n.n.|noch unbekannt|folgt|ja|nein",
)
_UNKNOWN = _table("tbd|tba|tbc|待定|未定|미정")
_UNKNOWN_OF = _table("speaker|presenter|title|topic|paper|talk|name|and|主题|题目|主讲人|発表者|발표자")


@lru_cache(maxsize=2**14)
def is_open(text: str) -> bool:
    """Tell whether a text only says that something is not known yet: "", "TBD", "—", "open slot"."""
    if len(text) > 60:
        return not any(map(str.isalnum, text))
    found = words(text)
    if len(found) > 1 and re.fullmatch(r"(?:19|20)\d\d", found[-1]):
        found = found[:-1]
    if " ".join(found) in _OPEN:
        return True
    return not _UNKNOWN.isdisjoint(found) and _UNKNOWN_OF.union(_UNKNOWN).issuperset(found)


# ── what becomes of a session ────────────────────────────────────────────────────────────────────

_PIECE = re.compile(r"[,;!|–—，。；、！]|\.(?=\s|$)|\s-{1,3}(?=\s)")
_BRACKET = re.compile(r"[()\[\]（）【】]")
_AFTER = (
    r"(?=\W*$|\s(?:due|because|for|as|this|today|tonight|on|by|until|till|week|in|during|since|held|scheduled"
    r"|next|to|cette|le|wegen|am|bis|en|pour|à)\b)"
)
_OFF = re.compile(
    r"(?:(?:there\sis|there\swill\sbe|we\shave)\s)?(?:no\s(?:(?:regular|reading|journal|group|lab|weekly|formal|official"
    r"|team|research|lunch|(?-i:[A-Z]{2,6}))\s){0,2}(?:meeting|session|seminar|class|talk|group|club|jc|rg|lunch|lecture"
    r"|colloquium|workshop|presentation)(?:s|es)?"
    r"|pas\sd[e'’]\s?(?:séance|seance|séminaire|seminaire|réunion|reunion|cours|exposé|groupe)s?"
    r"|(?:no\shay|no\shabrá|sin|não\shá|não\shaverá|sem|niente|nessun[ao']?|geen)\s?(?:sesión|reunión|seminario|clases?"
    r"|charla|sessão|reunião|seminário|encontro|aula|seduta|incontro|bijeenkomst|sessie|seminar)"
    r"|(?:семинара|занятия|встречи)\sнет"
    r"|keine?n?\s(?:seminar|treffen|vorlesung|vortrag|sitzung|termin|lesekreis|veranstaltung|kolloquium|gruppe)"
    rf"|not\sheld|(?:does|did)\snot\stake\splace|findet\snicht\sstatt){_AFTER}"
    r"|(?:本周|本次|今日|今週|今回)?(?:无组会|無組會|没有组会|无讨论班|不开会|停会|停会一次|停一次|開催なし|お休み|休会)\W*$"
    r"|(?:이번\s?주\s?)?(?:(?:모임|세미나|발표|미팅)\s?없음|휴회|쉽니다|쉼)\W*$",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"(?:.{0,60}\s(?:is|was|been|ist|wird|wurde|est|été)\s"
    r"|(?:(?:the|this|talk|session|meeting|seminar|class|das|der|die|vortrag|sitzung|séance|exposé|leider)\s){0,4})"
    r"(?:cancel(?:l?ed|lation)|called\soff|skipped|postponed|rescheduled|entfällt|fällt\s(?:leider\s)?aus|abgesagt|verschoben"
    rf"|ausgefallen|annulée?|reportée?|supprimée?|(?:cancelad|suspendid|suspens|adiad|aplazad|pospuest)[oa]|(?:se\s)?suspende"
    rf"|annullat[oa]|rinviat[oa]|geannuleerd|отмен[её]н[ао]?|отменяется|перенес[её]н[ао]?){_AFTER}"
    r"|(?:(?:因|由于).{1,20})?(?:本周|本次|本場|临时|今週|今回|今日|이번\s?주\s?)?"
    r"(?:已?取消|停开|停課|停课|推迟|延期|顺延|休講|中止|휴강|취소(?:됨|되었습니다)?|연기)(?:一次|了|になりました)?\W*$",
    re.IGNORECASE,
)
_TENTATIVE = _table("tentative|tentatively|tbc|to be confirmed|暂定|暫定|仮|仮予定|미정|provisoire|vorläufig")
_FREE_IN_HAN = re.compile(
    r"(?:元旦|国庆|國慶|春节|春節|中秋|端午|清明|五一|劳动|十一|圣诞|聖誕|新年|寒假|暑假|假期|放假|节假日|休息|暂停|暫停"
    r"|祝日|休み|夏休み|冬休み|春休み|年末年始|正月|お盆|ゴールデンウィーク|休日|祭日|설날|추석|공휴일|휴일|방학|여름|겨울"
    r"|クリスマス|연휴|크리스마스|휴무|휴회|휴강|小长假|长假|快乐|一次"
    r"|本周|期间|节|節|日|假|休|[\s/、&])++"  # possessive: 节假日 can be cut in many ways
)
_FREE = _vocabulary(
    "holiday holidays break vacation vacations recess christmas xmas easter thanksgiving juneteenth diwali",
    "ramadan eid passover hanukkah halloween retreat offsite recruitment recruiting",
    "vacances férié fériés congés relâche noël pâques toussaint pentecôte ascension pause",
    "ferien feiertag feiertage semesterferien weihnachten weihnachtsferien weihnachtspause ostern",
    "osterferien pfingsten pfingstferien sommerferien herbstferien sommerpause winterpause semesterpause",
    "festivo feriado vacaciones receso navidad pascua carnaval férias recesso natal páscoa",
    "festa festività vacanze natale pasqua ferragosto vakantie kerstvakantie kerst pasen pinksteren",
    "каникулы праздник выходной",
    "himmelfahrt fronleichnam vorlesungsfrei vorlesungsfreie",
)
_FREE_WITH = {
    "day": _vocabulary(
        "labor labour memorial independence red mlk king presidents president veterans columbus patriots",
        "canada victoria remembrance boxing national constitution unity family army australia anzac bastille",
        "may republic liberation armistice election visit indigenous",
    ),
    "days": _vocabulary("visit recruitment study flex reading"),
    "week": _vocabulary("reading exam exams finals midterm midterms golden flex study revision"),
    "year": _vocabulary("new"),
    "years": _vocabulary("new"),
    "friday": _vocabulary("good"),
    "semana": _vocabulary("santa"),
    "tag": _vocabulary("einheit arbeit"),
}
"""Words that name a free day only with another of these."""

_FREE_BESIDE = _vocabulary(
    "the a an of and to our for s day days week weeks weekend eve long public bank university school campus",
    "spring summer fall autumn winter mid midterm term semester quarter exam study federal national official",
    "observed reading happy merry chinese lunar end year years group lab department faculty team annual phd",
    "student institute monday tuesday wednesday thursday friday january february march april may june july",
    "august september october november december martin luther jr conference peoples th st nd rd",
    "semana día dia santa mayor do da dos das fin año fim ano y e del el los las nacional escolar escolares",
    "de la le les l d du des jour jours hiver printemps automne été scolaires der die zeit deutschen christi",
)
_REASON = re.compile(r"\s(?:due|because|until|till|from|but|bis|wegen|jusqu)\b", re.IGNORECASE)
_DUE = re.compile(r"\W*(?:no\s\w+\W{1,3})?due\sto\s", re.IGNORECASE)
_TRIP = re.compile(
    r"(?:(?:at|attending)\s)?[A-Z][\w&-]*[A-Z]\w*(?:\s?['’]?\d{2,4})?\s(?:week|deadline|conference)\W*"
    r"|(?:[A-Z][\w&-]*\s){0,3}(?:[A-Z]{2,6}|Institute|Lab|Group|Department|Dept\.?|Cent(?:er|re)|Faculty|Program"
    r"|School)\s[Rr]etreat\W*|(?:[A-Z][A-Z&]{1,5}|[Ss]tudent|[Ff]aculty|[Pp][Hh]\.?[Dd]\.?)\s[Rr]ecruitment\W*"
)

_CLUES = (
    _FREE
    | _FREE_WITH.keys()
    | _vocabulary(
        "no not pas nicht kein keine keinen due conference deadline tentative tentatively provisoire"
    )
    | _vocabulary("tbc confirmed vorläufig cancel cancelled canceled cancellation called skipped postponed")
    | _vocabulary("rescheduled entfällt fällt abgesagt verschoben ausgefallen")
    | _vocabulary(
        "hay habrá sin há haverá sem nessun nessuna geen нет cancelado cancelada suspendido suspendida"
    )
    | _vocabulary("suspende suspenso suspensa adiado adiada aplazado aplazada pospuesto pospuesta annullato")
    | _vocabulary("annullata rinviato rinviata geannuleerd отменен отменена отменено отменяется перенесен")
    | _vocabulary("перенесена")
    | _vocabulary("annulé annulée reporté reportée supprimé supprimée")
)
"""One of them is in each state in Latin letters: most lines have none, and need no closer look."""

_EAST_ASIAN = re.compile("[\u2e80-\ud7af]")


@lru_cache(maxsize=2**14)
def state(text: str) -> Status | None:
    """Read a text that only says what becomes of a session: "cancelled", "No meeting (POPL)".

    A title is none, whatever words it begins or ends with: "Cancelled Reads in DRAM", "Recess: a Language".
    """
    cut = text[:_LONGEST].strip("()[]（）【】*_?!⚠️ \t")
    if not cut:
        return Status.TENTATIVE if "?" in text else None
    if _CLUES.isdisjoint(words(cut)) and not _EAST_ASIAN.search(cut):
        return None
    groups = [[plain(piece).strip("*_. ") for piece in _PIECE.split(part)] for part in _BRACKET.split(cut)]
    pieces = list(filter(None, groups[0]))  # what stands in brackets behind a title is only beside it
    if any(_CANCELLED.match(part) for piece in pieces for part in _at_colons(piece)):
        return Status.CANCELLED
    if any(_OFF.match(part) for group in groups for piece in group for part in _at_colons(piece)):
        return Status.NO_MEETING
    if (pieces and _is_free(pieces[0])) or _DUE.match(cut) or _TRIP.fullmatch(cut):
        return Status.NO_MEETING
    return Status.TENTATIVE if any(" ".join(words(piece)) in _TENTATIVE for piece in pieces) else None


def _at_colons(piece: str) -> list[str]:
    """Cut "Reading week: no class" (which finds no free days: "Recess: a Language" is a title)."""
    return [part.strip() for part in re.split("[:：]", piece)]


def _is_free(piece: str) -> bool:
    """Tell whether each word belongs to the name of a free day, and one of them makes it one."""
    if _FREE_IN_HAN.fullmatch(piece):
        return len(piece) > 1
    found = words(_REASON.split(piece, maxsplit=1)[0])
    known = {word for word in found if not word[0].isdigit()}
    meant = known & _FREE
    for head in known & _FREE_WITH.keys():
        if beside := known & _FREE_WITH[head]:
            meant |= beside | {head}
    return bool(meant) and known <= meant | _FREE_BESIDE


# ── venues and links ─────────────────────────────────────────────────────────────────────────────

_VENUE = re.compile(
    r"(?P<series>[A-Za-z][\w&/+.: -]*?)[\s,-]{0,3}(?P<mark>['’‘]?)\s?(?<!\d)(?P<year>(?:19|20)?\d\d)"
)
_REMARK = re.compile(r"\s?[(\[][^()\[\]]{0,40}[)\]]$")


@lru_cache(maxsize=2**12)
def venue(text: str) -> Venue | None:
    """Read a publication venue: "OSDI'24", "SOSP 2023 (oral)"; None where the text is something else."""
    name = " ".join(text[:_LONGEST].split())
    name = _REMARK.sub("", name) if name.endswith((")", "]")) else name
    m = _VENUE.fullmatch(name) if len(name) <= 40 and name[-2:].isdigit() else None
    # A title may end in a year, too; a series has few words, and one of them is an acronym.
    if m and len(m["series"].split()) <= 3 and (m["mark"] or re.search(r"[A-Z]\S*[A-Z]", m["series"])):
        number = int(m["year"])
        series = m["series"].strip()
        return Venue(name, series, number + (0 if number > 99 else 1900 if number > 69 else 2000))
    return None


_PLACE = re.compile(
    r"\b(?:rooms?|rm|hall|building|auditorium|floor|library|zoom|teams|webex|online|virtual|hybrid|raum|salle)\b"
    r"|://|@|教室|会议室|腾讯|[楼室]|\b\d{3}\b|\b(?!(?:19|20)\d\d)\d{4,}\b",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(r"[\s,]{1,3}((?:19|20)\d\d)$")


def venue_in_column(text: str) -> Venue | None:
    """Read what stands in a column of venues, where any short name is one: "arXiv", "Nature, 2015".

    None where it is open, or a place to meet at: "Room 402", "Zoom".
    """
    name = _REMARK.sub("", " ".join(text[:_LONGEST].split()))
    if found := venue(name):
        return None if _PLACE.search(name) else found
    if is_open(name) or _PLACE.search(name) or len(name.split()) > 8:
        return None
    m = _YEAR_BEHIND.search(name)
    return Venue(name, name[: m.start()], int(m[1])) if m else Venue(name, name)


def _kind(kind: LinkKind, latin: str, other: str = "") -> tuple[LinkKind, re.Pattern[str]]:
    """Pair a kind with its words: Latin ones stand alone or before "link", the others have no bounds."""
    return kind, re.compile(rf"\b(?:{latin})(?:links?|urls?)?\b{'|' * bool(other)}{other}", re.IGNORECASE)


_KINDS = (
    _kind(
        "slides",
        "slides?|slide ?deck|deck|pptx?|keynote|pr[eéä]sentation|diapos?|diapositives?|folien",
        "幻灯片?|课件|スライド|슬라이드",
    ),
    _kind(
        "video",
        "vid[eé]os?|recordings?|playback|youtube|bilibili|replay|enregistrement|aufzeichnung|aufnahme",
        "视频|視頻|录像|录屏|回放|观看|観看|動画|録画|ビデオ|영상|녹화|비디오",
    ),
    _kind(
        "summary",
        "summary|summaries|notes?|minutes|q ?& ?a|blog|write-?up|zhihu|résumé|compte[- ]rendu|protokoll"
        "|zusammenfassung",
        "笔记|筆記|纪要|总结|议事录|議事録|まとめ|ノート|요약|정리|회의록",
    ),
    _kind("code", "code|github|repo(?:sitory)?|artifacts?|demo|notebook", "代码|代碼|コード|코드"),
    _kind("other", "zoom|teams|webex|google meet|join", "腾讯会议"),
    _kind("paper", "papers?|pdf|arxiv|doi|preprint|article|link", "论文|論文|文章|논문"),
)


_KIND_CLUES = _vocabulary(
    "slid deck ppt pptx pptl pptu keyn pres pras diap foli vide reco play yout bili repl enre aufz aufn summ",
    "note minu q blog writ zhih resu comp prot zusa code gith repo arti demo zoom team webe goog join pape",
    "pdf pdfl pdfu arxi doi doil doiu prep link",
)
"""How the first word of each kind begins: most labels in Latin letters have none, and need no closer look."""


@lru_cache(maxsize=2**12)
def link_kind(label: str) -> LinkKind:
    """Read what a link's label promises; the words decide, an emoji is only decoration."""
    cut = label[:_LONGEST].replace("_", " ")
    if cut.isascii() and _KIND_CLUES.isdisjoint([word[:4] for word in _WORD.findall(cut.lower())]):
        return "other"
    return next((kind for kind, pattern in _KINDS if pattern.search(cut)), "other")


_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9_-]{1,60}(?:\.[a-z0-9_-]{1,60}){1,9}(?:/[\w.~/-]{0,1000})?", re.ASCII
)
_PLAIN_PATH = re.compile(r"[\w.~/-]{1,1000}", re.ASCII)
"""Most addresses: there is nothing to quote or to hide in them."""


def absolute(written: str, base: str | None) -> str | None:
    """Give a link's URL, absolute where a base is known, in percent-encoded ASCII (R63).

    None where following it is not safe: any scheme but http, https and mailto, a user and a password.
    """
    if _PLAIN_ADDRESS.fullmatch(written) or (base is None and _PLAIN_PATH.fullmatch(written)):
        return written
    target = re.sub(r"[\t\r\n]", "", written.strip())
    try:
        url = urljoin(base, target) if base else target
        scheme = urlsplit(url).scheme.lower()
    except ValueError:  # such as an unclosed [ in the host
        return None
    if scheme in ("http", "https"):
        return web_address(url)
    if scheme not in ("", "mailto") or not url.isprintable():
        return None
    return _quoted(url, also="#")


_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


@lru_cache(maxsize=2**12)
def web_address(written: str | None) -> str | None:
    """Give an absolute web address in ASCII; None for any other, and for one that hides something (R63)."""
    try:
        parts = urlsplit(written or "")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    if not (written or "").isprintable():
        return None
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, netloc, *map(_quoted, parts[2:])))


def _quoted(part: str, also: str = "") -> str:
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", part), safe=f"%/?:@!$&'()*+,;=~{also}")
