"""`hallmonitor check`: the JSONL contract that other programs score, and the words for people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.__main__ import main
from bot.cli.check_input import BadLineError, read_case
from bot.settings import PLAYGROUND
from rules.types import Category, Role

BULLYING = "you are such a loser, nobody likes you"
PLAIN = "the choir meets at three in room 12"


def run(*lines: bytes, arguments: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the answers to these input lines."""
    result = CliRunner().invoke(
        main, ["check", "--format", "jsonl", *arguments], input=b"".join(x + b"\n" for x in lines)
    )
    return result.exit_code, [json.loads(line) for line in result.stdout.split("\n")[:-1]]


def line(**keys: object) -> bytes:
    """One input line."""
    return json.dumps({"id": 1, **keys}).encode()


def test_every_line_is_answered_in_order() -> None:
    """Good lines give findings, bad ones say what is wrong in their place, and the run goes on."""
    code, answers = run(
        line(text=BULLYING, id="a"),
        b"{not json",
        line(text=PLAIN, id=None, lang="en", extra=[1]),
        b"",
        line(text="\u2028" + BULLYING + "\ud800", id=2.5),
        line(id="c", text=3),
    )

    assert code == 2
    assert [answer["id"] for answer in answers] == ["a", None, None, None, 2.5, "c"]
    assert ["error" in answer for answer in answers] == [False, True, False, True, False, True]
    assert [answers[n]["line"] for n in (1, 3, 5)] == [2, 4, 6]
    assert answers[2] == {"id": None, "findings": [], "skipped": []}
    assert answers[5]["error"] == "`text` should be a string"


def test_a_finding_has_exactly_the_agreed_keys() -> None:
    """The names and values that an external scorer reads."""
    code, (answer,) = run(line(text="well " + BULLYING))

    assert code == 0
    assert answer["findings"]
    for finding in answer["findings"]:
        assert list(finding) == [
            *("category", "rule", "clauses", "severity", "confidence", "tier"),
            *("start", "end", "suppressed"),
        ]
        assert finding["category"] in {category.value for category in Category}
        assert finding["rule"].startswith(finding["category"] + ".")
        assert finding["severity"] in ("low", "medium", "high")
        assert finding["tier"] in ("act", "review")
        assert finding["suppressed"] in (None, "audience", "authorised", "channel", "context")
        assert 0 < finding["confidence"] <= 1
        assert 0 <= finding["start"] < finding["end"] <= len("well " + BULLYING)
        assert all(":" in clause for clause in finding["clauses"])
    assert {"cyberbullying"} <= {finding["category"] for finding in answer["findings"]}


def test_a_conversation_names_the_message() -> None:
    """Each finding says at which message, counted from 0."""
    messages = [
        {"author": "a", "ts": "2026-01-31T09:30:00Z", "text": PLAIN},
        {"author": "b", "ts": "2026-01-31T09:31:00+01:00", "text": BULLYING},
    ]

    code, (answer,) = run(line(messages=messages))

    assert code == 0
    assert {finding["message_index"] for finding in answer["findings"]} == {1}


def test_policy_and_explanation() -> None:
    """`--policy` narrows the clauses; `--explain` adds reasons, which quote nothing."""
    _, (answer,) = run(line(text=BULLYING), arguments=("--policy", "cps-2018", "--explain"))

    (finding, *_) = answer["findings"]
    assert finding["clauses"]
    assert all(clause.startswith("cps-2018:") for clause in finding["clauses"])
    assert finding["explanation"]
    assert "loser" not in finding["explanation"]


def test_an_unknown_policy_is_refused() -> None:
    """Exit 2 and one clear line; nothing is judged."""
    result = CliRunner().invoke(main, ["check", "--policy", "nowhere-1", "x"])

    assert result.exit_code == 2
    assert "nowhere-1" in result.stderr
    assert result.stdout == ""


def test_words_for_people() -> None:
    """Text mode says what was found, why, and which clause; a clean text is called clean."""
    result = CliRunner().invoke(main, ["check", "--explain", BULLYING, PLAIN])

    assert result.exit_code == 0
    assert "1. Cyberbullying, " in result.stdout
    assert "It rests on “" in result.stdout
    assert "No cyberbullying (mps-6.34:2(b)5)" in result.stdout
    assert "2. Nothing was found." in result.stdout


def test_answers_come_line_by_line() -> None:
    """A program that writes one line and waits gets its answer before it writes the next."""
    command = [sys.executable, "-m", "bot.cli", "check", "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(line(id=number, text=PLAIN) + b"\n")
            process.stdin.flush()

            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()

    assert process.returncode == 0


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff\xfe", "not UTF-8 text"),
        (b"[1]", "should be a JSON object"),
        (b'{"text": "x"}', "`id` is missing"),
        (b'{"id": [1], "text": "x"}', "`id` should be a string, a number"),
        (b'{"id": NaN, "text": "x"}', "not valid JSON"),
        (b'{"id": 1}', "needs either `text` or `messages`"),
        (b'{"id": 1, "text": "x", "messages": []}', "needs either `text` or `messages`"),
        (b'{"id": 1, "text": "x", "author_role": "boss"}', "`author_role` should be one of"),
        (b'{"id": 1, "text": "x", "author_role": ["staff"]}', "`author_role` should be one of"),
        (b'{"id": 1, "text": "x", "author_role": {"a": 1}}', "`author_role` should be one of"),
        (b'{"id": 1, "messages": {}}', "`messages` should be a list of objects"),
        (b'{"id": 1, "messages": [{"text": 1}]}', "`messages[0].text` should be a string"),
        (b'{"id": 1, "messages": [{"text": "x", "ts": "noon"}]}', "`messages[0].ts` should be"),
        (b"[" * 100_000, "not valid JSON"),
    ],
)
def test_bad_lines_say_what_is_wrong(data: bytes, what: str) -> None:
    """A plain sentence, which quotes nothing of the line's text."""
    with pytest.raises(BadLineError) as caught:
        read_case(data)

    assert what in str(caught.value)


def test_a_conversation_gives_roles_and_times() -> None:
    """The role of a message, or else of the whole line; a time without a zone is UTC."""
    case = read_case(
        b'{"id": 1, "author_role": "student", "messages": [{"text": "a", "author_role": "staff"},'
        b'{"text": "b", "author": "x", "ts": "2026-01-31T09:30:00"}]}'
    )

    assert [message.author_role for message in case.messages] == [Role.STAFF, Role.STUDENT]
    assert case.messages[1].posted_at.isoformat() == "2026-01-31T09:30:00+00:00"
    assert case.messages[1].author_id == "x"


NOBODY = """
[model]
use = "endpoint"
endpoint = "http://127.0.0.1:9/"  # nobody answers there

[model.labels]
insult = "cyberbullying"
"""


def test_logs_stand_apart_from_the_answers(tmp_path: Path) -> None:
    """Whatever happens while it judges: every line on standard output is an answer."""
    config = tmp_path / "hallmonitor.toml"
    config.write_text(PLAYGROUND.read_text(encoding="utf-8") + NOBODY, encoding="utf-8")

    result = CliRunner().invoke(
        main,
        ["check", "--format", "jsonl", "--config", str(config)],
        input=line(text="such a lovely day") + b"\n",
    )

    (answer,) = map(json.loads, result.stdout.splitlines())
    assert [skip["rule"] for skip in answer["skipped"]] == ["outside-model"]
    assert "model-endpoint-paused" in result.stderr
