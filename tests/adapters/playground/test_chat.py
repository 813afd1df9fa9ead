"""The chat in memory: its ids, its bounds, its views and its ready-made examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.playground import ADMINS, CHANNELS, PEOPLE
from adapters.playground.cast import MAYA, MEMBERS
from adapters.playground.chat import KEPT, Chat, Post
from adapters.playground.examples import EXAMPLES
from adapters.playground.view import names_exactly, view_of
from tests.adapters.playground.serving import START, StepClock


class GivenClock:
    """Shows the given moments, one by one."""

    def __init__(self, moments: list[datetime]) -> None:
        self._moments = iter(moments)

    def now(self) -> datetime:
        return next(self._moments)


@given(st.lists(st.integers(10**9, 4 * 10**9), min_size=2))
def test_ids_grow_whatever_the_clock_does(seconds: list[int]) -> None:
    """Compared as numbers and as text, also when the clock stands still or goes back."""
    chat = Chat(GivenClock([datetime.fromtimestamp(second, UTC) for second in seconds]))
    ids = [chat.new_id() for _ in seconds]

    assert ids == sorted(ids)
    assert [float(one) for one in ids] == sorted(float(one) for one in ids)
    assert len(set(ids)) == len(ids)
    assert all(len(one.split(".")[1]) == 6 for one in ids)


def test_ids_of_a_later_run_are_greater() -> None:
    """Cursors that the application keeps over a restart never hold a new message back."""
    earlier = Chat(GivenClock([START])).new_id()
    later = Chat(GivenClock([START + timedelta(seconds=5)])).new_id()

    assert float(later) > float(earlier)


def test_old_posts_make_room() -> None:
    """A long evening does not fill the memory."""
    chat = Chat(StepClock())
    for number in range(KEPT + 5):
        chat.add_post(Post(chat.new_id(), "class-7b", MAYA, chat.now(), str(number)))

    kept = [post.text for post in chat.rooms["class-7b"].values()]
    assert len(kept) == KEPT
    assert kept[0] == "5"


def test_words_stay_out_of_reprs() -> None:
    """What people write cannot reach a log by accident."""
    chat = Chat(StepClock())
    post = Post(chat.new_id(), "class-7b", MAYA, chat.now(), "secret words")

    assert "secret words" not in repr(post)


names = st.sampled_from([*MEMBERS, *(channel.id for channel in CHANNELS), "", "nobody"])
queries = st.dictionaries(st.sampled_from(["as", "in", "mod", "ask", "try"]), names | st.text())


@given(queries)
def test_every_address_shows_some_view(query: dict[str, str]) -> None:
    """A view is always of somebody one can post as, in a channel they are in."""
    view = view_of(query)

    assert view.person in PEOPLE
    assert view.person.id in view.channel.members
    if names_exactly(query, view):
        assert (query["as"], query["in"]) == (view.person.id, view.channel.id)


def test_opening_a_channel_brings_somebody_who_is_in_it() -> None:
    """Students give way to staff in the staff room, staff to staff in the class."""
    maya, chen = view_of({"as": "maya"}), view_of({"as": "chen"})
    class_7b, staff_room = CHANNELS

    assert maya.in_channel(staff_room).person.id == "ortiz"
    assert chen.in_channel(class_7b).person.id == "ortiz"
    assert maya.in_channel(class_7b).person.id == "maya"


def test_every_channel_has_examples_of_both_kinds() -> None:
    """Harmless ones and ones that break a rule, with labels that tell them apart."""
    for channel in CHANNELS:
        examples = EXAMPLES[channel.id]
        assert {example.fine for example in examples} == {True, False}
        assert len({example.label for example in examples}) == len(examples)


def test_the_office_is_no_place_to_post_from() -> None:
    """Those who are paged are other people than those one can post as."""
    assert {person.id for person in ADMINS.values()}.isdisjoint(member.id for member in PEOPLE)
