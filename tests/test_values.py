"""Written values: what each spelling means, and what is no value at all."""

import pytest

from calfeed import values
from calfeed.model import Status, Venue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("💡 [OSDI'24] Parrot", "[OSDI'24] Parrot"),
        ("🙋‍♂️  Ada   Brandt ", "Ada Brandt"),
        ("- • Ada", "Ada"),
        (".NET Internals", ".NET Internals"),
        ("∞Bench", "∞Bench"),
        ("∑ Sums", "Sums"),
        ("μSlope", "μSlope"),
        ("� Ada", "Ada"),
        ("“Quoted”", "“Quoted”"),
    ],
)
def test_marks_are_taken_off_but_not_signs_of_a_name(text: str, expected: str) -> None:
    assert values.plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OSDI'24", Venue("OSDI'24", "OSDI", 2024)),
        ("SOSP 2023", Venue("SOSP 2023", "SOSP", 2023)),
        ("ATC ’19", Venue("ATC ’19", "ATC", 2019)),
        ("SOSP'83", Venue("SOSP'83", "SOSP", 1983)),
        ("Cryptology ePrint", None),
        ("USENIX ATC 2020", Venue("USENIX ATC 2020", "USENIX ATC", 2020)),
        ("Security '21", Venue("Security '21", "Security", 2021)),
        ("The State of Serverless 2024", None),
        ("Attention in 2017", None),
        ("OSDI'2016", Venue("OSDI'2016", "OSDI", 2016)),
        ("ICML'23 (oral)", Venue("ICML'23", "ICML", 2023)),
        ("GHC 6115", None),
        ("1", None),
    ],
)
def test_venue_is_read(text: str, expected: Venue | None) -> None:
    assert values.venue(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arXiv", Venue("arXiv", "arXiv")),
        ("arXiv 2024", Venue("arXiv 2024", "arXiv", 2024)),
        ("Nature, 2015", Venue("Nature, 2015", "Nature", 2015)),
        ("ePrint Archive: Report 2016", Venue("ePrint Archive: Report 2016", "ePrint Archive: Report", 2016)),
        ("NSDI '22", Venue("NSDI '22", "NSDI", 2022)),
        *(
            (text, None)
            for text in ("TBD", "Room 402", "GHC 6115", "Zoom", "https://example.org", "二楼教室")
        ),
    ],
)
def test_any_short_name_is_a_venue_in_its_column(text: str, expected: Venue | None) -> None:
    assert values.venue_in_column(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paper_URL", ("paper", "url")),
        ("slidesLink", ("slides", "link")),
        ("YouTube", ("youtube",)),
        ("Séance　ＡＢ", ("seance", "ab")),
        ("논문 제목", ("논문", "제목")),
    ],
)
def test_words_are_folded_to_be_looked_up(text: str, expected: tuple[str, ...]) -> None:
    assert values.words(text) == expected


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Mingxuan Liu", "mingxuan-liu"),
        ("Émile Żak", "emile-zak"),
        ("O'Brien, Łukasz", "o-brien-łukasz"),
        ("王小雨", "王小雨"),
        ("🦜", "unnamed"),
        ("a" * 99, "a" * 60),
    ],
)
def test_slug_is_fit_for_an_address(name: str, slug: str) -> None:
    assert values.slug(name) == slug


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("slides", "📕 slides|PPT|slidelink|幻灯片|スライド|슬라이드|diapositives|Folien"),
        ("video", "Recording|recording link|YouTube|video_link|视频|录像|観看|動画|영상|vidéo|Aufzeichnung"),
        ("summary", "Q&A summary|Notes|笔记|纪要|議事録|ノート|résumé|Protokoll|Zusammenfassung"),
        ("paper", "arXiv|PDF|preprint|Paper|paperLink|link|article|论文|論文|논문"),
        ("code", "GitHub|代码|コード|코드"),
        ("slides", "pptLink|pptxUrl|slidesurls"),
        ("paper", "pdfLink|doiUrl|arXiv:1809.07673"),
        ("other", "homepage|evaluation|doc|zoom link|Decoder"),
    ],
)
def test_label_tells_the_kind_of_a_link(kind: str, labels: str) -> None:
    assert {label: values.link_kind(label) for label in labels.split("|")} == dict.fromkeys(
        labels.split("|"), kind
    )


@pytest.mark.parametrize(
    ("written", "base", "expected"),
    [
        ("./slides/a%20(1).pdf", "https://example.org/raw/", "https://example.org/raw/slides/a%20(1).pdf"),
        ("./slides/a.pdf", None, "./slides/a.pdf"),
        ("https://example.org/ü?q=1&r=[2]#f", None, "https://example.org/%C3%BC?q=1&r=%5B2%5D#f"),
        ("https://bücher.example/", None, "https://xn--bcher-kva.example/"),
        ("mailto:ada@example.org", "https://example.org/", "mailto:ada@example.org"),
        ("slides/my talk.pdf", "https://example.org/", "https://example.org/slides/my%20talk.pdf"),
        ("https://example.org/100%.pdf", None, "https://example.org/100%25.pdf"),
        ("https://user:secret@example.org/", None, None),
        ("tel:+49301234", None, None),
        ("javascript:alert(1)", "https://example.org/", None),
        ("java\nscript:alert(1)", None, None),
        ("data:text/html,x", None, None),
        ("http://[broken", None, None),
        ("a\x07b", None, None),
    ],
)
def test_link_is_made_absolute_or_refused(written: str, base: str | None, expected: str | None) -> None:
    assert values.absolute(written, base) == expected


