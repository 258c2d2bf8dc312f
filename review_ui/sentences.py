"""Puts finished English sentences into another language.

A message of Python code has its places numbered ("{0} of {1} fields agree"). Of the thousand messages only those are tried that have
their rarest word in common with the sentence, the one with the most fixed letters first.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

PLACE = re.compile(r"\{(\d+)\}")
WORD = re.compile(r"\w+")
END_OF_SENTENCE = re.compile(r"(?<=[.!?]) (?=[“¿A-Z])|(?<=;) ")
JOINS = re.compile(
    r"\{\d+\}\W*\w{0,3}\W*\{\d+\}\.?"
)  # "{0} and {1}": would fit half of all sentences, so a part must be known
DEPTH = 9  # "{0} and {1}" of "{0}, {1}" of parts, and lists of them
LONGEST = 2000  # characters; the sentences of this program are shorter


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message with places as what finished sentences of it look like."""

    expression: re.Pattern[str]
    places: tuple[int, ...]
    translation: str
    joins: bool

    def put(self, parts: tuple[str, ...]) -> str:
        """The translation with `parts`, which stand in the order of the message."""
        found = dict(zip(self.places, parts, strict=True))
        return PLACE.sub(lambda place: found.get(int(place[1]), ""), self.translation)


@dataclass(frozen=True)
class Sentences:
    """`messages`: English -> translation. `day` puts an English day ("Aug 3, 2012") into the language; "" for anything else."""

    messages: Mapping[str, str]
    day: Callable[[str], str] = lambda _: ""

    def say(self, sentence: str, depth: int = DEPTH) -> str:
        """The sentence in the other language; what no message fits stays as it is."""
        text = sentence.strip().rstrip(";")
        if not text or not depth or len(text) > LONGEST:
            return sentence
        part = depth < DEPTH
        said = (
            self.messages.get(text) or (part and self._title(text)) or self.day(text) or self._put_together(text, depth)
        )
        return sentence.replace(text, said, 1)

    def _title(self, text: str) -> str:
        """A title begins small within a sentence: “seen on birth certificate”."""
        said = self.messages.get(text[:1].upper() + text[1:], "")
        return said if said[1:2].isupper() else said[:1].lower() + said[1:]

    def _put_together(self, text: str, depth: int) -> str:
        """By the message that fits; where its parts run over the end of a sentence, rather each sentence for itself."""
        fitting = list(self._fitting(text, part=depth < DEPTH))
        whole = next(filter(self._is_whole, fitting), None)
        sentences = END_OF_SENTENCE.split(text)
        if whole is None and len(sentences) > 1:
            said = " ".join(self._one_by_one(sentences, depth))
            if said != text:
                return said
        pattern, parts = whole or next(iter(fitting), (None, ()))
        return pattern.put(tuple(self.say(part, depth - 1) for part in parts)) if pattern else text

    def _one_by_one(self, sentences: list[str], depth: int) -> Iterator[str]:
        """Each sentence for itself, but together those that are one message: “Merged. Student 1 remains; 2 leads there.”"""
        while sentences:
            runs = (" ".join(sentences[:size]) for size in range(len(sentences), 1, -1))
            known = (
                run for run in runs if run in self.messages or any(map(self._is_whole, self._fitting(run, part=True)))
            )
            run = next(known, sentences[0])
            yield self.say(run, depth)
            sentences = sentences[len(END_OF_SENTENCE.split(run)) :]

    def _is_whole(self, fit: tuple[Pattern, tuple[str, ...]]) -> bool:
        """No part runs over the end of a sentence, but for what is one message."""
        return all(part in self.messages or not END_OF_SENTENCE.search(part) for part in fit[1])

    def _fitting(self, text: str, *, part: bool) -> Iterator[tuple[Pattern, tuple[str, ...]]]:
        words = {*WORD.findall(text), ""}
        candidates = sorted(number for word in words for number in self._by_word.get(word, ()))
        for number in candidates:
            pattern = self._patterns[number]
            match = pattern.expression.fullmatch(text)
            if match and (part or not pattern.joins or any(self.say(one, 1) != one for one in match.groups())):
                yield pattern, match.groups()

    @cached_property
    def _with_places(self) -> list[str]:
        found = [message for message in self.messages if PLACE.search(message)]
        return sorted(found, key=lambda message: -len(PLACE.sub("", message)))

    @cached_property
    def _patterns(self) -> list[Pattern]:
        return [
            Pattern(
                _expression(one), tuple(map(int, PLACE.findall(one))), self.messages[one], bool(JOINS.fullmatch(one))
            )
            for one in self._with_places
        ]

    @cached_property
    def _by_word(self) -> Mapping[str, list[int]]:
        """The rarest word of each message -> numbers of its patterns; "" for messages without a whole word."""
        words = [_whole_words(message) for message in self._with_places]
        often = Counter(word for each in words for word in each)
        found: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(words):
            found[min(each, key=lambda word: (often[word], word), default="")].append(number)
        return found


def _whole_words(message: str) -> set[str]:
    """Without those that touch a place: "{0}s" stands for any word that ends so."""
    return {word for word in WORD.findall(PLACE.sub("_", message)) if "_" not in word}


def _expression(message: str) -> re.Pattern[str]:
    fixed = PLACE.split(message)[::2]
    return re.compile("(.*?)".join(map(re.escape, fixed)), re.DOTALL)
