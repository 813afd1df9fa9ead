"""Twenty invented conversations: twelve that break the rules over several messages, eight that
only look like it. A line is `author: text`; twenty seconds lie between two lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rules.types import Category, Message, MessageKey

_BEGIN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_APART = timedelta(seconds=20)


@dataclass(frozen=True)
class Conversation:
    """What was said, and at which line (from 0) the violation shows; None: it is allowed."""

    name: str
    category: Category | None
    trigger: int | None
    lines: tuple[str, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """The lines as messages of one channel."""
        return messages(self.lines)


def messages(lines: tuple[str, ...], apart: timedelta = _APART) -> tuple[Message, ...]:
    """`author: text` lines as messages of one channel, so far apart from each other."""
    return tuple(
        Message(
            key=MessageKey("slack", "T", "C", str(number)),
            author_id=author,
            text=text,
            posted_at=_BEGIN + number * apart,
        )
        for number, (author, _, text) in enumerate(line.partition(": ") for line in lines)
    )


VIOLATING = (
    Conversation(
        "pile-on-singing",
        Category.CYBERBULLYING,
        5,
        (
            "Imani: ok who's auditioning for the spring musical",
            "Petra: me! i've been practicing my solo all week",
            "Knox: oh no. not the solo",
            "Imani: be nice lol",
            "Darrow: @Petra my dog howls better than that tbh",
            "Wes: somebody cover the windows before petra cracks them 💀",
            "Knox: LMAOOO",
            "Petra: wow ok. didn't know everyone felt like that",
        ),
    ),
    Conversation(
        "pile-on-absent",
        Category.CYBERBULLYING,
        4,
        (
            "u1: did yall see what Lorelei wore to picture day",
            "u2: the curtains?? 😭",
            "u3: what about it i wasn't there",
            "u1: she looked like somebody's grandma at a funeral",
            "u4: fr she always smells like one too",
            "u3: oh",
            "u2: lmaooo i'm crying",
        ),
    ),
    Conversation(
        "pile-on-echo",
        Category.CYBERBULLYING,
        4,
        (
            "Ozzy: can someone send me the notes from tuesday",
            "Bram: learn to show up maybe",
            "Ozzy: i was at the dentist",
            "Cleo: sure you were. nobody wants you in our group anyway ozzy",
            "Tavi: ratio",
            "Bram: +1",
            "Dune: fr",
        ),
    ),
    Conversation(
        "needling-drawing",
        Category.CYBERBULLYING,
        5,
        (
            "Hollis: posting my art portfolio here if anyone wants to look",
            "Rook: did your little sister draw that",
            "Hollis: no i did",
            "Rook: the hands look like hot dogs btw",
            "Mina: i like the colors!",
            "Rook: she's just being polite. quit while you're behind",
            "Hollis: ok",
        ),
    ),
    Conversation(
        "needling-after-stop",
        Category.CYBERBULLYING,
        5,
        (
            "Jory: nice haircut lol did you lose a bet",
            "Sable: haha very funny",
            "Jory: you look like a thumb",
            "Sable: ok can you stop, i'm serious",
            "Mina: what's the homework for bio",
            "Jory: aw is thumb boy gonna cry",
            "Sable: leave me alone",
        ),
    ),
    Conversation(
        "exclusion-party",
        Category.CYBERBULLYING,
        4,
        (
            "Anouk: sleepover at mine friday, pizza and movies",
            "Bea: yesss who's all coming",
            "Anouk: you, me, Carys, Dot",
            "Carys: what about Wren? she'll hear about it",
            "Anouk: no one tell Wren. she is not coming and that's final",
            "Dot: made a new chat without her, add everybody else",
            "Bea: ok good",
        ),
    ),
    Conversation(
        "exclusion-lunch-table",
        Category.CYBERBULLYING,
        3,
        (
            "s1: is Tobin sitting with us again tomorrow",
            "s2: ugh i hope not",
            "s3: he just shows up",
            "s1: ok from now on nobody save him a seat, if he comes we all move",
            "s2: deal",
            "s3: deal 😂",
        ),
    ),
    Conversation(
        "typed-apart",
        Category.CYBERBULLYING,
        4,
        (
            "Remy: our team won the trivia thing!",
            "Vance: you",
            "Vance: are",
            "Vance: such a",
            "Vance: loser",
            "Remy: ??",
        ),
    ),
    Conversation(
        "pii-address",
        Category.PII_STUDENT,
        4,
        (
            "Elio: who's the new kid in homeroom",
            "Faye: Jonah Ashgrove, he moved from Racine",
            "Elio: oh he's on my bus",
            "Faye: nice where does he get off",
            "Elio: he lives at 2218 Kettle Ridge Rd, the yellow house",
            "Faye: that's so close to me",
        ),
    ),
    Conversation(
        "pii-phone",
        Category.PII_STUDENT,
        3,
        (
            "m1: does anyone have a way to reach Saoirse Whitlock",
            "m2: is she not in here?",
            "m1: no she left the server",
            "m3: 414-555-0173 is her cell",
            "m1: ty",
        ),
    ),
    Conversation(
        "credential-apart",
        Category.CREDENTIAL,
        3,
        (
            "t1: i can't get into the gradebook on the lab computer",
            "t2: use mine for today, username is dpellman",
            "t1: ok and?",
            "t2: Harbor!2291Fog",
            "t1: you're a lifesaver",
        ),
    ),
    Conversation(
        "escalation-fight",
        Category.THREAT,
        6,
        (
            "Ansel: you took my spot in the lineup and you know it",
            "Creed: coach picked, not me",
            "Ansel: because you ran your mouth like always",
            "Creed: cry about it",
            "Ansel: say that again and see what happens",
            "Creed: what are you gonna do",
            "Ansel: back gate at 3. bring your teeth in a bag",
            "Odell: guys chill",
        ),
    ),
)

BENIGN = (
    Conversation(
        "banter-both-ways",
        None,
        None,
        (
            "Pax: you run like a washing machine falling down stairs",
            "Quill: says the guy who got lapped by a freshman 💀",
            "Pax: that freshman was on a BIKE",
            "Quill: sure he was grandpa",
            "Pax: lmaooo ok that one hurt",
            "Quill: love you bro see you at practice",
        ),
    ),
    Conversation(
        "surprise-party",
        None,
        None,
        (
            "Noor: Ellery's birthday is thursday, surprise cake at lunch?",
            "Otis: yes!! don't tell her",
            "Noor: new chat without Ellery so she doesn't see, add everyone",
            "June: who's distracting her",
            "Otis: i'll do it. nobody tell Ellery anything",
            "Noor: she's gonna cry happy tears lol",
        ),
    ),
    Conversation(
        "trash-talk-game",
        None,
        None,
        (
            "h1: you guys are getting destroyed tonight",
            "h2: by who? your bench?",
            "h3: your goalie is a traffic cone lol",
            "h4: 6-0 final, screenshot this",
            "h2: see you at the rink losers 😂",
            "h1: gg in advance",
        ),
    ),
    Conversation(
        "asking-for-help",
        None,
        None,
        (
            "Liv: someone in the other chat called me ugly and said nobody likes me",
            "Shay: what?? who",
            "Liv: and then three people laughed",
            "Shay: i'm sorry. screenshot it and show Ms Okafor",
            "Ray: you don't deserve that",
            "Liv: thanks guys",
        ),
    ),
    Conversation(
        "class-logistics",
        None,
        None,
        (
            "Theo: who's in group 3 for the chem lab",
            "Uma: me, Kit and Dale Brennan",
            "Theo: what room",
            "Uma: 214, bring goggles",
            "Kit: office number if you're late is 414-555-0100",
            "Theo: thx",
        ),
    ),
    Conversation(
        "public-place",
        None,
        None,
        (
            "c1: Jonah Ashgrove got the lead!!",
            "c2: deserved, where's the show",
            "c1: Harwick Public Library, 300 Main St, saturday at 2",
            "c3: ticket line is 414-555-0111",
            "c2: see everyone there",
        ),
    ),
    Conversation(
        "honest-feedback",
        None,
        None,
        (
            "Ines: be honest, is my intro too long",
            "Milo: yeah it drags a bit, the second paragraph can go",
            "Rae: agreed, and the title is kinda confusing",
            "Theo: +1 on the title",
            "Ines: ok cutting it, thanks",
            "Milo: way better already",
        ),
    ),
    Conversation(
        "book-club",
        None,
        None,
        (
            "k1: chapter 9 was brutal, poor Piggy",
            "k2: jack is such a loser in this chapter",
            "k3: fr everyone just laughs at him and goes along",
            "k4: he says 'shut up fatty' like five times",
            "k2: and nobody stops it. that's the point of the essay i think",
            "k1: quoting that in mine",
        ),
    ),
)
