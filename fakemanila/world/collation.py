"""Texts as the database of a real deployment compares them.

Keystone and Manila leave comparisons to their database: names, ids, filters, unique keys. Deployments have MySQL or
MariaDB, whose usual collation for them (utf8mb3_general_ci) knows neither case nor accents, and passes over spaces at
the end. It compares character by character: ``ß`` equals ``s`` and not ``ss``, a ligature equals no letters, and an
accent that is a character of its own counts. What is below was measured, for every character that it can store.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Each word is a character with all that equal it, besides those of ASCII.
_EQUALS = """
AÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ BḂḃḄḅḆḇ CÇçĆćĈĉĊċČčḈḉ DĎďḊḋḌḍḎḏḐḑḒḓ
EÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇȨȩḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ FḞḟ GĜĝĞğĠġĢģǦǧǴǵḠḡ HĤĥȞȟḢḣḤḥḦḧḨḩḪḫẖ
IÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉȊȋḬḭḮḯỈỉỊị JĴĵǰ KĶķǨǩḰḱḲḳḴḵ LĹĺĻļĽľḶḷḸḹḺḻḼḽ MḾḿṀṁṂṃ NÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ
OÒÓÔÕÖòóôõöŌōŎŏŐőƠơǑǒǪǫǬǭȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ PṔṕṖṗ RŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ
SßŚśŜŝŞşŠšſȘșṠṡṢṣṤṥṦṧṨṩẛ TŢţŤťȚțṪṫṬṭṮṯṰṱẗ UÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự VṼṽṾṿ
WŴŵẀẁẂẃẄẅẆẇẈẉẘ XẊẋẌẍ YÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ ZŹźŻżŽžẐẑẒẓẔẕ ÆæǢǣǼǽ Ðð ØøǾǿ Þþ Đđ Ħħ Ĳĳ Ŀŀ Łł Ŋŋ Œœ Ŧŧ Ɓɓ Ƃƃ Ƅƅ Ɔɔ Ƈƈ
Ɖɖ Ɗɗ Ƌƌ Ǝǝ Əə Ɛɛ Ƒƒ Ɠɠ Ɣɣ Ɩɩ Ɨɨ Ƙƙ Ɯɯ Ɲɲ Ɵɵ Ƣƣ Ƥƥ Ʀʀ Ƨƨ Ʃʃ Ƭƭ Ʈʈ Ʊʊ Ʋʋ Ƴƴ Ƶƶ ƷǮǯʒ Ƹƹ Ƽƽ Ǆǅǆ Ǉǈǉ Ǌǋǌ Ǥǥ Ǳǲǳ Ƕƕ
Ƿƿ Ȝȝ Ȣȣ Ȥȥ ΑΆάαἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺᾼ Ββϐ Γγ Δδ ΕΈέεἐἑἒἓἔἕἘἙἚἛἜἝὲῈ Ζζ
ΗΉήηἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊῌ Θθϑ ΙͅΊΐΪίιϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶιῐῑῒῖῗῘῙῚ Κκϰ Λλ Μµμ Νν Ξξ
ΟΌοόὀὁὂὃὄὅὈὉὊὋὌὍὸῸ Ππϖ ΡρϱῤῥῬ Σςσϲ Ττ ΥΎΫΰυϋύὐὑὒὓὔὕὖὗὙὛὝὟὺῠῡῢῦῧῨῩῪ Φφϕ Χχ Ψψ
ΩΏωώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺῼ ϒϓϔ Ϛϛ Ϝϝ Ϟϟ Ϡϡ Ϣϣ Ϥϥ Ϧϧ Ϩϩ Ϫϫ Ϭϭ Ϯϯ Ђђ Єє Ѕѕ ІЇії Јј Љљ Њњ Ћћ Џџ
АаӐӑӒӓ Бб Вв ГЃгѓ Дд ЕЀЁеѐёӖӗ ЖжӁӂӜӝ ЗзӞӟ ИЍиѝӢӣӤӥ Йй КЌкќ Лл Мм Нн ОоӦӧ Пп Рр Сс Тт УЎуўӮӯӰӱӲӳ Фф Хх Цц ЧчӴӵ Шш
Щщ Ъъ ЫыӸӹ Ьь ЭэӬӭ Юю Яя Ѡѡ Ѣѣ Ѥѥ Ѧѧ Ѩѩ Ѫѫ Ѭѭ Ѯѯ Ѱѱ Ѳѳ ѴѵѶѷ Ѹѹ Ѻѻ Ѽѽ Ѿѿ Ҁҁ Ҍҍ Ҏҏ Ґґ Ғғ Ҕҕ Җҗ Ҙҙ Ққ Ҝҝ Ҟҟ Ҡҡ Ңң
Ҥҥ Ҧҧ Ҩҩ Ҫҫ Ҭҭ Үү Ұұ Ҳҳ Ҵҵ Ҷҷ Ҹҹ Һһ Ҽҽ Ҿҿ Ӄӄ Ӈӈ Ӌӌ Ӕӕ ӘәӚӛ Ӡӡ ӨөӪӫ Աա Բբ Գգ Դդ Եե Զզ Էէ Ըը Թթ Ժժ Իի Լլ Խխ Ծծ Կկ
Հհ Ձձ Ղղ Ճճ Մմ Յյ Նն Շշ Ոո Չչ Պպ Ջջ Ռռ Սս Վվ Տտ Րր Ցց Ււ Փփ Քք Օօ Ֆֆ Άά Έέ Ήή Ίί Ύύ Όό Ώώ Ⅰⅰ Ⅱⅱ Ⅲⅲ Ⅳⅳ Ⅴⅴ Ⅵⅵ Ⅶⅶ
Ⅷⅷ Ⅸⅸ Ⅹⅹ Ⅺⅺ Ⅻⅻ Ⅼⅼ Ⅽⅽ Ⅾⅾ Ⅿⅿ Ⓐⓐ Ⓑⓑ Ⓒⓒ Ⓓⓓ Ⓔⓔ Ⓕⓕ Ⓖⓖ Ⓗⓗ Ⓘⓘ Ⓙⓙ Ⓚⓚ Ⓛⓛ Ⓜⓜ Ⓝⓝ Ⓞⓞ Ⓟⓟ Ⓠⓠ Ⓡⓡ Ⓢⓢ Ⓣⓣ Ⓤⓤ Ⓥⓥ Ⓦⓦ Ⓧⓧ Ⓨⓨ Ⓩⓩ Ａａ Ｂｂ
Ｃｃ Ｄｄ Ｅｅ Ｆｆ Ｇｇ Ｈｈ Ｉｉ Ｊｊ Ｋｋ Ｌｌ Ｍｍ Ｎｎ Ｏｏ Ｐｐ Ｑｑ Ｒｒ Ｓｓ Ｔｔ Ｕｕ Ｖｖ Ｗｗ Ｘｘ Ｙｙ Ｚｚ
"""  # noqa: RUF001

_FOLDS = {ord(other): word[0] for word in _EQUALS.split() for other in word[1:]}
_WILDCARDS = {"%": ".*", "_": "."}
_LIKE_PART = re.compile(r"\\.|.", re.DOTALL)
_FOLDS.update((ord(letter), letter.upper()) for letter in "abcdefghijklmnopqrstuvwxyz")


def fold(text: str) -> str:
    """The text, of the same length, with one character standing for all that equal it.

    For what looks inside texts, such as ``LIKE``; spaces at the end count there.
    """
    return text.upper() if text.isascii() else text.translate(_FOLDS)


def key(text: str) -> str:
    """What two texts have in common exactly if they are equal for the database."""
    return _key(text) if len(text) <= _LONGEST_KEPT else fold(text).rstrip(" ")


_LONGEST_KEPT = 255
"""Characters of a name. What is longer is rare, and thousands of them would fill the memory."""


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return fold(text).rstrip(" ")


def like(text: str, pattern: str) -> bool:
    """SQL's ``LIKE``: ``%`` stands for anything, ``_`` for one character, a backslash before one of them for itself."""
    return _like(fold(pattern)).fullmatch(fold(text)) is not None


@lru_cache(maxsize=256)
def _like(pattern: str) -> re.Pattern[str]:
    parts = (_WILDCARDS.get(found[0]) or re.escape(found[0][-1]) for found in _LIKE_PART.finditer(pattern))
    return re.compile("".join(parts), re.DOTALL)


def equal(one: object, other: object) -> bool:
    """Whether the database finds two values equal. Those that aren't texts equal only themselves."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or key(one) == key(other)
    return one == other
