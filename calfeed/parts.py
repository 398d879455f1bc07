"""The parts of a session, and what people call them in the languages that schedules are kept in.

One more word, or one more language, is a line of a table; English wins where two mean different things.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from calfeed.values import words


class Part(Enum):
    """What a piece of a session tells.

    VENUE is where a paper was published, PLACE where the group meets; HOST is anybody named who does not
    present (chair, authors); NUMBER counts weeks or sessions; ABSTRACT is a text about the talk or the
    speaker; NOTE is read by nobody; EMPTY says that there is nothing yet.
    """

    TOPIC = auto()
    PEOPLE = auto()
    MATERIALS = auto()
    TIME = auto()
    PLACE = auto()
    STATE = auto()
    NOTE = auto()
    EMPTY = auto()
    DATE = auto()
    NUMBER = auto()
    VENUE = auto()
    WEEKDAY = auto()
    ABSTRACT = auto()
    HOST = auto()


@dataclass(frozen=True, slots=True)
class Label:
    """What a label promises.

    Of several columns of one part the one of the lowest `rank` is meant; when a session ends and how long it
    lasts are TIME of rank ENDS and LASTS.  A label that is not `sure` is
    used for two things: what stands below or behind it may overrule it.
    """

    part: Part
    rank: int = 0
    sure: bool = True


_TITLE, _TALK, _PAPER, _CONTENT, _CHAPTER = (Label(Part.TOPIC, rank) for rank in range(5))
_PRESENTER, _LEADER, _PERSON = (Label(Part.PEOPLE, rank) for rank in range(3))
_DATE, _PLACE, _NUMBER = Label(Part.DATE), Label(Part.PLACE), Label(Part.NUMBER)
_TIME, _END, _LENGTH = (Label(Part.TIME, rank) for rank in range(3))
_HOST, _ABSTRACT, _NOTE, _STATE = Label(Part.HOST), Label(Part.ABSTRACT), Label(Part.NOTE), Label(Part.STATE)
_VENUE, _MATERIALS, _WEEKDAY = Label(Part.VENUE), Label(Part.MATERIALS), Label(Part.WEEKDAY)


ENDS, LASTS = _END.rank, _LENGTH.rank


def _unsure(label: Label) -> Label:
    return replace(label, sure=False)


DATA = Label(Part.DATE, 1, sure=False)
"""What is a day in Portuguese and Italian, and something else in English: “Data: the new oil”."""

_ENGLISH = (
    (_TITLE, "title|titles|talk title|paper title|title of talk|paper name|topic title|seminar title"),
    (_TALK, "topic|topics|subject|theme|question|main topic|agenda"),
    (_unsure(_TALK), "talk|talks|presentation topic|discussion|lecture|seminar|program|programme"),
    (
        _PAPER,
        "reading|readings|article|articles|manuscript|publication|paper citation|citation|reference|book",
    ),
    (_unsure(_PAPER), "paper|papers|preprint|literature|readings and topics"),
    (_CONTENT, "content|contents|description|details"),
    (_unsure(_CONTENT), "what|session|event|activity|activities|plan|item|task|meeting"),
    (_CHAPTER, "chapter|chapters|section|sections|pages"),
    (_PRESENTER, "presenter|presenters|speaker|speakers|presented by|presenting|talk by|given by|instructor"),
    (_PRESENTER, "instructors|lecturer|lecturers|guest|guest speaker|invited speaker|presenter name"),
    (_LEADER, "leader|leaders|discussion lead|discussion leads|discussion leader|discussion leaders|led by"),
    (
        _LEADER,
        "lead by|discussion by|discussion starter|session lead|facilitator|facilitators|reader|student",
    ),
    (_LEADER, "students|mentor|volunteer|assigned to|responsible|participant|teacher"),
    (_unsure(_LEADER), "lead|leads|by"),
    (_unsure(_PERSON), "who|people|person|persons|name|names|member|members|presentation by|first name"),
    (_DATE, "date|dates|due date|meeting date|session date"),
    (_unsure(_DATE), "when|day|days"),
    (_WEEKDAY, "weekday|week day|day of week|day of the week|dow"),
    (_TIME, "time|times|hour|hours|start|start time|starts|time slot|timeslot|time place|begin|begins"),
    (_END, "end|end time|ends|finish|end at|ends at|until"),
    (_LENGTH, "duration"),
    (_NUMBER, "no|nr|num|number|week|weeks|wk|week no|session no|session number|index|id|talk no|lecture no"),
    (_NUMBER, "week number|meeting number"),
    (_PLACE, "place|places|room|rooms|location|locations|where|building|room number|campus|time location"),
    (_unsure(_VENUE), "venue|venues"),
    (_VENUE, "conference|journal|published in|published at|publication venue|conference journal|proceedings"),
    (
        _MATERIALS,
        "material|materials|slide|slides|video|videos|recording|recordings|resource|resources|pdf|ppt",
    ),
    (
        _MATERIALS,
        "code|links|url|urls|summary|minutes|attachments|files|file|github|repo|repository|issue|arxiv",
    ),
    (
        _MATERIALS,
        "doi|youtube|download|downloads|zoom link|paper link|meeting link|zoom|handout|handouts|blog",
    ),
    (
        _unsure(_MATERIALS),
        "link|notes|presentation|presentations|slides notes|reading material|notebook|media",
    ),
    (_ABSTRACT, "abstract|abstracts|bio|bios|biography|synopsis|about|about the speaker|overview"),
    (
        _HOST,
        "host|hosts|hosted by|chair|chairs|moderator|moderators|organizer|organizers|organiser|organisers",
    ),
    (
        _HOST,
        "organized by|organised by|discussant|discussants|scribe|scribes|author|authors|contact|coordinator",
    ),
    (_HOST, "coordinators|session chair|note taker|notetaker|snacks|suggested by|nominated by|proposed by"),
    (_STATE, "status|state|reason|cancelled|canceled"),
    (_NOTE, "affiliation|affiliations|institution|institute|organization|organisation|university"),
    (_NOTE, "background|registration|optional|remark|remarks|comment|comments|keyword|keywords|tags"),
    (_NOTE, "category|website|homepage|profile|email|e mail|photo|password|passcode"),
    (_NOTE, "semester|prerequisites|attendance|attendees|meeting id|publication date|layout"),
    (_NOTE, "uuid|uid|mail|avatar|host institution|votes"),
    (_unsure(_NOTE), "type|area|image|picture|track|language|level|series|field|term|year|position"),
)
_FRENCH = (
    (_TITLE, "titre|intitulé"),
    (_TALK, "sujet|thème|exposé|séance"),
    (_PRESENTER, "intervenant|intervenants|intervenante|intervenantes|orateur|oratrice|orateurs|oratrices"),
    (_PRESENTER, "présentateur|présentatrice|conférencier|conférencière|exposant|exposante|présenté par"),
    (_PERSON, "doctorant|doctorante|nom|par|qui"),
    (_unsure(_DATE), "jour|quand"),
    (_TIME, "heure|heures|horaire|horaires|début|heure de début"),
    (_END, "fin|heure de fin"),
    (_LENGTH, "durée"),
    (_NUMBER, "numéro|semaine"),
    (_PLACE, "lieu|salle|lieux|où"),
    (_unsure(_ABSTRACT), "résumé"),
    (_MATERIALS, "lien|liens|diapositives|diapos|supports|support|vidéo|vidéos|enregistrement"),
    (_HOST, "auteur|auteurs|animateur|animatrice|organisateur|organisatrice|organisateurs"),
    (_NOTE, "établissement|laboratoire|remarques|commentaires|mots clés"),
)
_GERMAN = (
    (_TITLE, "titel|vortragstitel"),
    (_TALK, "thema|themen|vortrag|gegenstand"),
    (_PAPER, "lektüre|artikel|literatur|aufsatz"),
    (_CONTENT, "inhalt|inhalte|beschreibung|programm"),
    (_CHAPTER, "kapitel|abschnitt|seiten"),
    (_PRESENTER, "referent|referentin|referenten|vortragende|vortragender|sprecher|sprecherin|redner"),
    (_PRESENTER, "rednerin|dozent|dozentin|gast|vorgestellt von|referat"),
    (_PERSON, "wer|verantwortlich|namen"),
    (_DATE, "datum|termin|termine"),
    (_unsure(_DATE), "wann"),
    (_WEEKDAY, "wochentag"),
    (_unsure(_DATE), "tag"),
    (_TIME, "zeit|uhrzeit|beginn|anfang|startzeit"),
    (_END, "ende|endzeit|bis"),
    (_LENGTH, "dauer"),
    (_NUMBER, "nummer|woche|kw|sitzung"),
    (_PLACE, "ort|raum|hörsaal|wo"),
    (_unsure(_ABSTRACT), "zusammenfassung"),
    (_ABSTRACT, "kurzfassung|lebenslauf"),
    (_MATERIALS, "folien|material|materialien|aufzeichnung|unterlagen|protokoll|mitschrift"),
    (_HOST, "leitung|moderation|autor|autoren|autorin|gastgeber|gastgeberin|ansprechpartner|betreuer"),
    (_HOST, "betreuerin|organisation"),
    (_NOTE, "bemerkung|bemerkungen|anmerkung|anmerkungen|hochschule|universität"),
)
_CHINESE = (
    (_TITLE, "题目|标题|題目|標題|论文题目|论文标题|论文名称|报告题目"),
    (_TALK, "主题|主題|议题|議題|课题|话题|报告主题"),
    (_PAPER, "论文|論文|文献|文章|阅读材料"),
    (_CONTENT, "内容|內容|简介|描述|分享内容|主要内容|会议内容"),
    (_CHAPTER, "章节|章節"),
    (
        _PRESENTER,
        "主讲|主讲人|主講人|汇报人|匯報人|分享人|分享者|讲者|講者|讲解人|演讲人|演讲者|报告人",
    ),
    (
        _PRESENTER,
        "发表人|發表人|发表者|報告人|主讲者|发言人|嘉宾|分享嘉宾|宣讲人|领读|领读人|汇报者|讲师|演示者",
    ),
    (_PERSON, "姓名|人员|负责人|成员|同学|学生"),
    (_unsure(_PRESENTER), "分享|汇报|报告"),
    (_DATE, "日期|会议日期|分享日期"),
    (_unsure(_TIME), "时间|時間|会议时间|开始时间|分享时间"),
    (_END, "结束时间|结束"),
    (_LENGTH, "时长"),
    (_WEEKDAY, "星期|周几"),
    (_NUMBER, "序号|序號|编号|周数|周次|周|第几周|期数|场次|期"),
    (_PLACE, "地点|地點|场所|教室|会议室|会议地点"),
    (_unsure(_VENUE), "会议"),
    (_VENUE, "期刊|来源|出处|发表|刊物|会议期刊"),
    (_MATERIALS, "链接|連結|资料|資料|材料|课件|幻灯片|视频|視頻|录像|视频记录|回放|笔记|纪要|会议纪要|代码"),
    (_MATERIALS, "关联|相关链接|附件|录屏|会议链接|论文链接"),
    (_ABSTRACT, "摘要|个人简介|主讲人简介|讲者简介"),
    (_HOST, "主持|主持人|主持者|作者|组织者|联系人|记录人|点评人|评议人"),
    (_STATE, "状态|狀態"),
    (_NOTE, "备注|備註|单位|学校|关键词|类型|方向|年级|机构|腾讯会议号|会议号|发表时间|发表日期"),
)
_JAPANESE = (
    (_TITLE, "タイトル|論文タイトル|論文名|表題|演題|発表題目"),
    (_TALK, "テーマ|トピック|発表テーマ"),
    (_CONTENT, "内容|発表内容"),
    (_CHAPTER, "章|範囲|節"),
    (_PRESENTER, "発表者|担当|担当者|講演者|話者|紹介者|登壇者|スピーカー|講師|プレゼンター|報告者"),
    (_unsure(_PRESENTER), "発表|氏名|名前|輪読担当"),
    (_DATE, "日付|日程|日時|開催日|開催日時|発表日|年月日"),
    (_WEEKDAY, "曜日"),
    (_TIME, "時刻|開始時刻|開始時間|開始"),
    (_END, "終了時刻|終了時間|終了"),
    (_LENGTH, "所要時間"),
    (_NUMBER, "回|番号|回数|週"),
    (_PLACE, "場所|会場|部屋|開催場所"),
    (_VENUE, "学会|ジャーナル|掲載"),
    (_MATERIALS, "資料|スライド|リンク|動画|録画|ノート|議事録|コード|発表資料"),
    (_ABSTRACT, "概要|要旨|要約|略歴"),
    (_HOST, "司会|司会者|座長|著者|世話人|幹事|書記"),
    (_NOTE, "備考|所属|メモ|キーワード"),
)
_KOREAN = (
    (_TITLE, "제목|논문 제목|논문제목|발표 제목|논문명"),
    (_TALK, "주제|발표 주제|토픽"),
    (_PAPER, "논문|읽을거리|논문 링크 및 제목"),
    (_CONTENT, "내용|발표 내용|발표내용"),
    (_CHAPTER, "챕터|범위|장"),
    (_PRESENTER, "발표자|연사|강연자|담당|담당자|발제자|발제|스피커"),
    (_unsure(_PRESENTER), "발표|이름|성명"),
    (_DATE, "날짜|일자|일시|발표일"),
    (_WEEKDAY, "요일"),
    (_TIME, "시간|시각|시작|시작 시간|시작시간"),
    (_END, "종료|종료 시간|종료시간"),
    (_NUMBER, "번호|주차|회차|순번"),
    (_PLACE, "장소|위치|강의실"),
    (_VENUE, "학회|저널|출처"),
    (_MATERIALS, "자료|슬라이드|링크|영상|발표자료|발표 자료|녹화|노트|코드|회의록"),
    (_ABSTRACT, "초록|요약|개요|약력"),
    (_HOST, "사회|사회자|진행자|저자|주최자|진행"),
    (_NOTE, "비고|소속|키워드|분류|상태"),
)
_SPANISH = (
    (_TITLE, "título|títulos"),
    (_TALK, "tema|temas|charla|tópico|asunto"),
    (_PAPER, "artículo|artículos|lectura|lecturas"),
    (_CONTENT, "contenido|contenidos|descripción|actividad"),
    (_CHAPTER, "capítulo|capítulos"),
    (_PRESENTER, "ponente|ponentes|presentador|presentadora|expositor|expositora|expositores|conferencista"),
    (_PRESENTER, "orador|oradora|presenta|conferenciante|instructora"),
    (_PERSON, "quién|responsable|nombre|encargado|encargada"),
    (_DATE, "fecha|fechas"),
    (_unsure(_DATE), "día|cuándo"),
    (_TIME, "hora|horario|horas|inicio|hora de inicio"),
    (_END, "fin|hora de fin"),
    (_LENGTH, "duración"),
    (_NUMBER, "número|semana|sesión"),
    (_PLACE, "lugar|sala|aula|ubicación|sede|dónde"),
    (_unsure(_ABSTRACT), "resumen"),
    (_MATERIALS, "materiales|diapositivas|grabación|enlace|enlaces|recursos"),
    (_HOST, "autores|autora|organizador|organizadora|moderador|moderadora"),
    (_NOTE, "institución|universidad|afiliación|comentarios|observaciones|notas|estado"),
)
_PORTUGUESE = (
    (_TALK, "palestra|assunto"),
    (_PAPER, "artigo|artigos|leitura|leituras"),
    (_CONTENT, "conteúdo|conteúdos|descrição|atividade"),
    (_PRESENTER, "palestrante|palestrantes|apresentador|apresentadora|apresentadores|ministrante"),
    (_PERSON, "quem|responsável|nome"),
    (DATA, "data"),
    (_unsure(_DATE), "datas|quando"),
    (_NUMBER, "encontro|sessão"),
    (_PLACE, "local|onde"),
    (_unsure(_ABSTRACT), "resumo"),
    (_MATERIALS, "gravação|materiais"),
    (_NOTE, "instituição|universidade|observação|observações|comentários"),
)
_ITALIAN = (
    (_TITLE, "titolo|titoli"),
    (_TALK, "argomento|argomenti"),
    (_PAPER, "articolo|articoli|lettura|letture"),
    (_CONTENT, "contenuto|contenuti|descrizione"),
    (_PRESENTER, "relatore|relatrice|relatori|presentatore|docente"),
    (_PERSON, "chi"),
    (_unsure(_DATE), "giorno"),
    (_TIME, "ora|orario"),
    (_NUMBER, "settimana|incontro|seduta"),
    (_PLACE, "luogo|dove"),
    (_MATERIALS, "materiale|registrazione"),
    (_NOTE, "affiliazione|osservazioni"),
)
_NORTH_AND_EAST = (
    (_TITLE, "tytuł|название|назва"),
    (_TALK, "onderwerp|lezing|temat|тема|доклад|ämne|emne"),
    (_PAPER, "статья|artykuł"),
    (_PRESENTER, "spreker|sprekers|föreläsare|talare|foredragsholder|prelegent|prelegentka|prowadzący"),
    (_PRESENTER, "докладчик|докладчики|спикер|лектор|ведущий|доповідач"),
    (_PERSON, "wie|vem|кто|имя|фио"),
    (_DATE, "дата|dato"),
    (_TIME, "tijd|godzina|время"),
    (_NUMBER, "номер|неделя"),
    (_PLACE, "locatie|zaal|lokaal|plats|miejsce|место|аудитория|где"),
    (_MATERIALS, "слайды|презентация|видео|запись|ссылка|ссылки|материалы"),
    (_NOTE, "opmerkingen|примечание|комментарий"),
)
_LANGUAGES = (
    *(_NORTH_AND_EAST, _ITALIAN, _PORTUGUESE, _SPANISH),
    *(_KOREAN, _JAPANESE, _CHINESE, _GERMAN, _FRENCH, _ENGLISH),
)
LABELS = {
    " ".join(words(name)): label
    for table in _LANGUAGES
    for label, names in table
    for name in names.split("|")
}
"""What is called by these words, as `words` gives them."""
