"""What a `datum` rule may ask of a datum beyond its form: one small table of named tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import ip_address

import phonenumbers
from stdnum import luhn

from rules.detectors.passwords import is_secret, is_strong_secret
from rules.detectors.person_names import (
    is_disguised_name,
    is_full_name,
    is_initialled,
    is_kin,
    is_person,
    is_someone,
)
from rules.folding.spoken_numbers import spelled_words, to_digits

_DIGITS = re.compile(r"\d")
_SAMPLE_SSNS = frozenset(("078051120", "219099999", "123456789", "987654321", "111223333"))
_EMAIL = re.compile(r"[^@\s]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(("jan", "ene"), ("feb",), ("mar",), ("apr", "abr"), ("may",), ("jun",)),
            *(("jul",), ("aug", "ago"), ("sep", "set"), ("oct",), ("nov",), ("dec", "dic")),
        ),
        start=1,
    )
    for name in names
}
_COUNTING = "01234567890123456789"
_PLAIN_NUMBER = re.compile(r"[\d\s().+-]+")
OLDEST = 1915  # nobody in a school was born before
YOUNGEST = date(2025, 1, 1)  # fixed: the core has no clock


def digits(datum: str) -> str:
    """The ASCII digits of a datum, in order."""
    return "".join(_DIGITS.findall(datum))


def is_ssn(datum: str) -> bool:
    """A social security or taxpayer number as it could be issued, by area, group and serial.

    Areas 000 and 666 never are. 734 to 899 are taken: since 2011 any other area may be issued, and
    people invent numbers there; 900 to 999 are taxpayer numbers, as telling as the other.
    """
    number = digits(datum)
    if len(number) != 9 or number in _SAMPLE_SSNS:
        return False
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and group != "00" and serial != "0000"


def is_nine_digits(datum: str) -> bool:
    """Nine digits, spelled or not, no placeholder: an SSN where the words around say so."""
    number = to_digits(datum) or ""
    return len(number) == 9 and len(set(number)) > 2


def is_card(datum: str) -> bool:
    """A payment card number: 13 to 19 digits with the right check digit."""
    number = digits(datum)
    return 13 <= len(number) <= 19 and len(set(number)) > 1 and bool(luhn.is_valid(number))


def is_phone(datum: str) -> bool:
    """A number of the North American plan, or one that begins with + and is possible abroad.

    555-01xx is taken too: it is what people type as an invented number, and a notice about one
    costs less than a missed habit.
    """
    number = digits(datum)
    if datum.lstrip("( ").startswith("+") and not number.startswith("1"):
        return bool(phonenumbers.is_possible_number(_parsed("+" + number)))
    number = number.removeprefix("1") if len(number) == 11 else number
    if len(number) == 7:
        return number[0] not in "01"
    if len(number) != 10 or number[0] in "01" or number[3] in "01":
        return False
    return number[3:6] == "555" or bool(phonenumbers.is_possible_number(_parsed("+1" + number)))


def is_spoken_phone(datum: str) -> bool:
    """A telephone number with digits written as words or broken up, not a count or a score."""
    number = to_digits(datum) or ""
    words = spelled_words(datum)
    if not words and _PLAIN_NUMBER.fullmatch(datum):
        return False
    if len(number) == 7 and (words < 3 or len(set(number)) < 3):
        return False
    return len(number) in (7, 10, 11) and number not in _COUNTING and is_phone(number)


def _parsed(number: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return phonenumbers.PhoneNumber()


def is_email(datum: str) -> bool:
    """An e-mail address with a domain that has a top level."""
    return _EMAIL.fullmatch(datum.strip(" <>.,;:")) is not None


def is_birth_date(datum: str) -> bool:
    """A real calendar date on which somebody in a school may have been born."""
    return any(day.year >= OLDEST and day < YOUNGEST for day in _dates(datum))


def _dates(datum: str) -> list[date]:
    numbers = [int(n) for n in re.findall(r"\d+", datum)]
    named = [
        _MONTHS[word[:3]] for word in re.findall(r"[a-z]{3,}", datum.lower()) if word[:3] in _MONTHS
    ]
    if named and len(numbers) >= 2:
        orders = [(numbers[-1], named[0], numbers[0])]
    elif len(numbers) == 3:
        first, second, third = numbers
        orders = [(third, first, second), (third, second, first), (first, second, third)]
    elif len(numbers) == 1 and len(digits(datum)) == 8:
        text = digits(datum)
        orders = [(int(text[4:]), int(text[:2]), int(text[2:4]))]
        orders.append((int(text[:4]), int(text[4:6]), int(text[6:])))
    else:
        return []
    return [day for year, month, number in orders if (day := _date(year, month, number))]


def _date(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 1900 if year > YOUNGEST.year - 2000 else 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_ip(datum: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ip_address(datum.strip())
    except ValueError:
        return False
    return True


def is_student_id(datum: str) -> bool:
    """Five to ten digits (letters before them allowed) that are not all the same."""
    number = digits(datum)
    return 5 <= len(number) <= 10 and len(set(number)) > 1


def is_routing(datum: str) -> bool:
    """A bank's routing number: nine digits with the right check digit."""
    number = digits(datum)
    if len(number) != 9 or len(set(number)) < 3 or number == "123456789":
        return False
    return sum(int(n) * w for n, w in zip(number, (3, 7, 1) * 3, strict=True)) % 10 == 0


VALIDATORS: Mapping[str, Callable[[str], bool]] = {
    "ssn": is_ssn,
    "luhn": is_card,
    "phone": is_phone,
    "email": is_email,
    "birth_date": is_birth_date,
    "ip": is_ip,
    "student_id": is_student_id,
    "nine_digits": is_nine_digits,
    "spoken_phone": is_spoken_phone,
    "routing": is_routing,
    "secret": is_secret,
    "strong_secret": is_strong_secret,
    "full_name": is_full_name,
    "person": is_person,
    "someone": is_someone,
    "kin": is_kin,
    "initialled": is_initialled,
    "disguised_name": is_disguised_name,
}