@pytest.mark.parametrize(
    ("status", "texts"),
    [
        (
            Status.CANCELLED,
            "Cancelled!|(called off)|**Canceled**"
            "|⚠️ _Second talk is canceled for hail_|skipped, due to illness"
            "|This talk is cancelled due to illness|CANCELLED: Ada on Paxos"
            "|Postponed (storm)|postponed to May 3"
            "|Das Seminar entfällt|Der Vortrag fällt leider aus|abgesagt"
            "|Séance annulée|reporté|（取消）|因台风取消"
            "|Cancelada|se suspende|Adiado|annullato|geannuleerd|отменён"
            "|休講|中止|휴강 (추석)|취소",
        ),
        (
            Status.NO_MEETING,
            "No meeting|NO MEETING|No JC.|No class|No meeting (POPL)"
            "|No seminar this week|Gala - No Meeting"
            "|Martin Luther King Day, no meeting|Memorial Day Holiday (no meeting)|Reading week: no class"
            "|Department retreat. No JC.|There is no meeting"
            "|No reading group until May|No paper, due to SPAA"
            "|Spring break|National holiday|Winter break (but do write to us)"
            "|Summer break-July 15 to August 26"
            "|Christmas|Easter Monday|Thanksgiving week|Labor Day|Red day"
            "|Good Friday|Lunar New Year|Happy New Year!"
            "|recess|Holiday 2024|Due to holiday|?Due to a conference|Lab retreat"
            "|Cell Biology Institute Retreat|recruitment|ICML week"
            "|Pas de séance|vacances|Vacances d'hiver|Jour férié|kein Seminar|Feiertag|Semesterferien"
            "|No hay sesión|sin reunión|Semana Santa|Vacaciones|Festivo|não haverá encontro|Feriado nacional"
            "|nessun seminario|Vacanze|geen bijeenkomst|Kerstvakantie|семинара нет|каникулы"
            "|元旦放假|国庆节|春节|中秋|暂停|本周暂停|无组会|休み|祝日"
            "|年末年始休み|휴일|방학|추석 연휴|세미나 없음",
        ),
        (Status.TENTATIVE, "tentative|(tentative)|TBC|?|(?)|Paxos, tentative|暂定|仮|미정|vorläufig"),
    ],
)
def test_state_is_read(status: Status, texts: str) -> None:
    expected = dict.fromkeys(texts.split("|"), status)

    assert {text: values.state(text) for text in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Breaking the Memory Wall",
        "Breaking the Break",
        "When Good Nodes Break",
        "Cancelled Reads in DRAM",
        "Postponed Updates",
        "Tentative Locks",
        "No Session Left Behind",
        "No Class-Imbalance Left",
        "No Compromises: Distributed Transactions",
        "No Free Lunch",
        "Recess: a Language for X",
        "Holiday effects in stock markets",
        "Christmas tree cores in chip design",
        "Memory Models, Recess, and Beyond",
        "Easter Eggs",
        "Glacier Retreat",
        "A Day in May",
        "Sin City",
        "La semana del libro",
        "Festa mobile",
        "Day",
        "噪声取消",
        "中止関数",
        "Ada Brandt",
        "no presenter",
    ],
)
def test_title_is_no_state(text: str) -> None:
    assert values.state(text) is None


@pytest.mark.parametrize(
    "texts",
    [
        "|-|--|_|.|...|?|??|—|✓|x|yes|no",
        "TBD|(tba)|T.B.D.|TBD (2025)|TBD, TBA|Speaker TBD|To be announced|N/A|NA|none|[none]",
        "open|open slot|free slot|available|your name here|volunteer needed"
        "|looking for a speaker|no presenter",
        "待定|待补充|未定|暂无|无|空|調整中|募集中|なし|미정|추후 공지|없음",
        "por definir|a definir|da definire|nog te bepalen",
        "à venir|à définir|à confirmer|wird noch bekannt gegeben|noch offen|offen|n.n.",
    ],
)
def test_what_says_nothing_is_open(texts: str) -> None:
    assert [text for text in texts.split("|") if not values.is_open(text)] == []


@pytest.mark.parametrize(
    "text", ["None of the Above", "Open Problems in Proofs", "2025", "Speaker", "C++", "無線"]
)
def test_words_of_a_title_are_not_open(text: str) -> None:
    assert not values.is_open(text)


@pytest.mark.parametrize(
    "text", ["(" * 10**6, "no " * 10**5, "is " * 10**5, "节假日" * 99 + "x", "a-" * 10**5]
)
def test_hostile_text_says_nothing(text: str) -> None:
    assert (values.state(text), values.venue(text), values.link_kind(text)) == (None, None, "other")
