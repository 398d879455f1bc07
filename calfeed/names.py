"""What a person's name looks like, in the scripts of Europe and East Asia, and the titles around it.

A name is known by how it is written (capitals, initials, titles, the family names of East Asia) and by
what it cannot hold: the words of titles.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from calfeed.text import LOST

_HONORIFIC = re.compile(
    r"(?:[Aa]ss(?:oc|t|ociate|istant)|[Pp]riv|[Uu]niv)[.\s-]+(?=[PpD])|(?:rer|nat|habil|h\.\s?c|Ing|Pr)\.\s*"
    r"|(?:Drs?|dr|DR|PD|Profs?|prof|PROF|[Pp]rofessor(?:in|s)?|[Pp]rofesseure?|[Dd]octor|[Dd]octeure?"
    r"|Mrs?|Ms|Mx|Miss|Mme|Mlle|Herr|Frau|Sir)(?:\.-?\s*|\s)"
)
_HONORIFIC_BEHIND = re.compile(
    r"\s*(?:老师|老師|先生|女士|同学|同學|博士|教授|氏|様|교수님|교수|박사님|박사|선생님)$"
)
_COURTESY = re.compile(r"\s*(?:さん|くん|ちゃん|님|씨)$")

_PARTICLE = re.compile(
    r"al|bin|bint|d[aeiou]|del|della|den|der|des|dos|el|ibn|la|las|le|los|ten|ter|vo[mn]|van|zur?|y"
)
_NOT_IN_NAMES = """
about abstract advanced adventures adversarial afternoon algorithm algorithms and approach are artificial
asynchronous attack attacks award awards basic basics bayesian beyond big book bounds break calculus
causal challenge challenges chapter christmas class classical cloud club cluster clusters code codes coding
colloquium compiler compilers complex complexity computer computing conference consistency consistent
contact content context contexts convex course data database databases day days deep demo dependent design
detailed distributed doing dynamic easter efficient embeddings error errors exam exams extended fast
federated few final finals first focused for formal free friday from functional fuzzy game games general
generative gradient gradients graph graphs group guest guide hands hardware heuristic high holiday
holidays hour how human image images independent indexing inference internal internals intro is issue
issues its joint journal kernel kernels kickoff know knowledge lab labs language languages large latent
learn learning lecture lectures less level library lightweight linear link links logic loss lower machine
made markov matrix matters mechanism mechanisms meeting meetings memory method methods midterm mini mining
mixed model modeling models modern monday more morning multiple natural nets network networks neural new
non not object objects of off online open operating optimal our overview paper papers parallel parametric
part party past planning policy practical practice primer problem problems program programming programs
project projects proof proofs protocol protocols pruning python quantum random reading readings reasoning
recap recent recess recurrent research resource resources result results retreat review reviews robust
saturday scale schedule scheduling science search second secure security semester seminar sequence
sequences server servers service services set sets shared short shot simple single slides social software
space sparse special speed spring state static statistical stochastic storage streaming structure
structures student students study summary summit symposium system systems table tables talk talks task
tasks team term text that the their theory thesis this thursday time tool toolkit tools topics tour toward
towards trace traces training transformer transformers tree trees trends tuesday tuning tutorial type
types understanding unit university update updates upper using value values variational vector vectors
verified virtual visual web wednesday week weight weights welcome what when why with word words work
workshop world your zoom
"""
_TITLE_WORDS = frozenset(_NOT_IN_NAMES.split())
_EVENT = re.compile(
    r"bbq|barbecue|brainstorm|coffee|dinner|farewell|hackathon|icebreaker|kick-?off|lunch|movie|picnic|reunion",
    re.IGNORECASE,
)
_TITLE_ENDING = re.compile(
    r"\w+(?:[st]ions?|[a-z]{4}ments?|[a-z]{4}ics|olog(?:y|ies)|i[sz](?:ing|ed)|graphy|eries|ysis|(?:rs|ur|[aiv]l|x|v|os)ity|toires?"
    r"|istiques?|[hk]eit|schaft|ungen|[a-z]{2}[ai]ble|ctives?|[a-z]{3}isms?|['’]s)"
    # What ends in -ing, but for "Yuting", "Fleming" and "Manning".
    r"|\w{2,}(?:[cgksvzhwf]|[bcdfklpstx][dmnpt]|r[dt])ing|\w{3,}ending|\w{5,}(?:at|it|on|en|er)ing"
)
_JOINERS = re.compile(rf"[-‐‑'’`.{LOST}]")
_CHINESE = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何罗羅高林郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧"
    "蕭田董袁潘于於蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈夏韦韋付傅方白邹鄒孟"
    "熊秦邱江尹薛闫閆阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯温康施文牛樊葛邢安齐"
    "齊易乔喬伍庞颜顏倪庄莊聂聶章鲁岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單"
    "季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农司卓古吉缪繆"
    "简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬"
    "师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺况"
)
"""The family names that nearly all names in Chinese begin with, in simplified and traditional characters."""

_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변"
    "염여추소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용류"
)
_JAPANESE = (
    "田山佐鈴高伊渡中小加吉松井木清斎斉藤石前岡長近村遠青坂福西三竹上原森池橋阿川後本杉内野菅平河宮久千島"
    "酒安柴菊新谷岩横水五林大今"
)
"""How most Japanese family names begin."""

_HAN = r"[\u3400-\u9fff]"
_SCRIPTS = r"[\u3040-\u30ff\u3400-\u9fff가-힣]"
_ASIAN_NAME = re.compile(
    rf"[{_CHINESE}]{_HAN}{{1,2}}|(?:[{_CHINESE}]{{2}}|欧阳|司马|诸葛|上官|皇甫|令狐|东方|慕容){_HAN}{{1,2}}"
    rf"|[{_JAPANESE}][\u3400-\u9fff々]{{1,4}}[ぁ-ん]{{0,3}}|{_HAN}{{1,6}}·{_HAN}{{1,8}}"
    rf"|[{_KOREAN}][가-힣]{{1,3}}|(?:남궁|황보|제갈|선우|독고)[가-힣]{{1,2}}"
)
_WHOLE_ASIAN_NAME = re.compile(rf"[{_CHINESE}]{_HAN}{{1,2}}|[{_KOREAN}][가-힣]{{2}}")
_NOT_ASIAN_NAME = re.compile(
    r"[会會論论報报課课題题組组討讨紹绍測测統统級级議议習习術术網网関对対]|放假|休|研究|学[期校院生]|[進进]展|[总總][结結]|[計计][画划]"
    r"|数据|模型|答辩|算法|系统|方法|分享|新年|今[后後]|国庆|元旦|中[秋期]|春节|清明节|端午|毕业|毕设|简介|时间|時間|开源|安排|应用"
    r"|추석|설날|한글날|공휴일|연구|회의|방학|고사|논문|소개|정리|주차|세션|없음|기초|이론|기반|구조|문제|방법|정의|이해|시작|전략|성능"
)
_ASIAN_GAP = re.compile(rf"(?<={_SCRIPTS})\s+(?={_SCRIPTS})")


def without_gaps(name: str) -> str:
    """Close the gaps that are set between the characters of an Asian name: "王 伟" -> "王伟"."""
    return _ASIAN_GAP.sub("", name)


def are_whole_asian_names(words: Sequence[str]) -> bool:
    """Tell words that are each a Chinese or Korean name, which holds no space."""
    return all(map(_WHOLE_ASIAN_NAME.fullmatch, words))


def untitled(name: str, *, even_alone: bool = False) -> str:
    """Take titles off a name where a whole name remains: "Dr. Li" is what a group calls her."""
    bare = name
    while m := _HONORIFIC.match(bare):
        bare = bare[m.end() :]
    if not even_alone and " " not in bare and (len(bare) < 2 or bare.isascii()):
        bare = name
    if bare.isascii():
        return bare
    bare = _COURTESY.sub("", bare)
    short = _HONORIFIC_BEHIND.sub("", bare)
    return short if even_alone or len(short) > 1 else bare


@lru_cache(maxsize=2**14)
def is_whole_name(name: str) -> bool:
    """Tell a name that shows by itself that it is one: two to six words of names, or a title and one."""
    if not name.isascii() and _ASIAN_NAME.fullmatch(bare := without_gaps(name)):
        return _NOT_ASIAN_NAME.search(bare) is None
    bare = untitled(name, even_alone=True)
    words = bare.replace("(", " ").replace(")", " ").split()
    if not 2 - (bare != name) <= len(words) <= 6 or words[0] in ("A", "An", "I", "No") or words[-1].islower():
        return False
    return all(map(is_part_of_name, words)) and any(len(word) > 1 and word[1:].islower() for word in words)


def can_be_name(name: str) -> bool:
    """Tell what may be a name: a whole one, or a single word that may be a part of one."""
    return is_whole_name(name) or is_part_of_name(name)


@lru_cache(maxsize=2**14)
def is_part_of_name(word: str) -> bool:
    """Tell a word that may stand in a name, "Ada", "van", "B.", from those that titles are made of."""
    letters = _JOINERS.sub("", word)
    if not letters.isalpha() or (word[-1] == "." and len(letters) > 4):  # the end of a sentence
        return False
    if not word[0].isupper():
        return _PARTICLE.fullmatch(letters) is not None
    return not is_of_titles(word)


@lru_cache(maxsize=2**12)
def is_of_titles(word: str) -> bool:
    """Tell a word that titles are made of, and names are not: “Logistics”, “Planning”, “social”."""
    parts = word.casefold().rstrip(".").split("-")
    return not _TITLE_WORDS.isdisjoint(parts) or any(map(_TITLE_ENDING.fullmatch, parts))


def is_event(text: str) -> bool:
    """Tell what stands among names and is something that happens: “Social”, “Lab Picnic”, “Logistics”."""
    words = text.rstrip("!. ").split()
    found = [word for word in words if is_of_titles(word) or _EVENT.fullmatch(word)]
    return 0 < len(words) <= 5 and found[-1:] == words[-1:] and all(map(str.isalpha, words))
