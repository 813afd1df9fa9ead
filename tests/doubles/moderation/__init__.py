"""An endpoint of the OpenAI moderation form on loopback, strict about how it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any

PATH = "/v1/moderations"


class ModerationServer(ThreadingHTTPServer):
    """Scores a text by the words in it. What was wrong with a question stands in `wrong`."""

    daemon_threads = True

    def __init__(
        self, scores: Mapping[str, Mapping[str, float | None]], model: str = "", key: str = ""
    ) -> None:
        """`scores`: word -> label -> score; the word "" scores every text."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scores = scores
        self.model = model
        self.key = key
        self.wrong: list[str] = []
        self.asked: list[list[str]] = []
        self.connections = 0
        self.raw: bytes | None = None  # sent in place of an answer; the connection ends with it
        self.status = 200
        self.hangs = False
        self._over = Event()

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_port}{PATH}"

    def __enter__(self) -> ModerationServer:
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self.shutdown()
        self.server_close()

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """As the form has it."""
        texts = question["input"]
        self.asked.append(texts)
        return {"id": "modr-1", "model": self.model, "results": [self._result(t) for t in texts]}

    def _result(self, text: str) -> dict[str, Any]:
        said: dict[str, float | None] = {}
        for word, scores in self.scores.items():
            if not word or word in text.split():
                said.update(scores)
        flagged = {label: bool(score and score > 0.5) for label, score in said.items()}
        return {"flagged": any(flagged.values()), "categories": flagged, "category_scores": said}

    def wait(self) -> None:
        """Until the test is over."""
        self._over.wait()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may be gone: that is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModerationServer

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        question = json.loads(body)
        self.server.wrong += self._wrong(question)
        if self.server.hangs:
            self.server.wait()
        if self.server.raw is not None:
            self.wfile.write(self.server.raw)
            self.close_connection = True
            return
        held = json.dumps(self.server.answer(question)).encode()
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", f"{PATH}/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(held)))
        self.end_headers()
        self.wfile.write(held)

    def do_GET(self) -> None:
        self.server.wrong.append(f"GET {self.path}")
        self.send_error(405)

    def _wrong(self, question: Any) -> list[str]:
        wrong = []
        if self.path != PATH:
            wrong.append(self.path)
        if self.headers["Content-Type"] != "application/json":
            wrong.append("not said to be JSON")
        if self.headers["Authorization"] != (
            f"Bearer {self.server.key}" if self.server.key else None
        ):
            wrong.append("another key")
        if set(question) != ({"model", "input"} if self.server.model else {"input"}):
            wrong.append(f"keys {sorted(question)}")
        if question.get("model", "") != self.server.model:
            wrong.append("another model")
        texts = question.get("input")
        if not (isinstance(texts, list) and texts and all(isinstance(t, str) for t in texts)):
            wrong.append("input is no list of texts")
        return wrong

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what happened."""
