"""Every word on the screens is a message, every message has its Spanish, and sentences made in Python find theirs."""

import re
import time
from string import printable

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from review_ui import language
from review_ui.sentences import PLACE, Sentences
from tests.birth_date_visits import TEXAS, send_record
from tests.language_helpers import OPEN, WORDS, Texts, bracketing, outside_brackets, unmarked
from tests.test_ui_student import student_of
from tests.ui_helpers import BASE, CHILD, LINES, PEOPLE, RECORDS
from tools.messages import ROOT, TEMPLATES, all_messages, key_of, of_python, of_template, renew

MESSAGES = all_messages()
SPANISH = language.FOLDER / "es.po"
NAMED = re.compile(r"%\((\w+)\)s")
ENGLISH_PLURAL = re.compile(r"(?<=\w)\{\d+\}")  # the s of "minute{1}"


def spanish():
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


# ---- what must be translated ----


@pytest.mark.parametrize("path", sorted(TEMPLATES), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_says_anything_but_messages(path):
    assert list(unmarked(path.read_text("utf-8"))) == []


def test_every_message_has_a_spanish_translation():
    catalogue = spanish()
    missing = [
        key_of(message)
        for message in MESSAGES
        if not (found := catalogue.get(key_of(message)))
        or not (all(found.string) if found.pluralizable else found.string)
    ]
    assert missing == [], "`make messages` adds them to the catalogue, empty"


def test_every_translation_has_the_places_of_its_message():
    for one in spanish():
        pairs = zip(one.id, one.string, strict=True) if one.pluralizable else [(one.id, one.string)]
        for message, translation in pairs:
            assert set(NAMED.findall(message)) == set(NAMED.findall(translation)), message
            assert places(message) - places(translation) <= places(" ".join(ENGLISH_PLURAL.findall(message))), message
            assert places(translation) <= places(message), message


def places(message: str) -> set[str]:
    return set(PLACE.findall(message))


def test_the_tool_reads_templates_python_and_rules():
    assert set(
        of_template('<p>{{ _("One %(x)s", x=1) }}{{ ngettext("%(num)s a", "%(num)s b", n) }}{{ "Two" | say }}</p>')
    ) == {
        "One %(x)s",
        ("%(num)s a", "%(num)s b"),
        "Two",
    }
    source = 'log.info("not this one")\nraise NoError(f"{one} of {two} fields", "Look at it.")\nNAME = "Worklist"\n'
    assert [text.message for text in of_python(source)] == ["Worklist", "{0} of {1} fields", "Look at it."]
    assert [text.message for text in of_python(source, refusals=True)] == ["{0} of {1} fields", "Look at it."]
    assert {"The sex differs.", "Birth certificate", "First Name", "Female"} <= MESSAGES


def test_the_tool_keeps_translations_adds_new_messages_and_drops_dead_ones(tmp_path):
    path = tmp_path / "es.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "Old"\nmsgstr "Viejo"\n\nmsgid "Dead"\nmsgstr "Muerto"\n', "utf-8")
    assert renew(path, ["Old", ("%(num)s child", "%(num)s children"), "New"]) == (3, 2, 1)
    first = path.read_text("utf-8")
    assert 'msgid "Old"\nmsgstr "Viejo"' in first
    assert 'msgstr[1] ""' in first
    assert "Dead" not in first
    renew(path, ["New", "Old", ("%(num)s child", "%(num)s children")])
    assert path.read_text("utf-8") == first


# ---- the pages in a language that brackets every message ----

DATA = {
    word.casefold()
    for text in (
        *(value for records in RECORDS.values() for record in records.values() for value in record),
        *(part for record_id in (key for records in RECORDS.values() for key in records) for part in (record_id,)),
        *(f"{name} {value}" for name, value in BASE.items()),
        *CHILD,
        *(f"{username} {name}" for username, name, *_ in PEOPLE),
        "Near Match HTML JSON CSV TX WA FL UTC Texas Washington Florida state_student_id English Español",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "first answer",  # notes of these tests
    )
    for word in re.findall(r"[^\W\d]+", text)
}


@pytest.fixture
def brackets(monkeypatch):
    """Spanish is the bracketing language."""
    made = bracketing(MESSAGES | {text for line in LINES for text in (line.title, line.sentence)})
    monkeypatch.setattr(language, "catalogue", lambda code: made if code == "es" else language.Catalogue("en"))
    for cached in (language._said, language._sentences):
        cached.cache_clear()
    yield
    for cached in (language._said, language._sentences):
        cached.cache_clear()


def in_spanish(site, username: str):
    visitor = site.visitor()
    visitor.get("/sign-in")
    visitor.send("/language", language="es")
    visitor.get("/sign-in")
    if username:
        visitor.send("/sign-in", username=username, password="four unrelated words walk")
    return visitor


def foreign(html: str) -> list[str]:
    """Words outside of brackets that are no data."""
    texts = Texts(re.sub(r"\b[0-9a-f]{8}\b", "", html))  # without the ids of errors
    left = " ".join(map(outside_brackets, ["".join(texts.text), *texts.attributes]))
    return [word for word in re.findall(r"[^\W\d]+", left) if WORDS.fullmatch(word) and word.casefold() not in DATA]


def lists(site):
    return [
        f"/worklist?status={status}"
        for status in ("open", "waiting_validation", "waiting_information", "applied", "superseded")
    ]


PAGES = [
    ("", "/sign-in"),
    ("", "/sign-in?ended=1"),
    ("", "/nowhere"),
    ("tx.admin", "/worklist"),
    ("tx.admin", "/worklist?status=waiting_validation"),
    ("tx.admin", "/worklist?status=applied"),
    ("tx.admin", "/worklist?page=7"),
    ("tx.admin", "/items/1"),
    ("tx.admin", "/items/2"),
    ("tx.admin", "/items/3"),
    ("tx.admin", "/items/4"),
    ("tx.admin", "/items/2/groups"),
    ("tx.admin", "/items/end"),
    ("tx.admin", "/items/999"),
    ("tx.admin", "/bulk"),
    ("tx.admin", "/search"),
    ("tx.admin", "/settings?kept=1"),
    ("tx.admin", "/password"),
    ("primary", "/worklist"),
]


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_a_page_says_nothing_but_messages_and_data(site, brackets, username, path):
    page = in_spanish(site, username).get(path).text
    assert OPEN in page
    assert foreign(page) == []


def test_the_pages_of_a_decision_say_nothing_but_messages_and_data(site, brackets):
    person, second = in_spanish(site, "tx.admin"), in_spanish(site, "wa.admin")
    pages = [person.client.get(person.decide(1, "same").location), second.get("/items/1")]
    pages += [
        person.client.get(person.decide(2, "different").location),
        person.get("/items/2"),
        person.get("/items/2/undo/2"),
    ]
    pages += [
        person.decide(3, "need_information"),
        person.client.get(person.decide(4, "same", "first answer").location),
    ]
    pages += [person.get("/worklist?status=waiting_validation"), person.get("/items/1")]
    assert [foreign(page.text) for page in pages] == [[] for _ in pages]


def test_a_search_and_a_student_say_nothing_but_messages_and_data(site, brackets):
    person = in_spanish(site, "tx.admin")
    person.get("/search")
    pages = [
        person.send("/search", name=name, birth_date=born, any_id="")
        for name, born in (("Ana", ""), ("Zz", ""), ("", "x"))
    ]
    person.get("/search")
    found = re.findall(r'href="(/students/\d{12})"', person.send("/search", name="Ana", birth_date="", any_id="").text)
    pages += [person.get(path) for path in found[:1]]
    assert [foreign(page.text) for page in pages] == [[] for _ in pages]


PHRASE = "The school confirmed it by telephone."


def full_student(site, tmp_path) -> str:
    """Two States' records merged with a reason and a phrase, one of them sent again with a document: every section has lines."""
    send_record(site, TEXAS, tmp_path, birth_city="Reynosa", birth_date_verification="1004")
    site.sign_in("tx.admin").decide(1, "same", reason="parent", note="first answer", phrase="2")
    site.sign_in("wa.admin").decide(1, "same", answers="1")
    return student_of(site, "T100")


@pytest.mark.parametrize("way", ["print", "export/html"])
def test_a_printed_record_says_nothing_but_messages_and_data(site, brackets, tmp_path, way):
    student = full_student(site, tmp_path)
    person = in_spanish(site, "tx.admin")
    screen = person.get(f"/students/{student}").text
    paper = person.send(f"/students/{student}/{way}").text
    assert paper.startswith('<!doctype html>\n<html lang="es">')
    assert OPEN in paper
    assert [foreign(text) for text in (screen, paper)] == [[], []]


def test_a_printed_record_is_in_the_language_of_the_person_with_the_days_of_the_screens(site, tmp_path):
    student = full_student(site, tmp_path)
    person = in_spanish(site, "tx.admin")
    person.get(f"/students/{student}")
    paper = person.send(f"/students/{student}/print").text
    for said in ("Registro consolidado", "5 mar 2026, 15:01 UTC", "La escuela lo confirmó por teléfono.", "Femenino"):
        assert said in paper, said
    english = site.sign_in("wa.admin")
    english.get(f"/students/{student}")
    paper = english.send(f"/students/{student}/print").text
    for said in ('<html lang="en">', "Consolidated record", "Mar 5, 2026, 15:01 UTC", PHRASE):
        assert said in paper, said


def test_files_for_programs_are_the_same_in_every_language(site, tmp_path):
    student = full_student(site, tmp_path)
    spanish_person, english_person = in_spanish(site, "tx.admin"), site.sign_in("wa.admin")
    for form in ("json", "csv"):
        one, other = (
            person.get(f"/students/{student}") and person.send(f"/students/{student}/export/{form}").text
            for person in (spanish_person, english_person)
        )
        assert one == other
        assert PHRASE in one


# ---- what people chose is said to each in his or her language; what they wrote stays ----


def test_a_chosen_phrase_and_a_reason_are_said_in_the_language_of_the_reader(site):
    person = site.sign_in("tx.admin")
    person.decide(2, "different", reason="school", note="Twins\nThe papers", phrase="2")
    page = in_spanish(site, "tx.second").get("/items/2").text
    assert "<q>Twins\nThe papers\nLa escuela lo confirmó por teléfono.</q>" in page
    assert "Confirmado por la escuela" in page
    assert f"The papers\n{PHRASE}" in person.get("/items/2").text


def test_a_name_that_is_also_a_word_is_not_translated(site, tmp_path):
    send_record(site, TEXAS, tmp_path, last_name_2="Child", birth_city="Mexico")
    page = in_spanish(site, "tx.admin").get(f"/students/{student_of(site, 'T100')}").text
    assert "<b>Child</b>" in page
    assert "<b>Mexico</b>" in page


# ---- the language of a person ----


def test_the_language_is_chosen_before_signing_in_and_stays(site):
    visitor = in_spanish(site, "")
    assert visitor.get("/sign-in").text.count("Iniciar sesión") >= 2
    person = in_spanish(site, "tx.admin")
    assert "Lista de trabajo" in person.get("/worklist").text
    assert '<html lang="es"' in person.text


def test_a_choice_in_the_settings_goes_before_that_of_the_browser(site):
    person = in_spanish(site, "tx.admin")
    person.get("/settings")
    person.send("/settings", language="en", theme="system", density="comfortable", shortcuts="on")
    assert '<html lang="en"' in person.get("/worklist").text


def test_a_language_that_is_none_is_refused(site):
    visitor = site.visitor()
    visitor.get("/sign-in")
    assert visitor.send("/language", language="xx").status_code == 400


def test_after_the_choice_the_person_is_led_to_the_page_that_was_asked_for(site):
    visitor = site.visitor()
    visitor.get("/sign-in?next=/items/1")
    assert visitor.send("/language", language="es", next="/items/1").location == "/sign-in?next=/items/1"
    assert visitor.send("/language", language="es", next="//elsewhere.example").location == "/sign-in?next=/"


# ---- sentences ----

KNOWN = Sentences(
    {
        "{0} of {1} fields agree": "de {1} campos coinciden {0}",
        "Merge {0} records": "Fusionar {0} registros",
        "Twins": "Gemelos",
        "{0} and {1}": "{0} y {1}",
        "Look at {0}.": "Mire {0}.",
        "Nothing was saved.": "No se guardó nada.",
        "Twins. Kept; {0} lead there.": "Gemelos. Quedan; {0} llevan allí.",
        "on {0}": "el {0}",
    },
    lambda text: language.english_day(text, "es"),
)
ANYTHING = st.text(st.sampled_from(printable + "áñ{}%“”¿\n"), max_size=40)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("3 of 7 fields agree", "de 7 campos coinciden 3"),
        ("Look at Twins and Twins.", "Mire Gemelos y Gemelos."),
        ("Look at item 3. Nothing was saved.", "Mire item 3. No se guardó nada."),
        ("on Aug 3, 2012", "el 3 ago 2012"),
        ("Look at twins.", "Mire gemelos."),
        ("Done. Twins. Kept; 2 lead there.", "Done. Gemelos. Quedan; 2 llevan allí."),
        (" Twins ", " Gemelos "),
        ("salt and pepper", "salt and pepper"),
        ("salt and Twins", "salt y Gemelos"),
        ("on Aug 3, 2012; Twins", "el 3 ago 2012; Gemelos"),
        ("", ""),
    ],
)
def test_a_sentence_is_put_together_from_its_parts(sentence, said):
    assert KNOWN.say(sentence) == said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "TX, seen on birth certificate, received 2026-03-02",
            "TX, visto en acta de nacimiento, recibido el 2026-03-02",
        ),
        ("Settled by evidence: state-issued ID.", "Resuelta por la evidencia: identificación expedida por el estado."),
        ("Merging lowers the count of New York by 1.", "Fusionar reduce el conteo de Nueva York en 1."),
        ("Merged. Student 1 remains; 2 and 3 lead there.", "Fusionado. Permanece el estudiante 1; 2 y 3 llevan a él."),
        ("Decision 1. Ana Ruiz said “same child”.", "Decisión 1. Ana Ruiz dijo “misma persona”."),
        ("Ana withdrew it on 2026-03-02 at 08:05 UTC.", "Ana lo retiró el 2026-03-02 a las 08:05 UTC."),
        (
            "Ask the parent: an administrator of Utah.",
            "Pregunte al padre o a la madre: la administración de datos de Utah.",
        ),
        ("Passed up to the district of Texas.", "Elevado: ahora lo tiene el distrito de Texas."),
        (
            "The proposal is rejected. The item is open again.",
            "La propuesta está rechazada. El caso está abierto de nuevo.",
        ),
        (
            "“Same child” is not possible: the item is decided; undo the decision first.",
            "“Misma persona” no es posible: el caso está decidido; deshaga primero la decisión.",
        ),
        (
            "Decision 1 said one child on 2026-03-02. Since then changed: Sex of record 3, Last Name 1 of record 4.",
            "La decisión 1 dijo una sola persona el 2026-03-02. Desde entonces cambió: Sexo del registro 3, Primer apellido del registro 4.",
        ),
    ],
)
def test_sentences_that_are_put_together_in_python_are_spanish_to_the_end(sentence, said):
    assert language._sentences("es").say(sentence) == said


@given(ANYTHING.filter(lambda text: text == text.strip() and " of " not in text), st.integers(0, 999))
def test_parts_come_to_their_places_whatever_they_hold(part, number):
    said = KNOWN.say(f"{part} of {number} fields agree")
    assert said == f"de {number} campos coinciden {KNOWN.say(part, 2)}".strip() or not part


@given(ANYTHING)
def test_no_text_is_too_strange_and_what_no_message_fits_stays(text):
    said = KNOWN.say(text)
    if not any(word in text for word in ("agree", "Merge", "Twins", "Look", "Nothing", "on ")):
        assert said == text


@given(st.lists(st.sampled_from(sorted(key_of(message) for message in MESSAGES)), max_size=3), ANYTHING)
def test_spanish_never_fails_on_our_own_sentences(messages, part):
    finished = " ".join(PLACE.sub(lambda _: part, message) for message in messages)
    assert isinstance(language._sentences("es").say(finished), str)


def test_a_thousand_new_sentences_take_less_than_a_second():
    sentences = language._sentences("es")
    sentences.say("Record 1 arrived.")
    began = time.process_time()
    for number in range(1000):
        sentences.say(f"Student {number} would be divided, but nobody says where record {number + 1} goes.")
    assert time.process_time() - began < 1
