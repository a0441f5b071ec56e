"""`suoheng ledger template|import|page|keys`: forms for clerks, and what they filled in into the log. 台账"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from streams.ingest.ledger.changes import Period
    from streams.ingest.ledger.places import Places

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
DistrictOption = Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")]

_REASONS = ("wrong_office", "duplicate", "test", "never_happened", "other")


def template(
    domain: Annotated[str, typer.Argument(help="Domain, the first part of types' names: med, cor, res, leg … 业务领域")],
    out: Annotated[Path, typer.Option(help="File to write, .xlsx. 输出文件")],
    district: DistrictOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the empty form of a domain's ledgers, with drop-downs, notes and an example in each sheet. 生成台账模板

    With --district the offices and authorities registered there (as ClickHouse knows them) can be chosen by name. A file that is there already is
    not written over.
    """
    import json

    from streams.ingest.ledger.columns import domains, ledger_types, sheet_name
    from streams.ingest.ledger.template import write_template

    _require(domain in domains(), f"no ledgers are kept of {domain!r}; there are {' '.join(domains())}")
    _require(out.suffix == ".xlsx", f"{out}: a template is an .xlsx file")
    _require(not out.exists(), f"{out} is there already")
    places = _places(district)
    try:
        write_template(out, domain, places)
    except OSError as error:
        raise Usage(f"{out} cannot be written: {error.strerror}") from error
    sheets = [sheet_name(one) for one in ledger_types() if one.domain == domain]
    if as_json:
        print(json.dumps({"file": str(out), "domain": domain, "sheets": sheets}, ensure_ascii=False))
    else:
        print(f"{out}: {'、'.join(sheets)}")


