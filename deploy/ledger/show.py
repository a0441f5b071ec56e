"""The outcome of an import, for people and as one JSON document."""

from typing import Any

from deploy.console import console
from deploy.ledger.importing import Options, Outcome
from schemas.events import CATALOGUE
from streams.ingest.ledger.changes import Known
from streams.ingest.ledger.checking import remarks
from streams.ingest.ledger.lines import Fault

_MOST = 20
_NAMES = {one.name: one.zh for one in CATALOGUE}


def document(outcome: Outcome, options: Options) -> dict[str, Any]:
    """Everything, for programs."""
    changes = outcome.changes
    return {
        "source": outcome.source,
        "files": [
            {
                "file": str(file),
                "kind": outcome.books[number].kind,
                "sheets": [_sheet(outcome, at) for at, one in enumerate(outcome.checked.sheets) if one.file == number],
                "skipped": [name for of, name in outcome.checked.skipped if of == number],
                "macros_ignored": outcome.books[number].macros,
                "copy": str(outcome.copies[number]) if number in outcome.copies else None,
            }
            for number, file in enumerate(options.files)
        ],
        "new": len(changes.new),
        "amended": len(changes.amended),
        "unchanged": changes.unchanged,
        "corrected_elsewhere": changes.corrected_elsewhere,
        "withdrawn": [{"file": str(options.files[outcome.checked.sheets[e.sheet].file]), "line": e.line} for e, _ in changes.withdrawn],
        "vanished": [_vanished(one) for one in changes.vanished],
        "faults": [_fault(outcome, options, place, fault) for place, faults in sorted(outcome.checked.faults.items()) for fault in faults],
        "other_ledgers": outcome.others,
        "published": outcome.published,
        "retracted": outcome.retracted,
        "key_file_made": str(outcome.key_file) if outcome.key_file else None,
        "seconds": outcome.seconds,
    }


def print_outcome(outcome: Outcome, options: Options) -> None:
    """The same, for people."""
    out = console()
    for number, file in enumerate(options.files):
        _print_file(outcome, number, str(file))
    _print_faults(outcome)
    changes = outcome.changes
    if options.offline:
        out.print(f"{len(outcome.checked.entries):,} good lines 合格行; not compared with the log 未与已导入数据比对")
        return
    out.print(
        f"{outcome.source}: new 新增 {len(changes.new):,} · amended 更正 {len(changes.amended):,} · unchanged 未变 {changes.unchanged:,}"
        f" · vanished 缺失 {len(changes.vanished):,}"
    )
    for source, count in outcome.others.items():
        out.print(
            f"  first import under this name 首次以此名称导入; is it not {source} ({count:,} events 条)? the same ledger must always have the same "
            "--ledger or --office 同一台账须始终使用同一 --ledger 或 --office"
        )
    if changes.corrected_elsewhere:
        out.print(
            f"{changes.corrected_elsewhere:,} of the unchanged were corrected by another source, whose word stands 已由其他来源更正,保持不变"
        )
    for entry, _ in changes.withdrawn[:_MOST]:
        out.print(
            f"  line {entry.line} stays out: another source has retracted its event 第 {entry.line} 行的事件已被其他来源撤销,不再发布"
        )
    _print_vanished(outcome)
    _print_end(outcome, options)


def _sheet(outcome: Outcome, at: int) -> dict[str, Any]:
    one = outcome.checked.sheets[at]
    faulty = sum(1 for sheet, _ in outcome.checked.faults if sheet == at)
    good = sum(1 for entry in outcome.checked.entries if entry.sheet == at)
    told = [{"zh": zh, "en": en} for zh, en in remarks(one)]
    return {"sheet": one.ledger.name, "type": one.ledger.type_name, "good": good, "faulty": faulty, "remarks": told}


def _fault(outcome: Outcome, options: Options, place: tuple[int, int], fault: Fault) -> dict[str, Any]:
    sheet = outcome.checked.sheets[place[0]]
    where = {"file": str(options.files[sheet.file]), "sheet": sheet.ledger.name, "line": place[1]}
    return where | fault._asdict()


def _vanished(one: Known) -> dict[str, Any]:
    event = one.event
    return {
        "id": one.id,
        "type": event["type"],
        "day": one.day.isoformat(),
        "office": event["office"],
        "subject": event["subject"],
        "data": event["data"],
    }


def _print_file(outcome: Outcome, number: int, file: str) -> None:
    out = console()
    book = outcome.books[number]
    out.print(f"{file} ({book.kind})" + ("; its macros were ignored 宏已忽略" if book.macros else ""), markup=False)
    for at, one in enumerate(outcome.checked.sheets):
        told = _sheet(outcome, at) if one.file == number else {}
        if told and (told["good"] or told["faulty"] or told["remarks"]):
            out.print(
                f"  {told['sheet']}: {told['good']:,} good 合格" + (f", {told['faulty']:,} faulty 有误" if told["faulty"] else ""),
                markup=False,
            )
            for zh, en in remarks(one):
                out.print(f"    {zh} · {en}", markup=False)
    if skipped := [name for of, name in outcome.checked.skipped if of == number and name not in ("说明", "代码")]:
        out.print(f"  no ledgers, not read 不是台账,未读取: {'、'.join(skipped)}", markup=False)


def _print_faults(outcome: Outcome) -> None:
    out = console()
    faults = sorted(outcome.checked.faults.items())
    for (sheet, line), of in faults[:_MOST]:
        for fault in of:
            where = f"{outcome.checked.sheets[sheet].ledger.name} {line}" + (f" {fault.column}" if fault.column else "")
            out.print(f"  {where}: {fault.zh} · {fault.en} ({fault.code})", markup=False)
    if len(faults) > _MOST:
        out.print(f"  … and {len(faults) - _MOST:,} more lines 另有 {len(faults) - _MOST:,} 行")
    for path in outcome.copies.values():
        out.print(f"every fault stands in 全部错误见: {path} (column 错误)", markup=False)


def _print_vanished(outcome: Outcome) -> None:
    out = console()
    vanished = outcome.changes.vanished
    if not vanished:
        return
    out.print("imported earlier and not in the ledger any more 曾导入、现已不在台账中:")
    for one in vanished[:_MOST]:
        event = one.event
        name = _NAMES.get(event["type"], event["type"])
        out.print(f"  {name} {one.day} {event['office']} {event['subject']} {one.id}", markup=False)
    if len(vanished) > _MOST:
        out.print(f"  … and {len(vanished) - _MOST:,} more (--json lists all)")


def _print_end(outcome: Outcome, options: Options) -> None:
    out = console()
    if outcome.key_file:
        out.print(
            f"a new key was made 已生成密钥: {outcome.key_file}; back it up 请备份: without it these cases cannot be continued",
            markup=False,
        )
    vanished = len(outcome.changes.vanished)
    if outcome.published or outcome.retracted:
        out.print(f"{outcome.published:,} events and {outcome.retracted:,} retractions published 已发布 in {outcome.seconds:.1f} s")
    elif outcome.checked.faults:
        out.print("nothing was published; mend the faults 请先更正错误 (--yes --partial publishes the good lines 先发布合格行)")
    elif not options.yes:
        more = f"; --retract {vanished} with it retracts the vanished 加 --retract {vanished} 撤销缺失的" if vanished else ""
        out.print(f"dry run 试运行: nothing was published; --yes publishes 加 --yes 发布{more}")
    else:
        out.print("nothing was published 未发布任何事件")
