"""Single letters: what each folds to, and which letters of other scripts look like Latin ones."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LONE = re.compile("[a-z]")  # a Latin letter, once folded
_LONGEST = 4  # ligatures such as U+FDFA expand to whole sentences: they stay as they are


def _pairs(table: str) -> dict[str, str]:
    """`"аa еe"`: each pair is a letter and what it stands for."""
    return {pair[0]: pair[1:] for pair in table.split()}


# Letters that no Unicode decomposition leads to. Evasion: small capitals, turned letters.
_SMALL = _pairs("ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ǫq ꞯq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz")
_TURNED = _pairs("ɐa ɔc ǝe ɘe ɟf ƃg ɥh ᴉi ɾj ʞk ɯm ɹr ʇt ʌv ʍw ʎy")
_SIGNS = _pairs("""‘' ’' ‚' ‛' ʼ' ʹ' ʻ' ′' ´' ＇' ˈ' “" ”" „" ‟" ″" «" »" ‐- ‑- ‒- –- —- ―- −-""")
_BLANK = {"\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\u2800": " "}
_DROPPED = frozenset("\u115f\u1160\u3164\uffa0")  # Hangul fillers: blank, yet letters to Unicode

_OVERRIDE = _SMALL | _TURNED | _SIGNS | _BLANK

# Evasion: letters of other scripts that look the same as a Latin one in lower case …
_STRICT = _pairs(
    "аa еe оo рp сc хx уy іi јj ѕs һh ԁd ԛq ԝw ӏl үy ԍg νv οo αa ρp υu ϲc ϳj օo ոn սu հh ցg զq"
)
# … and those that pass for one among Latin letters (many are its capital in lower case).
_LOOSE = _pairs(
    "вb кk мm нh тt гr бb пn иn йn яr лl шw щw цu зz ьb ъb ыb ёe дd чy фo эe єe ґr ғf қk ңh ӓa ӧo "
    "βb γy δd εe ζz ηn θo ιi κk λl μu ξe πn σo τt φo χx ψw ωw ςs "
    "өo ҽe ѵv ѡw ҝk қk ҡk ңn ҥn ҹy ұy ҫc ҙz ӕa ӗe ӣi ӯy ԏt ӎm ҏp ҕb ӿx ҳx "
    "άa έe ήn ίi όo ύu ώw ϊi ϋu աw եe իh րn բf տs ռn ձd մu"
)
# … and those that only style a Latin word, whatever they mean at home.
_STYLED = _pairs(
    "ᗩa ᗷb ᑕc ᗪd ᗴe ᖴf ᘜg ᕼh Ꭵi ᒍj ᒪl ᗰm ᑎn ᑭp ᑫq ᖇr ᔕs ᑌu ᐯv ᗯw ᙭x ᘔz "
    "卂a 丹a 乃b 匚c 刀d 乇e 三e 千f 卄h 工i 丨l 爪m 几n 口o ㄖo 户p 尺r 丂s ㄒt 凵u ㄩu "
    "山w 乂x 丫y "
    "Ꭺa Ᏼb Ꮯc Ꭰd Ꭼe Ꮐg Ꮋh Ꭻj Ꮶk Ꮮl Ꮇm Ꮎo Ꮲp Ꭱr Ꮪs Ꭲt Ꮩv Ꮃw Ꮍy Ꮓz "
    "ꓮa ꓐb ꓚc ꓓd ꓰe ꓝf ꓖg ꓧh ꓲi ꓙj ꓗk ꓡl ꓟm ꓠn ꓳo ꓑp ꓣr ꓢs ꓔt ꓴu ꓦv ꓪw ꓫx ꓬy ꓜz "
    "ⲁa ⲃb ⲉe ⲏh ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲥc ⲧt ⲩy ⲭx"
)
_FOREIGN = _STYLED | _LOOSE | _STRICT


def is_foreign(letter: str) -> bool:
    """A letter of another script that has Latin look-alikes."""
    return letter in _FOREIGN or _scripted(letter)


def strict_lookalike(letter: str) -> bool:
    """A letter of another script that cannot be told from a Latin one by eye."""
    return letter in _STRICT


def lookalike(letter: str) -> str:
    """The Latin letter that this one passes for, or itself."""
    return _LOOSE.get(letter) or _STRICT.get(letter, letter)


def styled(word: str) -> str:
    """The word with styled letters plain, if all of it is Latin then; else unchanged."""
    plain = "".join(_STYLED.get(letter, letter) for letter in word)
    return plain if plain.isascii() else word


@lru_cache(maxsize=4096)
def _scripted(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"))


def fold_letter(letter: str) -> str:
    """What one character becomes: nothing, itself, or a few plain characters."""
    if letter in _OVERRIDE:
        return _OVERRIDE[letter]
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Me") or letter in _DROPPED:
        return ""  # zero-width, bidi, soft hyphen, tags; the square round a keycap
    if kind == "Mn" and not _carries_meaning(letter):
        return ""  # accents, zalgo, variation selectors
    if kind == "Zs":
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    return _fold_base(letter)


def _carries_meaning(mark: str) -> bool:
    """Vowel signs of Indic and other scripts are spelling, not decoration."""
    return unicodedata.name(mark, "").partition(" ")[0] not in ("COMBINING", "VARIATION", "ARABIC")


def _fold_base(letter: str) -> str:
    boxed = _boxed(letter)
    if boxed:
        return boxed
    plain = unicodedata.normalize("NFKD", letter)
    if len(plain) > _LONGEST:
        return letter
    base = "".join(c for c in plain if unicodedata.category(c) != "Mn").casefold()
    if base.isascii() and base:
        return base
    if unicodedata.name(letter, "").startswith("LATIN"):
        return (anyascii(letter).lower() or letter)[:_LONGEST]
    composed = unicodedata.normalize("NFKC", letter).casefold()
    return composed if 0 < len(composed) <= _LONGEST else letter


def _boxed(letter: str) -> str:
    """Letters in parentheses, circles and squares, most of them without a decomposition."""
    point = ord(letter)
    for first in (0x249C, 0x1F110, 0x1F130, 0x1F150, 0x1F170):
        if first <= point < first + 26:
            return chr(ord("a") + point - first)
    return ""
