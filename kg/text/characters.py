"""Characters as they are meant: mojibake repaired, nothing invisible, one form of each (Unicode NFC, UAX #15)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import ftfy
from ftfy.chardata import CHARMAP_ENCODINGS, UTF8_CLUES

#: Only what was decoded wrongly is repaired: quotation marks, ligatures and wide letters are the author's own.
REPAIRS: Final = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)

#: Bytes that begin two, of which ftfy takes the second for lost where a space follows. <https://ftfy.readthedocs.io/en/latest/fixes.html>
_BEGIN_TWO: Final = b"\xc2\xc3\xc5\xce\xd0\xd9"
_BEGINNINGS: Final = UTF8_CLUES["utf8_first_of_2"] + "".join(_BEGIN_TWO.decode(each, "ignore") for each in CHARMAP_ENCODINGS)
#: Without any of these nothing was decoded wrongly that ftfy could repair: UTF-8 has no lone byte above 127. It takes a tenth of the time.
_SUSPECT: Final = re.compile(rf"[^\x00-\x7f](?:[^\x00-\x7f]|\?| [^\x00-\x7f]|  )|[{re.escape(_BEGINNINGS)}] |[\x80-\x9f\ufffd]")

#: Characters that nobody sees and that part words which look alike: soft hyphens, zero-width spaces, and marks of direction
#: (UAX #9; an override can show a text backwards). Joiners stay: scripts of Asia need them.
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS: Final = re.compile("\r\n?|[\u0085\u2028\u2029]")


def repaired(text: str) -> str:
    """The text with characters decoded rightly where it is certain that they were decoded wrongly.

    >>> repaired("12 kmÂ², donnÃ©es"), repaired("MANHÃ, Âge, naïve")
    ('12 km², données', 'MANHÃ, Âge, naïve')
    """
    return text if text.isascii() or not _SUSPECT.search(text) else ftfy.fix_encoding(text, REPAIRS)


def tidy(text: str) -> str:
    """The text in NFC, with plain spaces and line ends, and without characters that nobody sees.

    >>> tidy("20\\u00a0\\u00b0C, e\\u0301te\\u0301\\u200b\\r\\n")
    '20 °C, été\\n'
    """
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _INVISIBLE.sub("", text)))
