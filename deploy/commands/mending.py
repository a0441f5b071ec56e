"""`suoheng dead-letters replay|fix|proposals|approve|reject`: refused events sent again, as they were or corrected. 死信的重放与更正"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Usage
from deploy.letters.asked import AsJson, By, Code, District, Office, Places, Since, Source, State, Until, selection, to_send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.letters.correcting import Correction
    from deploy.letters.index import Entry
    from deploy.letters.mending import Mended, Seals
    from deploy.letters.people import Person
    from deploy.letters.proposals import Proposal
    from deploy.letters.selection import Selection

Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it the command only tells what it would do.")]
Id = Annotated[str, typer.Argument(help="Id of the proposal (`suoheng dead-letters proposals`). 提议编号")]


def replay(
    place: Places = None,
    code: Code = None,
    office: Office = None,
    district: District = None,
    source: Source = None,
    state: State = None,
    since: Since = None,
    until: Until = None,
    yes: Yes = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Send refused events to the log again, with their ids and bytes as they were. 重放死信

    Tells first the verdict on each of them today; those that would be refused again, or are there already, are left out. Of letters that are not
    named by place only open ones are taken. Without --yes nothing is sent. Sending twice is harmless. Where SUOHENG_DEAD_LETTER_APPROVAL asks for
    a second person, --yes files a proposal.
    """
    chosen = selection(code=code, office=office, district=district, source=source, state=state, since=since, until=until, places=place)
    _mend(to_send(chosen), None, yes=yes, by=by, as_json=as_json)


