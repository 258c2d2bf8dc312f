"""One name field as text -> its names, particles, suffix and placeholders. Every distinct text is read once."""

from dataclasses import dataclass, replace

from linkage.records import FIRST, LAST1, LAST2, MIDDLE
from linkage.standardize.glued import Divider
from rules.name_tables import NameTables, Placeholder, ScopeTables
from rules.particles import Name, Phrase

FIELD_NAMES = {FIRST: "first", MIDDLE: "middle", LAST1: "last1", LAST2: "last2"}


@dataclass(frozen=True, slots=True)
class Field:
    """What one field says. `words` are all words as written, folded; they are the evidence for the conditions of other fields."""

    words: Phrase = ()
    names: tuple[Name, ...] = ()
    trailing: Phrase = ()  # particles behind the last name
    suffix: str = ""
    twin: bool = False
    unless_with: frozenset[str] = (
        frozenset()
    )  # not empty: a placeholder, unless another word of the name is one of these
    title_with: frozenset[str] = (
        frozenset()
    )  # not empty: opens with a title, if all other words of the name are of these


EMPTY = Field()


class FieldReader:
    """Reads the fields of one slot (FIRST .. LAST2) of children, or of parents."""

    def __init__(self, tables: NameTables, slot: int, *, parent: bool, suffixes: bool) -> None:
        self._tables = tables
        self._slot = slot
        self._scope: ScopeTables = tables.surname if slot >= LAST1 else tables.given
        self._divider = Divider(self._scope, surnames=slot >= LAST1)
        self._suffixes = tables.suffixes_in_names if suffixes else {}
        self._placeholders = _by_text(tables, "parent" if parent else FIELD_NAMES[slot])
        scopes = {"any", "parent"} if parent else {"any"} | ({"given"} if slot < LAST1 else set())
        self._titles = [title for title in tables.titles if title.scope in scopes]
        self._memo: dict[Phrase, Field] = {(): EMPTY}
        self._speaking = self._speaking_words()
        self.phrases = self._scope.phrases.keys()
        self.placeholder_words = frozenset(word for text in self._placeholders for word in text.split())

    def read(self, words: Phrase) -> Field:
        """What the words of a field say, folded."""
        found = self._memo.get(words)
        if found is None:
            found = self._memo[words] = self._read(words)
        return found

    def is_plain(self, word: str) -> bool:
        """Whether a word is one name as it stands, unless it is part of a phrase or of a placeholder."""
        return word not in self._speaking and word.isalpha() and self._divider.divide(word) == (word,)

    def _speaking_words(self) -> set[str]:
        """Words that are, or may be, something else than a name."""
        particles = self._scope.particles
        titles = (title.words for title in self._titles)
        phrases = particles.before | particles.between
        return {word for phrase in phrases for word in phrase}.union(particles.joiners, self._suffixes, *titles)

    def untitled(self, field: Field) -> Field:
        """The field without the word that opens it."""
        return self._read_names(field.words[1:], field.words)

    def _read(self, words: Phrase) -> Field:
        placeholder = self._placeholders.get(" ".join(words))
        if placeholder is None or not words:
            return self._read_names(words, words)
        if placeholder.unless_with:
            return replace(self._read_names(words, words), unless_with=placeholder.unless_with)
        return Field(twin=placeholder.multiple_birth)

    def _read_names(self, words: Phrase, written: Phrase) -> Field:
        words, title_with = self._without_title(words)
        words, suffix = self._without_suffix(words)
        letters = [letters for word in words if (letters := _letters_of(word))]
        parted = self._scope.particles.part([part for word in letters for part in self._divider.divide(word)])
        names = self._joined(parted.names)
        return Field(written, names, parted.trailing, suffix=suffix, title_with=title_with)

    def _without_title(self, words: Phrase) -> tuple[Phrase, frozenset[str]]:
        for title in self._titles:
            if words and words[0] in title.words:
                if title.only_with:
                    return words, title.only_with if self._slot == FIRST else frozenset()
                if len(words) > 1:
                    return words[1:], frozenset()
        return words, frozenset()

    def _without_suffix(self, words: Phrase) -> tuple[Phrase, str]:
        """JR behind a name; or alone where a first name or first surname cannot be meant."""
        suffix = self._suffixes.get(words[-1], "") if words else ""
        alone = len(words) == 1
        if not suffix or (alone and not self._may_stand_alone(words[0])):
            return words, ""
        return words[:-1], suffix

    def _may_stand_alone(self, word: str) -> bool:
        return self._slot == LAST2 or (self._slot == MIDDLE and len(word) <= len("III"))

    def _joined(self, names: tuple[Name, ...]) -> tuple[Name, ...]:
        """Names of several words that the tables know as one."""
        joined: list[Name] = []
        for name in names:
            pair = (joined[-1].text, name.text) if joined and not name.particle else ()
            if pair in self._scope.phrases:
                joined[-1] = Name(self._scope.phrases[pair], joined[-1].particle)
            else:
                joined.append(name)
        return tuple(joined)


def _by_text(tables: NameTables, field: str) -> dict[str, Placeholder]:
    return {text: rule for rule in tables.placeholders if field in rule.fields for text in rule.texts}


def _letters_of(word: str) -> str:
    """A zero or one among letters was read for O or I; other digits are no part of a name."""
    if word.isalpha() or not any(letter.isdigit() for letter in word):
        return word
    if sum(letter.isalpha() for letter in word) >= 2:
        word = word.replace("0", "O").replace("1", "I")
    letters = "".join(letter for letter in word if not letter.isdigit())
    return letters if any(letter.isalpha() for letter in letters) else ""
