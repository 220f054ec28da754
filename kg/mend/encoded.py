"""The text of a file and the way back to its bytes: encoding and byte order mark are those of the file, whatever is mended."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

#: Byte order marks, the longest first, with the codec that they tell.
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: Encodings in which an XML file may declare itself here; others are refused and not guessed.
_CODECS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")


class UnreadableError(ValueError):
    """The bytes are no text from which they could be made again."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text, the codec in which its file is written, and the byte order mark before it."""

    text: str
    codec: str
    mark: bytes = b""

    def file(self, text: str) -> bytes:
        """The bytes of a file with this text. A character that XML has and the encoding has not is written as a reference.

        >>> Encoded("", "iso8859-1").file("Œ é")
        b'&#338; \\xe9'
        """
        return self.mark + text.encode(self.codec, "xmlcharrefreplace")


def read_xml(body: bytes) -> Encoded:
    """:raises UnreadableError: when the encoding is another than XML files of the field have, or the bytes are not in it."""
    mark, codec = _mark(body)
    declared = _DECLARED.match(body[len(mark) :])
    if not mark and declared:
        codec = declared[1].decode("ascii")
    return _read(body, mark, codec)


def read_json(body: bytes) -> Encoded:
    """:raises UnreadableError: when it is not UTF-8 (RFC 8259, section 8.1)."""
    mark = codecs.BOM_UTF8 if body.startswith(codecs.BOM_UTF8) else b""
    return _read(body, mark, "utf-8")


def _mark(body: bytes) -> tuple[bytes, str]:
    return next(((mark, codec) for mark, codec in _MARKS if body.startswith(mark)), (b"", "utf-8"))


def _read(body: bytes, mark: bytes, name: str) -> Encoded:
    try:
        codec = codecs.lookup(name).name
        if codec not in _CODECS and not mark:
            raise LookupError
        text = body[len(mark) :].decode(codec)
    except LookupError:
        raise UnreadableError(f"the encoding {name}") from None
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start} is not {name}") from None
    encoded = Encoded(text, codec, mark)
    if encoded.file(text) != body:
        raise UnreadableError(f"the bytes are not what {name} writes")
    return encoded
