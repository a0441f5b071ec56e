"""Offices and authorities as clerks write them: by id, or by name where the registry can be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.fields import AUTHORITY, OFFICE
from streams.ingest.ledger.cells import Wrong, text_of
from streams.ingest.ledger.files import Cell
from streams.ingest.ledger.plain import folded

_OFFICE = re.compile(rf"(?<![a-z0-9-]){OFFICE}(?![a-z0-9-])")
_AUTHORITY = re.compile(rf"(?<![a-z0-9-]){AUTHORITY}(?![a-z0-9-])")
SELF = "本所自行"
"""Nobody else ordered it."""
_SELF = frozenset(map(folded, ("self", SELF, "本所", "自行", "自行安排")))


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the registry: its name, its first day, and the day from which it is closed."""

    name: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Places:
    """The registry of a district as far as ledgers need it; `known` False: it was not asked, so only ids are taken and none is doubted."""

    known: bool = False
    offices: Mapping[str, Office] = field(default_factory=dict)
    authorities: Mapping[str, str] = field(default_factory=dict)
    """Id to name."""

    def office(self, cell: Cell) -> str:
        """The id of an office. Raises `Wrong` for one that is not registered."""
        text = text_of(cell)
        if found := _OFFICE.search(text.lower()):
            if self.known and found[0] not in self.offices:
                raise Wrong("DOMAIN_UNKNOWN_OFFICE", "该司法所尚未登记", "the office is not registered")
            return found[0]
        return _by_name(text, {id_: office.name for id_, office in self.offices.items()}, "司法所", "sfs-区划代码-三位序号")

    def authority(self, cell: Cell) -> str:
        """The id of an authority. Raises `Wrong` for a name that is not registered."""
        text = text_of(cell)
        if found := _AUTHORITY.search(text.lower()):
            return found[0]
        return _by_name(text, self.authorities, "单位", "au-区划代码-单位代码")

    def assigner(self, cell: Cell) -> str:
        """The same, or `self`."""
        return "self" if folded(text_of(cell)) in _SELF else self.authority(cell)

    def is_open(self, office: str, on: date) -> bool:
        """Whether a known office existed on a day."""
        found = self.offices.get(office)
        return found is None or (found.opened_on <= on and (found.closed_on is None or on < found.closed_on))


def _by_name(text: str, names: Mapping[str, str], what: str, form: str) -> str:
    fitting = [id_ for id_, name in names.items() if folded(name) == folded(text)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ";已登记:" + "、".join(list(names.values())[:8]) if names else ""
    why = "有重名,请填代码" if fitting else f"未登记的{what}名称"
    raise Wrong(
        "DOMAIN_UNKNOWN_OFFICE" if what == "司法所" else "STRUCT_VALUE",
        f"{why}(形如 {form}){listed}",
        f"no registered name; write its id ({form})",
    )
