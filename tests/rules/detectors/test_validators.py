"""What the named validators take for a datum, and what they leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.validators import VALIDATORS

TAKEN: dict[str, list[str]] = {
    "ssn": ["871-44-9025", "834 22 7719", "845/17/3302", "912-44-0187"],
    "nine_digits": ["8 4 7 / 2 2 / 0 0 1 5", "eight four four, thirty seven, ten oh six"],
    "luhn": [
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
        "378282246310005",
        "6.0.1.1.1.1.1.1.1.1.1.1.1.1.1.7",
    ],
    "phone": [
        "414-555-0118",
        "(262) 555 - 0163",
        "+1 920 555 0140",
        "555-0199",
        "2 6 2 5 5 5 0 1 9 1",
    ],
    "spoken_phone": [
        "nine two zero five five five oh one two two",
        "414~five~five~five~0104",
        "nueve dos cero, cinco cinco cinco, cero uno uno nueve",
        "nine2o five-five-five o181",
        "t h r e e s i x s e v e n.. 555.. oh won three ate",
    ],
    "email": ["jo.kemp77@gmail.com", "<k@zippy.example>"],
    "birth_date": ["3/14/2011", "08-30-2012", "March 9, 2010", "3 de enero de 2014", "2012-05-06"],
    "routing": ["075000022", "0 7 1 0 0 0 0 1 3"],
    "student_id": ["40019273", "S-20331"],
    "secret": ["GoBlueHerons", "periwinkle", "Otter_Canoe_77", "p-e-l-i-c-a-n"],
    "strong_secret": ["Eagles!2024", "Tangerine.Moth.6", "h0rn3t.p0wer.22", "sisk-9QzR1vTn40"],
    "full_name": [
        "Jaylen Whitford",
        "Mai See Thao",
        "MARSH, Oren",
        "Camila Orduña",
        "Liam O'Shea",
        "Dashiell Wembley-Ruiz",
        "Fatoumata Diallo",
        "Jun Park",
        "tyler kowalski",
        "Petrona Tzoc Ajú",
    ],
    "person": ["Ms. Pappas", "keisha", "Noah", "la mamá de Nayeli", "bens", "Nadia K."],
    "disguised_name": ["k@tie y@ng", "Wi11 Cr0ssland", "c@rl0s m3ndez"],
}
REFUSED: dict[str, list[str]] = {
    "ssn": ["000-12-3456", "666-12-3456", "871-00-9025", "871-44-0000", "123-45-6789", "871-44-90"],
    "nine_digits": ["111111111", "one two three", "nine lives to go"],
    "luhn": ["4111 1111 1111 1112", "0000 0000 0000 0000", "2 4 6 8 1 3 5 7 9 0 2 4 6 8 1 3"],
    "phone": ["123-456-7890", "414-155-0118", "055-0118", "12345", ""],
    "spoken_phone": ["414-555-0118", "one two three four five six seven", "five five five"],
    "email": ["name at example", "@jo", "jo@home"],
    "birth_date": ["2/30/2011", "February 12, 1809", "13/32/2010", "3/14", "9/9/2031"],
    "routing": ["123456789", "075000023", "111111111"],
    "student_id": ["1111111", "204"],
    "secret": ["expired", "the", "***", "password", "P@ssw0rd", "https://reset.example/x"],
    "strong_secret": [
        "B204",
        "7:30pm",
        "2nd",
        "don't",
        "well-known",
        "10/12",
        "@coach",
        "Chromebook",
    ],
    "full_name": [
        "Lincoln High",
        "Oak Terrace",
        "Dairy Queen",
        "Please Jaylen",
        "student council",
        "Ms. Delgado",
        "noah forgot",
        "Kessler Auto",
        "Jaylen",
    ],
    "person": ["Flu Season", "will", "homework", "the office", "this"],
    "disguised_name": ["g4m3 n1ght", "room 2O4"],
}


@pytest.mark.parametrize(
    ("name", "datum"), [(name, datum) for name, data in TAKEN.items() for datum in data]
)
def test_a_datum_as_people_type_it_is_taken(name: str, datum: str) -> None:
    """Formats vary: spaces, slashes, words, other scripts' habits."""
    assert VALIDATORS[name](datum)


@pytest.mark.parametrize(
    ("name", "datum"), [(name, datum) for name, data in REFUSED.items() for datum in data]
)
def test_a_look_alike_is_refused(name: str, datum: str) -> None:
    """Right form, wrong content: no such number is issued, no such person is meant."""
    assert not VALIDATORS[name](datum)


@pytest.mark.parametrize("name", sorted(VALIDATORS))
@given(st.text(max_size=120))
def test_any_text_gets_an_answer(name: str, datum: str) -> None:
    """A validator answers for whatever a pattern may hand it, and never raises."""
    assert VALIDATORS[name](datum) in (True, False)


@given(st.integers(min_value=10**12, max_value=10**18 - 1), st.sampled_from(["", " ", "-"]))
def test_one_wrong_digit_spoils_a_card(body: int, gap: str) -> None:
    """Of the ten possible check digits exactly one makes a card number."""
    ten = [gap.join(f"{body}{check}") for check in range(10)]

    assert sum(map(VALIDATORS["luhn"], ten)) == 1


@given(st.integers(min_value=0, max_value=9999999))
def test_digits_said_one_by_one_are_the_number(tail: int) -> None:
    """Whatever is read out digit by digit is the number that the digits make."""
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    digits = f"262{tail:07d}"

    spoken = " ".join(words[int(digit)] for digit in digits)

    assert VALIDATORS["spoken_phone"](spoken) == (
        VALIDATORS["phone"](digits) and digits not in "01234567890123456789"
    )
