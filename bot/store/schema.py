"""The tables of the SQLite store, as migrations that run in order and once."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.store.port import StoreError

migrations = Migrations("hallmonitor")


def pending(db: Database) -> tuple[str, ...]:
    """Names of the migrations that `upgrade` would apply."""
    return tuple(migration.name for migration in migrations.pending(db))


def upgrade(db: Database) -> tuple[str, ...]:
    """Apply what is pending, each in its own transaction, and return the names."""
    names = pending(db)
    migrations.apply(db)
    return names


def refuse_newer(db: Database) -> None:
    """Raise `StoreError` if a newer Hall Monitor has changed these tables."""
    with Database(memory=True) as blank:
        ours = set(pending(blank))
    newer = [done.name for done in migrations.applied(db) if done.name not in ours]
    if newer:
        raise StoreError(
            f"the records were made by a newer Hall Monitor (it did {newer[0]}): "
            "install that version, or restore a backup from before it"
        )


@migrations()
def m001_records(db: Database) -> None:
    """Flags and what belongs to them; people, cursors, context; audit; deliveries."""
    db.executescript(_FLAGS)
    db.executescript(_PEOPLE)
    db.executescript(_AUDIT)
    db.executescript(_DELIVERIES)


@migrations()
def m002_appeals(db: Database) -> None:
    """One appeal per flag; whoever decided the flag cannot decide it."""
    db.executescript(_APPEALS)


_APPEALS = """
CREATE TABLE appeals (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, flag_id TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    outcome TEXT CHECK (outcome IN ('upheld', 'overturned')),
    PRIMARY KEY (platform, workspace, flag_id),
    FOREIGN KEY (platform, workspace, flag_id) REFERENCES flags (platform, workspace, id),
    CHECK ((outcome IS NULL) = (decided_at IS NULL)),
    CHECK ((outcome IS NULL) = (decided_by IS NULL))
) STRICT;
CREATE INDEX appeals_open ON appeals (opened_at) WHERE outcome IS NULL;
CREATE TRIGGER appeal_is_decided_by_another BEFORE UPDATE OF decided_by ON appeals
WHEN EXISTS (
    SELECT 1 FROM decisions WHERE flag_id = NEW.flag_id AND actor = NEW.decided_by
    AND action IN ('confirm', 'escalate', 'appeal')
)
BEGIN SELECT RAISE(ABORT, 'whoever decided a flag, or wrote it, cannot decide its appeal'); END;
CREATE TRIGGER appeal_is_decided_once BEFORE UPDATE ON appeals WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an appeal is decided once'); END;
"""


@migrations()
def m003_authorisations(db: Database) -> None:
    """What is allowed for a while: kind, words, paper, from when until when."""
    db.executescript(_AUTHORISATIONS)


# Written by those who may authorise, never by the people who are judged: nothing in it is sealed.
_AUTHORISATIONS = """
CREATE TABLE authorisations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    categories TEXT NOT NULL CHECK (json_valid(categories)),
    words TEXT NOT NULL CHECK (json_valid(words)),
    channels TEXT NOT NULL CHECK (json_valid(channels)),
    people TEXT NOT NULL CHECK (json_valid(people)),
    approver TEXT NOT NULL,
    form TEXT NOT NULL,
    owner TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    revoked_at TEXT,
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX authorisations_by_end ON authorisations (ends_at);
"""


@migrations()
def m004_shadow_hits(db: Database) -> None:
    """What rules in shadow would have flagged, for a while."""
    db.executescript(_SHADOW_HITS)


# Without the author: what a rule on trial finds is held against nobody.
_SHADOW_HITS = """
CREATE TABLE shadow_hits (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, message TEXT NOT NULL,
    rule TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('act', 'review')),
    at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    permalink TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, channel, message, rule)
) STRICT;
CREATE INDEX shadow_hits_of_rule ON shadow_hits (rule, at);
CREATE INDEX shadow_hits_by_expiry ON shadow_hits (expires_at);
"""


@migrations()
def m005_targets(db: Database) -> None:
    """Against whom a flagged message was."""
    db.executescript(_TARGETS)


_TARGETS = """
CREATE TABLE targets (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, flag_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, flag_id, target_id),
    FOREIGN KEY (platform, workspace, flag_id) REFERENCES flags (platform, workspace, id)
) STRICT;
CREATE INDEX targets_by_person ON targets (platform, workspace, target_id);
"""


@migrations()
def m006_pauses(db: Database) -> None:
    """Rules and channels from which nothing follows for a while."""
    db.executescript(_PAUSES)


# Written by those who may pause, never by the people who are judged: nothing in it is sealed.
_PAUSES = """
CREATE TABLE pauses (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT NOT NULL,
    CHECK (rule <> '' OR place <> ''),
    CHECK (added_at < ends_at),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT;
CREATE INDEX pauses_by_end ON pauses (ends_at);
"""


@migrations()
def m007_links(db: Database) -> None:
    """One person's accounts: proposed by one, confirmed by another, ended once."""
    db.executescript(_LINKS)


# `one` and `other` are platform/workspace/id, in order; why stands sealed.
_LINKS = """
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    confirmed_by TEXT,
    confirmed_at TEXT,
    ended_by TEXT,
    ended_at TEXT,
    sealed TEXT NOT NULL,
    CHECK (one < other),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX links_once ON links (one, other) WHERE ended_at IS NULL;
CREATE INDEX links_of_other ON links (other);
CREATE TRIGGER link_is_confirmed_by_another BEFORE UPDATE OF confirmed_by ON links
WHEN NEW.confirmed_by IN (OLD.proposed_by, OLD.one, OLD.other) OR OLD.confirmed_by IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a link is confirmed once, by neither its proposer nor the person'); END;
CREATE TRIGGER link_is_ended_once BEFORE UPDATE OF confirmed_by, ended_by ON links
WHEN OLD.ended_by IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a link ends once'); END;
"""

_FLAGS = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE flags (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, message TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    author_id TEXT NOT NULL,
    author_role TEXT NOT NULL CHECK (author_role IN ('staff', 'student', 'unknown')),
    posted_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    tier TEXT NOT NULL CHECK (tier IN ('act', 'review')),
    counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
    status TEXT NOT NULL
        CHECK (status IN ('open', 'confirmed', 'dismissed', 'overturned', 'resolved')),
    source TEXT NOT NULL,
    thread TEXT NOT NULL,
    permalink TEXT NOT NULL,
    lang TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (platform, workspace, channel, message),
    UNIQUE (platform, workspace, id)
) STRICT;
CREATE INDEX flags_of_author ON flags (platform, workspace, author_id, posted_at);
CREATE INDEX flags_by_time ON flags (created_at);
CREATE TABLE evidence (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, flag_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'context', 'answer', 'report')),
    author_id TEXT NOT NULL,
    at TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, flag_id, number),
    FOREIGN KEY (platform, workspace, flag_id) REFERENCES flags (platform, workspace, id)
) STRICT;
CREATE TABLE findings (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, flag_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    evidence INTEGER NOT NULL,
    rule TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (platform, workspace, flag_id, number),
    FOREIGN KEY (platform, workspace, flag_id, evidence)
        REFERENCES evidence (platform, workspace, flag_id, number)
) STRICT;
CREATE TABLE decisions (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, flag_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    at TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, flag_id, number),
    FOREIGN KEY (platform, workspace, flag_id) REFERENCES flags (platform, workspace, id)
) STRICT;
"""

_PEOPLE = """
CREATE TABLE people (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, id TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('staff', 'student', 'unknown')),
    met_at TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, id)
) STRICT;
CREATE TABLE cursors (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, channel)
) STRICT;
CREATE TABLE context (
    platform TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, message TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (platform, workspace, channel, message)
) STRICT;
CREATE INDEX context_by_expiry ON context (expires_at);
CREATE TABLE events (
    platform TEXT NOT NULL, event_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (platform, event_id)
) STRICT;
CREATE INDEX events_by_time ON events (at);
"""

_AUDIT = """
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_subject ON audit (subject, seq);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
"""

# `turn` is a delivery's place in its lane (when it first fell due); `due_at` moves with back-offs.
_DELIVERIES = """
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    flag_id TEXT REFERENCES flags (id),
    params TEXT NOT NULL CHECK (json_valid(params)),
    priority INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'leased', 'done', 'refused', 'dead', 'cancelled')),
    turn TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease TEXT,
    lease_until TEXT,
    claimed_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    receipt TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(receipt)),
    CHECK ((state = 'leased') = (lease IS NOT NULL)),
    CHECK ((lease IS NULL) = (lease_until IS NULL))
) STRICT;
CREATE INDEX deliveries_unfinished ON deliveries (lane, turn, id)
    WHERE state IN ('pending', 'leased');
CREATE UNIQUE INDEX deliveries_leased ON deliveries (lane) WHERE state = 'leased';
CREATE INDEX deliveries_of_flag ON deliveries (flag_id, id);
CREATE INDEX deliveries_dead ON deliveries (claimed_at) WHERE state = 'dead';
CREATE TABLE lanes (lane TEXT PRIMARY KEY, held_until TEXT NOT NULL) STRICT;
CREATE TABLE clock (
    name TEXT NOT NULL, slot TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (name, slot)
) STRICT;
"""
