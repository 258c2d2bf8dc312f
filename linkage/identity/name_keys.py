"""Names as search finds them: tokens without accents and case, and how each sounds (Soundex)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import jellyfish
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from linkage.identity.record_views import NAME_COLUMNS
from linkage.store.chunks import chunks
from linkage.store.models import NameKey

TOKEN, SOUNDEX = "token", "soundex"


def tokens(text: str) -> list[str]:
    """The words of a name, folded, each once, in order: GARCIA and LOPEZ for García-López."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).upper()
    return list(dict.fromkeys(re.findall(r"[^\W\d_]+", plain)))


def sounds(words: Iterable[str]) -> list[str]:
    """The Soundex code of each word, each once, in order."""
    return list(dict.fromkeys(jellyfish.soundex(word) for word in words))


def replace(session: Session, names: Mapping[int, Mapping[str, str]]) -> None:
    """Renew the keys of these records: record id -> its demographics."""
    ids = sorted(names)
    for some in chunks(ids):
        session.execute(delete(NameKey).where(NameKey.source_record_id.in_(some)))
    rows = [row for record_id in ids for row in _keys(record_id, names[record_id])]
    if rows:
        session.execute(insert(NameKey), rows)


def _keys(record_id: int, values: Mapping[str, str]) -> list[dict[str, object]]:
    words = tokens(" ".join(values[column] for column in NAME_COLUMNS))
    keys = [(TOKEN, word) for word in words] + [(SOUNDEX, code) for code in sounds(words)]
    return [{"source_record_id": record_id, "kind": kind, "key": key} for kind, key in keys]
