"""The playground's forms: each does one thing, then leads back to the page (or says why not)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.playground.cast import MEMBERS, Member
from adapters.playground.chat import Chat, Post
from adapters.playground.events import Events
from adapters.playground.live import Changes
from adapters.playground.screen import MAX_TEXT, Problem
from adapters.playground.view import View, names_exactly, view_of
from bot.ports import Action

NOT_SENT = "Not recorded: the record could not be made just now. It is kept here; try again."
NOT_PRESSED = "Not recorded: the record could not be made just now, so nothing happened. Try again."
FORM = "application/x-www-form-urlencoded"

Fields = Mapping[str, str]
Page = Callable[[View, int, Problem | None], Response]
Handler = Callable[[View, Fields, str], Awaitable[Response]]


class Forms:
    """What the page's buttons send; `table` maps each address to its endpoint."""

    def __init__(self, chat: Chat, events: Events, changes: Changes, page: Page) -> None:
        self._chat = chat
        self._events = events
        self._changes = changes
        self._page = page

    def table(self) -> dict[str, Callable[[Request], Awaitable[Response]]]:
        """Address (below "/playground/") -> endpoint."""
        handlers: dict[str, Handler] = {
            "posts": self._post,
            "posts/edit": self._edit,
            "posts/delete": self._delete,
            "posts/again": self._again,
            "posts/report": self._report,
            "answers": self._answer,
            "direct-messages": self._direct_messages,
            "presses/ask": self._ask,
            "presses": self._press,
        }
        return {name: _endpoint(handler) for name, handler in handlers.items()}

    async def _post(self, view: View, fields: Fields, origin: str) -> Response:
        text = fields.get("text", "")
        if problem := _bad_text("room", text):
            return self._page(view, 422, problem)
        channel = view.channel.id
        return self._sent(
            view, "room", await self._events.write(view.person, channel, text, origin)
        )

    async def _answer(self, view: View, fields: Fields, origin: str) -> Response:
        text = fields.get("text", "")
        if problem := _bad_text("notices", text):
            return self._page(view, 422, problem)
        return self._sent(view, "notices", await self._events.answer(view.person, text))

    async def _edit(self, view: View, fields: Fields, origin: str) -> Response:
        post = self._own(view, fields)
        text = fields.get("text", "")
        if post is None or post.gone:
            return self._page(view, 409, Problem("room", "That post is no longer there."))
        if problem := _bad_text("room", text):
            return self._page(view, 422, Problem("room", problem.text))
        return self._sent(view, "room", await self._events.edit(post, text))

    async def _delete(self, view: View, fields: Fields, origin: str) -> Response:
        post = self._own(view, fields)
        if post is None:
            return self._page(view, 409, Problem("room", "That post is no longer there."))
        return self._sent(view, "room", await self._events.delete(post))

    async def _again(self, view: View, fields: Fields, origin: str) -> Response:
        post = self._own(view, fields)
        if post is None:
            return self._page(view, 409, Problem("room", "That post is no longer there."))
        pane = "notices" if post.direct else "room"
        return self._sent(view, pane, await self._events.send(post))

    async def _report(self, view: View, fields: Fields, origin: str) -> Response:
        post = self._chat.post(view.channel.id, fields.get("post", ""))
        if post is None or post.gone:
            return self._page(view, 409, Problem("room", "That post is no longer there."))
        reason = fields.get("reason", "").strip()
        reply = await self._events.report(view.person, post, reason)
        if reply is None:
            return self._page(view, 503, Problem("room", NOT_PRESSED))
        return _see(view.at(pane="room"))

    async def _direct_messages(self, view: View, fields: Fields, origin: str) -> Response:
        if fields.get("state") == "closed":
            self._chat.closed.add(view.person.id)
        else:
            self._chat.closed.discard(view.person.id)
        self._changes.tell("notices")
        return _see(view.at(pane="notices"))

    async def _ask(self, view: View, fields: Fields, origin: str) -> Response:
        presser, pane = _presser(view, fields)
        action, flag_id = _action(fields), fields.get("flag", "")
        if presser is None or action is None:
            return PlainTextResponse("There is no such button.\n", 400)
        reply = await self._events.ask(presser, action, flag_id)
        if reply is None:
            return self._page(view, 503, Problem(pane, NOT_PRESSED))
        return _see((view.asked(pane, action, flag_id) if reply.accepted else view).at(pane=pane))

    async def _press(self, view: View, fields: Fields, origin: str) -> Response:
        presser, pane = _presser(view, fields)
        action, flag_id = _action(fields), fields.get("flag", "")
        if presser is None or action is None:
            return PlainTextResponse("There is no such button.\n", 400)
        reason = fields.get("reason", "").strip()
        if "reason" in fields and not reason:
            problem = Problem(pane, "Write a short reason first.")
            return self._page(view.asked(pane, action, flag_id), 422, problem)
        reply = await self._events.press(presser, action, flag_id, reason)
        if reply is None:
            return self._page(view, 503, Problem(pane, NOT_PRESSED, reason))
        return _see(view.answered().at(pane=pane))

    def _own(self, view: View, fields: Fields) -> Post | None:
        return self._chat.written(view.person, fields.get("post", ""))

    def _sent(self, view: View, pane: str, recorded: bool) -> Response:
        if recorded:
            return _see(view.at(pane=pane))
        return self._page(view, 503, Problem(pane, NOT_SENT))


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The form's fields and view, read strictly: nobody posts under a name they did not choose."""

    async def endpoint(request: Request) -> Response:
        view = view_of(request.query_params)
        if not names_exactly(request.query_params, view):
            return PlainTextResponse("There is no such person or channel.\n", 400)
        if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
            return PlainTextResponse(f"Send the form as {FORM}.\n", 415)
        body = (await request.body()).decode("utf-8", "replace")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=10)
        except ValueError:
            return PlainTextResponse("The form has too many fields.\n", 400)
        fields = {name: value.replace("\r\n", "\n") for name, value in pairs}
        return await handler(view, fields, str(request.base_url).rstrip("/"))

    return endpoint


def _see(address: str) -> Response:
    return RedirectResponse(address, 303)


def _bad_text(pane: str, text: str) -> Problem | None:
    if not text.strip():
        return Problem(pane, "Write something first.")
    if len(text) > MAX_TEXT:
        words = f"This has {len(text):,} characters; the most is {MAX_TEXT:,}. Shorten it."
        return Problem(pane, words, text)
    return None


def _action(fields: Fields) -> Action | None:
    try:
        return Action(fields.get("action", ""))
    except ValueError:
        return None


def _presser(view: View, fields: Fields) -> tuple[Member | None, str]:
    """Who presses: the author on a letter, the one who was paged on a page, else the moderator."""
    if fields.get("pane") == "notices":
        return view.person, "notices"
    if "paged" in fields:
        return MEMBERS.get(fields["paged"]), "admins"
    return view.moderator, "moderators"