def fix(
    place: Places = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE, e.g. data.persons=7; may be repeated. 改为", metavar="FIELD=VALUE")
    ] = None,
    unset: Annotated[list[str] | None, typer.Option(help="Field to leave out; may be repeated. 删去", metavar="FIELD")] = None,
    patch: Annotated[str, typer.Option(help="JSON merge patch (RFC 7396), or @FILE that holds it. 合并补丁")] = "",
    edited: Annotated[Path | None, typer.Option(help="File with the whole event as it should be; for one letter. 改好的事件文件")] = None,
    as_amendment: Annotated[
        bool, typer.Option("--as-amendment", help="Of an ID_CONFLICT: say it as an amendment of the event that has the id. 作为更正发布")
    ] = False,
    code: Code = None,
    office: Office = None,
    district: District = None,
    source: Source = None,
    state: State = None,
    since: Since = None,
    until: Until = None,
    yes: Yes = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Correct refused events and send them, under their own source and id. 更正并重放死信

    The same correction for all letters that are meant. Tells the verdict of today on each as it is and as corrected, and what changes; without
    --yes nothing is sent. Source, id and sequence number stay: should the office send the event well later, it is known by them and counts once.
    """
    from deploy.letters.correcting import Correction, parse_sets

    chosen = to_send(
        selection(code=code, office=office, district=district, source=source, state=state, since=since, until=until, places=place)
    )
    if not (set_ or unset or patch or edited or as_amendment):
        raise Usage("say what is to change: --set data.persons=7, --unset FIELD, --patch JSON, --edited FILE or --as-amendment")
    if edited and len(chosen.positions) != 1:
        raise Usage("--edited is one whole event: name the one letter that it stands for, PARTITION:OFFSET")
    correction = Correction(
        document=_text_of(edited) if edited else "",
        patch=_patch(patch) if patch else {},
        sets=parse_sets(set_ or []),
        unset=tuple(unset or ()),
        amends=as_amendment,
    )
    _mend(chosen, correction, yes=yes, by=by, as_json=as_json)


def proposals(
    everything: Annotated[bool, typer.Option("--all", help="Also those that were decided. 包括已决定的")] = False, as_json: AsJson = False
) -> None:
    """List proposals that wait for a second person. 待批提议"""
    import json

    from deploy.letters.proposals import known
    from deploy.letters.show import plain
    from schemas.settings import settings

    found = known(settings(), waiting=not everything)
    if as_json:
        print(json.dumps({"proposals": [_proposal(one) for one in found]}, default=str, ensure_ascii=False))
        return
    for one in found:
        what = "corrected" if one.correction else "as they were"
        decided = f" by {plain(one.decided_by)}" if one.decided_by else ""
        print(f"{one.id}  {one.proposed_at:%Y-%m-%d %H:%M:%S}  {plain(one.by)}: {len(one.letters)} letter(s) {what}; {one.state}{decided}")
    if not found:
        print("no proposals" if everything else "no proposals wait")


def approve(id_: Id, yes: Yes = False, by: By = "", as_json: AsJson = False) -> None:
    """Agree to a proposal of somebody else, and send its letters. 批准

    Tells what would be sent, made anew from the letters: with --yes it is sent if it is the same to the byte as what was proposed.
    """
    from deploy.letters.mending import seals
    from deploy.letters.people import person, tell
    from deploy.letters.proposals import decide, entries_of, require_same, waiting_proposal
    from schemas.settings import settings

    who = person(by)
    proposal = waiting_proposal(settings(), id_, who)
    stamps = seals(settings())
    planned = _plan(entries_of(settings(), proposal), proposal.correction, stamps)
    passing = require_same(proposal, planned)
    sent = 0
    if yes:
        tell(settings(), "dead letters approved", who, [one.entry.place for one in passing], proposal=proposal.id, proposed_by=proposal.by)
        sent = _send(passing, proposal.correction, who, stamps, proposal)
        decide(settings(), proposal, "approved", who)
    _tell(planned, proposal.correction, sent, "" if yes else "nothing was sent; --yes approves and sends", "", as_json=as_json)


def reject(id_: Id, by: By = "") -> None:
    """Turn a proposal down; whoever made it may also withdraw it. 否决或撤回"""
    from deploy.letters.people import person, tell
    from deploy.letters.proposals import decide, known, waiting_proposal
    from schemas.settings import settings

    who = person(by)
    found = known(settings(), id_)
    own = bool(found) and found[0].state == "waiting" and found[0].by == who.name
    proposal = found[0] if own else waiting_proposal(settings(), id_, who)
    tell(settings(), "dead letters rejected", who, [one.place for one in proposal.letters], proposal=proposal.id, proposed_by=proposal.by)
    decide(settings(), proposal, "rejected", who)
    print(f"{proposal.id} rejected; nothing was sent")


def _mend(chosen: "Selection", correction: "Correction | None", *, yes: bool, by: str, as_json: bool) -> None:
    from deploy.letters.index import find
    from deploy.letters.mending import seals
    from deploy.letters.people import person
    from schemas.settings import settings

    who = person(by)
    stamps = seals(settings())
    planned = _plan(find(settings(), chosen), correction, stamps)
    passing = [one for one in planned if one.after.passes]
    sent, proposal, told = 0, "", "nothing was sent; --yes sends those that would pass"
    if yes and passing and settings().dead_letter_approval != "none":
        proposal = _propose(passing, correction, who)
        told = f"proposed as {proposal}, nothing was sent yet; somebody else runs: suoheng dead-letters approve {proposal}"
    elif yes:
        sent, told = _send(passing, correction, who, stamps), ""
    _tell(planned, correction, sent, told, proposal, as_json=as_json)


def _plan(entries: "Sequence[Entry]", correction: "Correction | None", stamps: "Seals") -> "list[Mended]":
    from deploy.letters.mending import plan_correction, plan_replay
    from deploy.letters.reading import read
    from schemas.settings import settings

    letters = read(settings(), entries) if entries else ()
    if correction is None:
        return plan_replay(settings(), letters, stamps)
    return plan_correction(settings(), letters, correction, stamps)


def _propose(passing: "Sequence[Mended]", correction: "Correction | None", who: "Person") -> str:
    from deploy.letters.people import tell
    from deploy.letters.proposals import file
    from schemas.settings import settings

    proposal = file(settings(), passing, correction, who)
    tell(settings(), "dead letters proposed", who, [one.entry.place for one in passing], proposal=proposal, **_facts(correction))
    return proposal


def _send(
    passing: "Sequence[Mended]", correction: "Correction | None", acting: "Person", stamps: "Seals", proposal: "Proposal | None" = None
) -> int:
    """Send, with a line in the audit log before and one after: what was sent is known even if this process dies in between.

    `acting`: who sends, or agrees to the proposal of somebody else.
    """
    from deploy.letters.mending import note, send
    from deploy.letters.people import tell
    from schemas.settings import settings

    if not passing:
        return 0
    by, approved_by, of = (proposal.by, acting.name, proposal.id) if proposal else (acting.name, "", "")
    facts = _facts(correction) | ({"proposal": of, "proposed_by": by} if of else {})
    places = [one.entry.place for one in passing]
    tell(settings(), "dead letters being sent again", acting, places, **facts)
    done = send(settings(), passing, by, approved_by, stamps)
    tell(settings(), "dead letters sent again", acting, places, sent=[f"{one.partition}:{one.offset}" for one in done], **facts)
    note(settings(), done, by, approved_by, of)
    return len(done)


def _facts(correction: "Correction | None") -> dict[str, Any]:
    return {"correction_sha256": correction.digest} if correction else {}


def _tell(planned: "Sequence[Mended]", correction: "Correction | None", sent: int, told: str, proposal: str, *, as_json: bool) -> None:
    import json

    from deploy.letters.show import plan_document, print_plan

    if as_json:
        print(json.dumps(plan_document(planned, sent, proposal), ensure_ascii=False))
        return
    print_plan(planned, corrects=correction is not None)
    print(told or f"{sent} sent")


def _proposal(one: "Proposal") -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "proposed_at": one.proposed_at,
        "by": one.by,
        "account": one.account,
        "letters": [each.place for each in one.letters],
        "corrects": one.correction is not None,
        "decided_at": one.decided_at,
        "decided_by": one.decided_by,
    }


def _patch(text: str) -> dict[str, Any]:
    import json

    try:
        said = json.loads(_text_of(Path(text[1:])) if text.startswith("@") else text)
    except ValueError as error:
        raise Usage(f'--patch takes a JSON object, e.g. \'{{"data":{{"persons":7}}}}\': {error}') from error
    if not isinstance(said, dict):
        raise Usage('--patch takes a JSON object, e.g. \'{"data":{"persons":7}}\'')
    return said


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{path} cannot be read: {error}") from error
