"""A district's own model behind an HTTP endpoint: a strict server on loopback, and its faults."""

from __future__ import annotations

import gc
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.model.breaker import PAUSE_S
from bot.model.endpoint import Address, Endpoint
from rules.classifier.labelled import Labelled, log_odds
from rules.classifier.opinion import OUTSIDE, Opinion
from rules.classifier.scorer import ScorerError
from rules.classifier.weights import unmeasured
from rules.engine import evaluate
from rules.ruleset import RuleSet
from rules.types import Category, Context
from tests.doubles.moderation import ModerationServer
from tests.rules.classifier.making import heard
from tests.rules.making import message, pack, rule, ruleset

LONG = 30.0  # seconds that no answer on loopback takes
MARKER = "markerword"  # stands in every text, and must stand nowhere else
SCORES = {"": {"hate": 0.01, "violence": 0.02, "spam": None}, "scum": {"hate": 0.9}}


class HandClock:
    """Goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[ModerationServer]:
    with ModerationServer(SCORES, model="guard", key="sesame") as running:
        yield running


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def endpoint(server: ModerationServer, clock: HandClock) -> Iterator[Endpoint]:
    opened = Endpoint(Address(server.url, "guard", LONG, key="sesame"), clock)
    yield opened
    opened.close()


def test_it_is_asked_in_the_form_and_over_one_connection(
    server: ModerationServer, endpoint: Endpoint
) -> None:
    """Scores become log-odds; a label without a score is one on which it has no say."""
    fine = {"hate": log_odds(0.01), "violence": log_odds(0.02)}

    assert endpoint.odds(["you scum", "hello"]) == [{**fine, "hate": log_odds(0.9)}, fine]
    assert endpoint.odds(['¿qué "tal"? \ud83d\n']) == [fine]
    assert server.wrong == []
    assert server.asked == [["you scum", "hello"], ['¿qué "tal"? \ud83d\n']]
    assert server.connections == 1


def test_model_and_key_are_left_out_where_there_are_none() -> None:
    """Some servers know one model and ask nobody who they are."""
    with ModerationServer({"": {"hate": 0.5}}) as server:
        endpoint = Endpoint(Address(server.url, timeout_s=LONG))
        assert endpoint.odds(["hello"]) == [{"hate": 0.0}]
        endpoint.close()

    assert server.wrong == []


def test_nothing_of_it_is_left_when_nobody_holds_it(server: ModerationServer) -> None:
    """Changed settings bring another; closing twice does no harm."""

    def ours() -> list[str]:
        return [one.name for one in threading.enumerate() if one.name == "model-endpoint"]

    endpoint = Endpoint(Address(server.url, "guard", LONG, key="sesame"))
    endpoint.odds(["one"])
    before = len(ours())
    endpoint.close()
    endpoint.close()
    assert len(ours()) == before - 1

    let_go = Endpoint(Address(server.url, "guard", LONG, key="sesame"))
    let_go.odds(["two"])
    del let_go
    gc.collect()
    assert len(ours()) == before - 1


def with_body(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


def scores(*results: object) -> bytes:
    return with_body(
        json.dumps({"results": [{"category_scores": one} for one in results]}).encode()
    )


FORM = "has not the form"
RAW = [
    (b"", "ServerDisconnectedError"),
    (b"no HTTP at all\r\n\r\n", "Error"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "ClientPayloadError"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "Error"),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "Error"),
    (with_body(b"{}", "500 Oh no"), "HTTP 500"),
    (with_body(b"{}", "401 Who"), "HTTP 401"),
    (with_body(b"{}", "429 Slow down"), "HTTP 429"),
    (b"HTTP/1.1 204 Nothing\r\n\r\n", "HTTP 204"),
    (with_body(b"<html>" + MARKER.encode()), FORM),
    (with_body(b"\xff\xfe"), FORM),
    (with_body(b"{}"), FORM),
    (with_body(b'{"more": ' + b"[" * 9000), FORM),
    (scores(None), FORM),
    (scores({"hate": 1.5}), FORM),
    (scores({"hate": MARKER}), FORM),
    (with_body(b'{"results": [{"category_scores": {"hate": NaN}}]}'), FORM),
    (scores(), "each text"),
    (scores({}, {}), "each text"),
    (with_body(b" " * (1 << 21)), "its answer is longer than"),
]


@pytest.mark.parametrize(("raw", "said"), RAW, ids=range(len(RAW)))
def test_nonsense_is_no_answer_and_brings_a_pause(
    server: ModerationServer, endpoint: Endpoint, clock: HandClock, raw: bytes, said: str
) -> None:
    """The next are not asked, until one after the pause; no word of a text is told anywhere."""
    server.raw = raw
    with capture_logs() as logs:
        error = refusal(endpoint)
        assert said in error
        before = server.connections
        assert "left in peace" in refusal(endpoint)
        assert server.connections == before

        server.raw = None
        clock.now += PAUSE_S
        assert len(endpoint.odds([MARKER])) == 1
        assert len(endpoint.odds([MARKER])) == 1

    assert [log["event"] for log in logs] == ["model-endpoint-paused", "model-endpoint-back"]
    assert MARKER not in error + str(logs)


def refusal(endpoint: Endpoint) -> str:
    with pytest.raises(ScorerError) as failed:
        endpoint.odds([f"a {MARKER}"])
    return str(failed.value)


def test_one_asks_after_each_pause_while_it_is_gone(
    server: ModerationServer, endpoint: Endpoint, clock: HandClock
) -> None:
    """And the log says once that it went."""
    server.status = 503
    with capture_logs() as logs:
        for _ in range(3):
            assert "HTTP 503" in refusal(endpoint)
            assert "left in peace" in refusal(endpoint)
            clock.now += PAUSE_S

    assert len(server.asked) == 3
    assert len(logs) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refusal_of_one_text_brings_no_pause(
    server: ModerationServer, endpoint: Endpoint, status: int
) -> None:
    """Nobody can write a message that leaves the next ones unread."""
    server.status = status
    assert f"HTTP {status}" in refusal(endpoint)

    server.status = 200
    assert len(endpoint.odds(["next"])) == 1


def test_who_refuses_a_text_is_there_again(
    server: ModerationServer, endpoint: Endpoint, clock: HandClock
) -> None:
    """The one message that tries it after a pause may be one that it will not read."""
    server.status = 503
    with capture_logs() as logs:
        assert "HTTP 503" in refusal(endpoint)
        clock.now += PAUSE_S
        server.status = 413
        assert "HTTP 413" in refusal(endpoint)
        server.status = 200
        assert len(endpoint.odds(["next"])) == 1

    assert [log["event"] for log in logs] == ["model-endpoint-paused", "model-endpoint-back"]


def test_a_redirection_is_not_followed(server: ModerationServer, endpoint: Endpoint) -> None:
    """It could lead anywhere."""
    server.status = 307

    assert "HTTP 307" in refusal(endpoint)
    assert len(server.asked) == 1
    assert server.wrong == []


def test_one_that_hangs_is_waited_for_no_longer_than_its_time(server: ModerationServer) -> None:
    """The limit is for the whole question."""
    server.hangs = True
    endpoint = Endpoint(Address(server.url, "guard", 0.05, key="sesame"))

    assert "no answer within 0.05 s" in refusal(endpoint)
    endpoint.close()


def test_nobody_at_the_address() -> None:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    endpoint = Endpoint(Address(f"http://127.0.0.1:{port}/", timeout_s=LONG))

    assert "no connection: Connect call failed" in refusal(endpoint)
    endpoint.close()


def test_a_name_that_stands_for_nothing() -> None:
    """A slip in the settings, or a name server that is away."""
    endpoint = Endpoint(Address("http://nowhere.invalid/", timeout_s=LONG))

    assert "no connection: " in refusal(endpoint)
    endpoint.close()


def test_no_question_leaves_for_a_public_address() -> None:
    """Whatever was looked at before: a name can come to stand for another address."""
    endpoint = Endpoint(Address("http://8.8.8.8:9/", timeout_s=LONG))

    assert "no connection: the address is public" in refusal(endpoint)
    endpoint.close()


def test_a_certificate_that_nobody_vouches_for(server: ModerationServer, tmp_path: Path) -> None:
    """One that the server wrote itself, for the right address."""
    server.socket = certified(tmp_path).wrap_socket(server.socket, server_side=True)
    endpoint = Endpoint(Address(server.url.replace("http:", "https:"), "guard", LONG))

    assert "certificate verify failed" in refusal(endpoint)
    assert server.asked == []
    endpoint.close()


def certified(folder: Path) -> ssl.SSLContext:
    """With a certificate for 127.0.0.1 that its own key signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now, address = datetime.now(UTC), x509.IPAddress(ip_address("127.0.0.1"))
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([address]), critical=True)
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8
    held = key.private_bytes(pem, form, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(held + made.sign(key, hashes.SHA256()).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_the_key_is_in_no_repr() -> None:
    """It could reach a log."""
    assert "sesame" not in repr(Address("http://10.0.0.1/", key="sesame"))


# --- beside the rules ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    acts = rule("hate.word", 'kind = "pattern"\npatterns = ["badword"]\n')
    model = '\n[[rule]]\nid = "hate.model"\nkind = "model"\nseverity = "low"\nreason = "So."\n'
    return ruleset(tmp_path_factory.mktemp("packs"), pack(acts + model, name="hate"))


@pytest.fixture(scope="module")
def lasting() -> Iterator[ModerationServer]:
    with ModerationServer({"": {"hate": 0.95}}) as running:
        yield running


def opinions(endpoint: Endpoint) -> tuple[Opinion, Opinion]:
    """The built-in model alone, and with the endpoint's beside it."""
    own = heard(Category.HATE, "scum", 9.0)
    scorer = Labelled(endpoint, {"hate": Category.HATE})
    beside = unmeasured([Category.HATE], flag=0.8)
    return own, Opinion(own.scorer, own.weights, Opinion(scorer, beside, explains=0))


def judged(text: str, rules: RuleSet, opinion: Opinion) -> list[str]:
    verdict = evaluate(message(text), Context(), rules.advised(opinion))
    return [*(f.rule for f in verdict.live), *(skip.rule for skip in verdict.skipped)]


def test_it_flags_beside_the_rules_and_falls_back(
    lasting: ModerationServer, rules: RuleSet
) -> None:
    """Without its answer the built-in model speaks for it, and the verdict says so."""
    endpoint = Endpoint(Address(lasting.url, timeout_s=LONG))
    _, both = opinions(endpoint)

    assert judged("fine words", rules, both) == ["hate.model"]
    lasting.raw = b""
    assert judged("fine words", rules, both) == [OUTSIDE]
    assert judged("scum", rules, both) == ["hate.model", OUTSIDE]
    endpoint.close()


BODIES = st.one_of(
    st.binary(max_size=60),
    st.binary(max_size=60).map(with_body),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["results", "category_scores", "hate"]), inner)
        ),
        max_leaves=8,
    ).map(lambda held: with_body(json.dumps(held).encode())),
    st.floats().map(lambda score: scores({"hate": score})),
)


@settings(max_examples=60)
@given(BODIES)
def test_whatever_it_answers_the_rules_findings_stand(
    lasting: ModerationServer, rules: RuleSet, raw: bytes
) -> None:
    """Judging does not raise, and every finding that there is without it is there with it."""
    lasting.raw = raw
    ticks: Callable[[], float] = count(0.0, 10 * PAUSE_S).__next__
    endpoint = Endpoint(Address(lasting.url, timeout_s=LONG), ticks)
    own, both = opinions(endpoint)

    for text in ("a badword here", "nothing at all"):
        without = evaluate(message(text), Context(), rules.advised(own)).findings
        assert set(without) <= set(evaluate(message(text), Context(), rules.advised(both)).findings)
    endpoint.close()
