"""`hallmonitor model fit|revert`: weights that fit the district's decisions, and the way back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from bot.cli.acting import acting
from bot.cli.deciding import fail, stop_if
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.learning import lines
from bot.learning.decided import Past, decided_flags
from bot.learning.judged import Case, Judging
from bot.learning.keeping import go_back, keep, kept_whole, way_back
from bot.learning.refit import Fit, refitted
from bot.learning.report import Change, change_lines, fit_table
from bot.loading import load_rules
from bot.ports import Reply
from bot.process.roles import Deed
from bot.reports.scan_output import table_console
from bot.store.port import Tx
from rules.classifier.shipped import shipped_version, shipped_weights
from rules.types import Category

SUBJECT = "model"  # of the audit's rows
FITTED, REVERTED = "weights-fitted", "weights-reverted"  # the audit's events


@click.command("fit")
@record_options
@click.option("--apply", "applied", is_flag=True, help="Put the fitted weights in force.")
@acting("Who applies them: the IT owner; kept on record.", required=False)
def fit(config: Path, data: Path, applied: bool, actor: str | None) -> None:
    """Fit the shipped model's weights to decided flags; report, and change nothing by itself."""
    if applied and not actor:
        raise click.UsageError("--apply needs --as NAME")

    async def work(records: Records) -> None:
        past = await records.store.read(lambda tx: decided_flags(tx, records.settings))
        ruleset, _ = load_rules(records.settings, examples=False, data=data)
        opinion = ruleset.opinion
        if opinion is None:
            fail("the settings ask for no model: there is nothing to fit")
        judging, name = Judging(ruleset, records.settings), opinion.scorer.name
        cases = judged(past, judging)
        masked = frozenset(rule.category for rule in ruleset.rules if rule.mask)
        found, fits = refitted(shipped_weights(name), cases, masked)
        _tell(past, fits, [(case, judging.under(case, found)) for case in cases])
        if found.categories == opinion.weights.categories:
            click.echo("Nothing would change: these weights are in force.")
        elif not (applied and actor):
            click.echo("Nothing was changed; --apply --as NAME puts these weights in force.")
        else:
            own = ", ".join(sorted(one for one, fit in fits.items() if fit.kept is None))
            version = shipped_version(name)
            detail = {"categories": own, "decided": str(len(cases)), "on": version}
            weights = msgspec.structs.replace(found, scorer=version)
            await _change(records, actor, FITTED, detail, lambda: keep(data, weights))
            click.echo("These weights are in force; a running bot takes them up within a minute.")

    asyncio.run(open_records(config, data, work))


@click.command("revert")
@record_options
@acting("Who: the IT owner; kept on record.")
def revert(config: Path, data: Path, actor: str) -> None:
    """Go back to the weights before the last fit, then to the shipped ones."""

    async def work(records: Records) -> None:
        to = way_back(data)
        if to is None:
            fail("the shipped weights are in force: there is nothing to go back to")
        await _change(records, actor, REVERTED, {"to": to}, lambda: go_back(data))
        click.echo(f"The {to} weights are in force; a running bot takes them up within a minute.")

    asyncio.run(open_records(config, data, work))


def judged(past: Past, judging: Judging) -> list[Case]:
    """Every decided flag as rules and model see it today; takes milliseconds for each."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(past.decided, file=sys.stderr, hidden=hidden) as shown:
        return [judging.case(one) for one in shown]


def _tell(past: Past, fits: Mapping[Category, Fit], after: Sequence[Change]) -> None:
    table_console(sys.stdout).print(fit_table(fits))
    for line in (*change_lines(after), lines.silence(past.silent), lines.ONE_WAY):
        if line:
            click.echo(line)


async def _change(
    records: Records, actor: str, event: str, detail: Mapping[str, str], done: Callable[[], None]
) -> None:
    """Ask for the role, put it on record and do it: all or nothing."""
    roles = records.review.roles

    def work(tx: Tx) -> Reply | None:
        refusal = roles.refusal(tx, Deed.TUNE, actor, subject=SUBJECT, what=event)
        if refusal is None:
            tx.audit(actor, event, SUBJECT, SystemClock().now(), detail)
            done()  # last: what fails here takes the record back
        return refusal

    try:
        with kept_whole(records.data):
            refusal = await records.store.write(work)
    except OSError as error:
        fail(f"the weights cannot be written: {error.strerror}")
    stop_if(refusal)
