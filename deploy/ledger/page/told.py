"""The outcome of an import as the page shows it: JSON without any path of this machine, long lists cut."""

from typing import Any

from deploy.ledger.importing import Options, Outcome
from deploy.ledger.show import document
from schemas.events import CATALOGUE

_MOST = 500
_NAMES = {one.name: (one.zh, one.en) for one in CATALOGUE}


def told(outcome: Outcome, options: Options, ticket: str) -> dict[str, Any]:
    """What was found, and done."""
    said = document(outcome, options)
    faults = [{name: one[name] for name in ("sheet", "line", "column", "code", "zh", "en")} for one in said["faults"]]
    vanished = [
        {"id": one["id"], "day": one["day"], "office": one["office"], "zh": _NAMES[one["type"]][0], "en": _NAMES[one["type"]][1]}
        for one in said["vanished"]
    ]
    file = said["files"][0]
    return {
        "ticket": ticket,
        "file": options.files[0].name,
        "source": said["source"],
        "sheets": file["sheets"],
        "skipped": [name for name in file["skipped"] if name not in ("说明", "代码")],
        "macros_ignored": file["macros_ignored"],
        "new": said["new"],
        "amended": said["amended"],
        "unchanged": said["unchanged"],
        "corrected_elsewhere": said["corrected_elsewhere"],
        "withdrawn": [one["line"] for one in said["withdrawn"]][:_MOST],
        "full": [entry.line for entry in outcome.changes.full][:_MOST],
        "vanished": vanished[:_MOST],
        "vanished_count": len(vanished),
        "faults": faults[:_MOST],
        "faulty_lines": len(outcome.checked.faults),
        "copy": bool(outcome.copies),
        "other_ledgers": said["other_ledgers"],
        "published": said["published"],
        "retracted": said["retracted"],
        "key_file_made": said["key_file_made"],
    }
