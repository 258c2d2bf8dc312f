"""Bytes -> decoded physical lines. A physical line ends with LF, CR LF or a lone CR, and with nothing else:
a vertical tab, a form feed or U+2028 is a character of the line like any other.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from linkage.errors import InputFileError

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_LINE_BYTES = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_BOMS = (  # the longer ones first: a UTF-32 mark begins with a UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 with BOM"),
)

_WIDE = frozenset({"utf-16", "utf-32"})
_PIECE = 1 << 18

# Letters and signs that stand in names and places. In the wrong single-byte encoding most of them turn into others.
_EXPECTED = frozenset(
    "áéíóúüñÁÉÍÓÚÜÑçÇàèìòùâêîôûäëïöãõÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕªº°\u2018\u2019\u201c\u201d\u2013\u2014\u2026\xa0"
)
_SINGLE_BYTE = (("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"), ("cp850", "DOS (code page 850)"))


@dataclass(frozen=True, slots=True)
class PhysicalLines:
    """`texts[i]` is physical line i + 1 with its line end. `undecodable`: indexes of lines whose bytes are no text;
    their text has the odd bytes spelled out.
    """

    texts: Sequence[str]
    encoding: str  # for the report: "UTF-8 with BOM"
    undecodable: frozenset[int]


def encoding_of(data: bytes) -> tuple[str, str]:
    """Codec and its name for the report. Raises InputFileError for UTF-16 without a mark."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return codec, name
    _refuse_unmarked_utf16(data)
    return ("utf-8", "UTF-8") if _is_utf8(data) or _is_damaged_utf8(data) else _single_byte(data)


def read_lines(data: bytes) -> PhysicalLines:
    """Decode and cut into physical lines. Raises InputFileError for UTF-16 without a mark."""
    codec, name = encoding_of(data)
    try:
        return PhysicalLines(lines_of(data.decode(codec)), name, frozenset())
    except UnicodeDecodeError:
        return _wide(data, codec, name) if codec in _WIDE else _line_by_line(data, codec, name)


def lines_of(text: str) -> list[str]:
    """The physical lines with their ends."""
    return _LINE.findall(text)


def _is_utf8(data: bytes) -> bool:
    """Piece by piece: decoded, a file with one emoji takes four times its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE], final=at + _PIECE >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _refuse_unmarked_utf16(data: bytes) -> None:
    head = data[:4096]
    for odd in (0, 1):
        here, there = head[odd::2].count(0), head[1 - odd :: 2].count(0)
        if len(head) >= 8 and here > len(head) * 0.2 and there * 8 < here:
            raise InputFileError(
                "The file looks like UTF-16 without a byte order mark; its letters cannot be told for sure.",
                "Save it as UTF-8 and send it again.",
            )


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether enough high bytes are well-formed UTF-8 letters: then the others are damage, to be quarantined.

    In single-byte text such a sequence hardly ever occurs (a capital letter with an accent, then a curly quote), so one
    for four other bytes is enough. A file put together from both is UTF-8, too: half its lines come out as undecodable,
    which is seen, and not as garbled names, which are not.
    """
    letters = _UTF8_LETTER.findall(data)
    high = sum(map(len, _HIGH_BYTES.findall(data)))
    return len(letters) * 4 >= high - sum(map(len, letters))


def _single_byte(data: bytes) -> tuple[str, str]:
    """Latin-1 and Windows-1252 are one unless the bytes 80-9F occur; the others win only with more expected letters."""
    high = b"".join(_HIGH_BYTES.findall(data))
    scores = [sum(letter in _EXPECTED for letter in high.decode(codec, "replace")) for codec, _ in _SINGLE_BYTE]
    codec, name = _SINGLE_BYTE[scores.index(max(scores))]
    if codec == "cp1252" and min(high.translate(None, bytes(range(0xA0, 0x100))), default=None) is None:
        name = "Latin-1 (ISO-8859-1)"
    return codec, name


def _line_by_line(data: bytes, codec: str, name: str) -> PhysicalLines:
    texts: list[str] = []
    undecodable: set[int] = set()
    if codec == "utf-8-sig":
        data, codec = data.removeprefix(codecs.BOM_UTF8), "utf-8"
    for index, line in enumerate(_LINE_BYTES.findall(data)):
        try:
            texts.append(line.decode(codec))
        except UnicodeDecodeError:
            undecodable.add(index)
            texts.append(line.decode(codec, "backslashreplace"))
    return PhysicalLines(texts, name, frozenset(undecodable))


def _wide(data: bytes, codec: str, name: str) -> PhysicalLines:
    """Two or four bytes a letter: lines cannot be cut before decoding, so damage shows as U+FFFD."""
    texts = lines_of(data.decode(codec, "replace"))
    return PhysicalLines(texts, name, frozenset(i for i, text in enumerate(texts) if "\ufffd" in text))