def import_(
    files: Annotated[list[Path], typer.Argument(help="Ledgers: .xlsx .xls .ods .csv (UTF-8 or GB18030). 台账文件")],
    yes: Annotated[bool, typer.Option("--yes", help="Publish; without it the command only tells what it would do. 发布")] = False,
    office: Annotated[str, typer.Option(help="Office of lines that name none, e.g. sfs-990107-001. 司法所")] = "",
    district: DistrictOption = "",
    ledger: Annotated[
        str,
        typer.Option(
            help="Name of the ledger: last part of the events' source, and the series that its numbers belong to. Default: ledger-001 with --office sfs-…-001, else ledger."
        ),
    ] = "",
    type_: Annotated[
        str,
        typer.Option("--type", help="What the lines are if neither sheet nor column 事项 says it, e.g. 受理 or med.case.accepted. 事项"),
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            help="Days that the ledger covers, for what has vanished: 2026, 2026-03 or 2026-03-01..2026-03-15. Default: the years of its lines. 台账所属期间"
        ),
    ] = "",
    retract: Annotated[
        int, typer.Option(min=0, help="Retract what has vanished; say how many that are. For good. 撤销缺失的记录(填写条数)")
    ] = 0,
    reason: Annotated[str, typer.Option(help=f"Reason of retractions: {' '.join(_REASONS)}. 撤销原因")] = "other",
    partial: Annotated[bool, typer.Option("--partial", help="Publish the good lines although others are faulty. 先发布无误的行")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Check the lines only; needs neither Kafka nor ClickHouse. 仅检查")] = False,
    no_copy: Annotated[bool, typer.Option("--no-copy", help="Write no copy with the column 错误. 不写错误副本")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check ledgers line by line, compare them with earlier imports, and with --yes publish what is new or corrected. 导入台账

    Faulty lines are told, and stand in a copy beside the file, `<name>.错误.xlsx`; while there are any, nothing is published and the command ends
    with 1. Importing a ledger again publishes only what has changed; what has vanished from it is listed, and retracted with --retract.
    """
    import json

    from deploy.ledger import Options, import_ledgers
    from deploy.ledger.bar import Bar
    from deploy.ledger.show import document, print_outcome
    from schemas.settings import settings

    _check_options(office, district, ledger, reason)
    _require(not (offline and yes), "--offline compares with nothing; publish without it")
    _require(not (partial and retract), "--retract needs a ledger without faults; leave --partial out")
    options = Options(
        files=files, office=office, district=district, ledger=ledger, type_name=_type(type_), period=_period(period) if period else None,
        yes=yes, partial=partial, retract=retract, reason=reason, offline=offline, copies=not no_copy,
    )  # fmt: skip
    outcome = import_ledgers(options, settings(), Bar())
    if as_json:
        print(json.dumps(document(outcome, options), ensure_ascii=False))
    else:
        print_outcome(outcome, options)
    if outcome.checked.faults:
        lines = len(outcome.checked.faults)
        raise Finding(f"{lines:,} line(s) cannot be imported as they stand" + ("" if outcome.published else "; nothing was published"))
    if outcome.changes.full:
        raise Finding(
            f"line {outcome.changes.full[0].line} has been corrected or repeated too often: nothing was published; give it another number"
        )


def keys(
    rotate: Annotated[bool, typer.Option("--rotate", help="Add a key, for numbers that are not known yet. 轮换")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show which keys make pseudonyms of clerks' numbers, by their fingerprints; make the file if there is none. 化名密钥

    The file is secret. Who imports the same ledgers elsewhere needs a copy of it; without it old cases cannot be continued, so back it up.
    """
    import json

    from deploy.ledger.importing import key_path
    from schemas.settings import settings
    from streams.ingest import pseudonym

    path = key_path(settings())
    try:
        make = pseudonym.rotate if rotate else pseudonym.load
        keyring = make(path) if path.exists() else pseudonym.create(path)
    except pseudonym.PseudonymError as error:
        raise MissingDependency(str(error)) from error
    told = [{"id": key.id, "made_at": key.made_at.isoformat(), "newest": key == keyring.newest} for key in keyring.keys]
    if as_json:
        print(json.dumps({"file": str(path), "keys": told}))
        return
    print(path)
    for one in told:
        print(f"  {one['id']}  made {one['made_at']}" + ("  for new numbers 用于新编号" if one["newest"] else ""))


def page(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on loopback; default: SUOHENG_PORT_BASE + 7. 端口")] = 0,
    to: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Gateway that the events go to, http(s)://…; default: this installation's. 网关地址")
    ] = "",
) -> None:
    """Serve the import as a page in the browser of this machine: drop a file, see what is wrong, publish. 台账导入网页

    Run it where the key file of pseudonyms is, for that is where clerks' numbers and names become pseudonyms; it listens on loopback only. Whose
    ledger it is follows from the office's gateway key. Ctrl-C ends it.
    """
    import asyncio

    from deploy.ledger.page.serving import serve
    from schemas.settings import settings

    asyncio.run(serve(settings(), port or settings().port_base + 7, to))


def _places(district: str) -> "Places":
    from streams.ingest.ledger.places import Places

    if not district:
        return Places()
    from deploy.ledger.remembered import asking, places
    from schemas.settings import settings

    require_district(district)
    with asking(settings()) as client:
        return places(client, district)


def _type(name: str) -> str:
    from streams.ingest.ledger.columns import ledger_types
    from streams.ingest.ledger.sheets import type_by_name

    found = type_by_name(name)
    _require(not name or bool(found), f"no type {name!r}; there are {' '.join(f'{one.zh} ({one.name})' for one in ledger_types())}")
    return found


def _check_options(office: str, district: str, ledger: str, reason: str) -> None:
    _require(bool(re.fullmatch("(sfs-[0-9]{6}-[0-9]{3})?", office)), f"--office takes an id like sfs-990107-001, not {office!r}")
    if district:
        require_district(district)
    _require(not (office and district) or office[4:10] == district, f"office {office} is not of district {district}")
    _require(
        bool(re.fullmatch("([a-z0-9-]{1,32})?", ledger)) and ledger != "bureau", f"--ledger takes 1 to 32 of a-z 0-9 -, not {ledger!r}"
    )
    _require(reason in _REASONS, f"--reason takes one of {' '.join(_REASONS)}")


def _period(text: str) -> "Period":
    """2026, 2026-03, 2026-03-05 or two days with .. between them."""
    from calendar import monthrange
    from datetime import date

    from streams.ingest.ledger.changes import Period

    first, _, last = text.partition("..")
    try:
        if re.fullmatch("[0-9]{4}", text):
            return Period(date(int(text), 1, 1), date(int(text), 12, 31))
        if re.fullmatch("[0-9]{4}-[0-9]{2}", text):
            year, month = map(int, text.split("-"))
            return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        period = Period(date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise Usage(f"--period takes 2026, 2026-03 or 2026-03-01..2026-03-15, not {text!r}") from None
    _require(period.first <= period.last, f"--period {text} ends before it begins")
    return period


def _require(fine: bool, otherwise: str) -> None:
    if not fine:
        raise Usage(otherwise)
