"""Only a browser on this computer, and no other site through it, may use the playground."""

from __future__ import annotations

import pytest

from tests.adapters.playground.conftest import MAYA, Visit

PATHS = ("/", "/playground/panes/room", "/playground/events", "/playground/static/playground.css")


async def status(visit: Visit, path: str, headers: dict[str, str], method: str = "GET") -> int:
    async with visit.session.request(
        method, visit.base + path, headers=headers, allow_redirects=False
    ) as response:
        return response.status


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("[::1]:{port}", 200),
        ("127.0.0.1", 403),
        ("127.0.0.1:1", 403),
        ("LOCALHOST.example:{port}", 403),
        ("school.example:{port}", 403),
        ("127.0.0.1.nip.example:{port}", 403),
        ("0.0.0.0:{port}", 403),
        ("", 403),
    ],
)
async def test_the_host_is_this_computer(visit: Visit, host: str, expected: int) -> None:
    """Every address checks it: a name that merely points here is refused."""
    port = visit.base.rpartition(":")[2]
    for path in PATHS:
        assert await status(visit, path, {"Host": host.format(port=port)}) == expected


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "{base}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "{base}"}, True),
        ({"Origin": "http://127.0.0.1:1"}, False),
        ({"Origin": "https://school.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "{base}"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, False),
    ],
)
async def test_forms_come_from_the_page_itself(
    visit: Visit, headers: dict[str, str], *, allowed: bool
) -> None:
    """Another site cannot post as one of our people; a program without a browser may."""
    sent = {name: value.format(base=visit.base) for name, value in headers.items()}
    form = {"text": "hello"}
    address = f"{visit.base}/playground/posts{MAYA}"
    async with visit.session.post(
        address, data=form, headers=sent, allow_redirects=False
    ) as response:
        answered = response.status

    assert answered == (303 if allowed else 403)
    assert len(visit.inbox.messages) == allowed


@pytest.mark.parametrize(
    ("path", "mode", "expected"),
    [
        ("/", "navigate", 200),
        ("/", "no-cors", 403),
        ("/playground/events", "cors", 403),
        ("/playground/panes/room", "no-cors", 403),
    ],
)
async def test_other_sites_may_link_but_not_look(
    visit: Visit, path: str, mode: str, expected: int
) -> None:
    """A link opens the page; embedding and fetching from elsewhere do not work."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}

    assert await status(visit, path, headers) == expected


@pytest.mark.parametrize("path", [*PATHS, "/playground/panes/nowhere"])
async def test_every_answer_is_locked_down(visit: Visit, path: str) -> None:
    """No inline script, no foreign origin, no framing, no sniffing, no storing, no cookie."""
    async with visit.session.get(visit.base + path) as response:
        headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


async def test_the_page_fetches_nothing_from_elsewhere_and_runs_nothing_inline(
    visit: Visit,
) -> None:
    """No address of another host, no inline script, style or handler."""
    page = await visit.get()
    css = await visit.get("/playground/static/playground.css")
    script = await visit.get("/playground/static/playground.js")

    for text in (page.text, css.text, script.text):
        assert "://" not in text
    for inline in ("<style", " style=", "<script>", " onclick", " onload", "javascript:"):
        assert inline not in page.text


async def test_unknown_panes_and_methods(visit: Visit) -> None:
    """404 and 405, in plain words."""
    assert await status(visit, "/playground/panes/nowhere", {}) == 404
    assert await status(visit, "/playground/posts", {}) == 405
    assert await status(visit, "/", {}, method="POST") == 405
    assert await status(visit, "/playground/events", {}, method="HEAD") == 200
