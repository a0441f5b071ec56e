"""What a partition remembers: per district its identities, records, registry and values. A fold of the log, and nothing else."""

from collections.abc import Callable
from typing import Any

from schemas.rules import Rule
from streams.core.breaker import Breaker
from streams.core.catalogue import Indicator, fed_by, split_term
from streams.core.catalogue.model import MONTHS
from streams.core.cells import Cell, DaysPassed, Line, MonthSums, Subject
from streams.core.identity import Chain, Identity
from streams.core.judge import AlertKey, Verdict
from streams.core.ledger import Ledger
from streams.core.lifecycles.slots import SINGLE, Slot
from streams.core.measures import measure, name_of, shown
from streams.core.seal import Recheck
from streams.core.splits import Plan, Timeline
from streams.core.watch import Watch
from streams.core.windows import BEGINNING
from streams.core.workdays import Calendar

NOBODY = 0
"""Number of the assigner `self`, who is no authority."""


class Counts:
    """Conservation: read = admitted + duplicates + dead + pending, at every moment."""

    __slots__ = ("admitted", "dead", "duplicates", "pending", "read", "refused")

    def __init__(self) -> None:
        self.read = self.admitted = self.duplicates = self.dead = self.pending = 0
        self.refused: dict[tuple[str, int], int] = {}
        """Dead letters by code and the local day on which they were appended."""


class District:
    """Everything about one district. Offices and authorities are numbered; authority 0 is `self`."""

    def __init__(self, code: str, counts: Counts) -> None:
        self.code, self.counts = code, counts
        self.today: int | None = None
        self.ticked = False
        # identities and records
        self.identities: dict[str, dict[str, Slot | bytes]] = {}
        """source -> id -> the slot of an assertion, or the digest of an amendment or retraction."""
        self.sources: dict[str, str] = {}
        """source -> the one object of this text."""
        self.chains: dict[Identity, Chain] = {}
        self.waiting: dict[Identity, tuple[int, int, bytes]] = {}
        """Pending amendment -> offset, append time, structured text: what its row in `admitted-events` needs once it is admitted."""
        self.ledgers: dict[str, Ledger] = {}
        self.records: list[dict[Any, Any]] = [{} for _ in range(SINGLE + 1)]
        """By domain: key of the record -> its live slots in order, or its Person."""
        # registry
        self.office_numbers: dict[str, int] = {}
        self.offices: list[str] = []
        self.life: dict[int, tuple[int | None, int | None]] = {}
        """Office -> days of opening and closing, as admission sees them."""
        self.authority_numbers: dict[str, int] = {"self": NOBODY}
        self.authorities: list[str] = ["self"]
        self.kinds: dict[int, str | None] = {}
        self.timelines: dict[int, Timeline] = {}
        self.calendar, self.watch = Calendar(), Watch()
        """Working days, one object for good: persons keep it; and what the rules in force look at besides values."""
        # values
        self.cells: dict[tuple[int, Subject], Cell] = {}
        self.home: Subject = ("district", code, "none")
        self.office_subjects: list[Subject] = []
        self.daily_cells: list[Cell] = []
        """Cells of days that averages are formed of: windows that are running change with today."""
        self.lines: dict[tuple[str, str, Subject], Line] = {}
        self.by_assigner: dict[tuple[int, int, int], dict[int, int]] = {}
        """(task measure, office, assigner) -> amounts by day: moved when an authority's kind is learned."""
        self.named: dict[tuple[int, int], dict[int, int]] = {}
        """(measure with the thing named, office) -> number of facts by day."""
        self.future: dict[int, dict[tuple[int, int, int, int], int]] = {}
        """Day after today -> facts told but not counted yet."""
        self.stock_offices: dict[int, set[int]] = {}
        self.stock_cells: dict[int, dict[Cell, None]] = {}
        """Stock measure -> cells of authorities that ever had a part of it."""
        self.owned_stocks: dict[Cell, None] = {}
        """Cells of authorities whose stocks the facts themselves name."""
        self.waking: dict[int, dict[tuple[int, str], None]] = {}
        """Day after today -> persons (domain, key) who may count from then on although nothing happens."""
        self.inside: dict[tuple[int, int], int] = {}
        """(domain, office) -> persons whose stay runs."""
        # alerts
        self.rules: dict[str, tuple[Rule, int]] = {}
        """Rules in force: id -> rule, day from which it is judged."""
        self.alerts: dict[AlertKey, Verdict] = {}
        """Alerts as they were published last, gone ones left out."""
        self.plan_unknown = Plan(((self.authority(f"au-{code}-unknown"), 10_000),), self.authority(f"au-{code}-unknown"))

    def authority(self, ident: str) -> int:
        """The number of an authority, given on first sight."""
        number = self.authority_numbers.get(ident)
        if number is None:
            number = self.authority_numbers[ident] = len(self.authorities)
            self.authorities.append(ident)
        return number

    def office(self, ident: str) -> int:
        """The number of an office, given on first sight (a split may name one that is not registered yet)."""
        number = self.office_numbers.get(ident)
        if number is None:
            number = self.office_numbers[ident] = len(self.offices)
            self.offices.append(ident)
            self.office_subjects.append(("office", ident, "none"))
            self.timelines[number] = Timeline([BEGINNING], [self.plan_unknown])
        return number

    def ledger(self, source: str) -> Ledger:
        """The sequence ledger of a source."""
        found = self.ledgers.get(source)
        if found is None:
            found = self.ledgers[source] = Ledger()
        return found

    # -- cells and the lines they feed
    def fan(self, plan: Plan, m: int) -> tuple[tuple[Cell, int], ...]:
        """(cell, weight) of every authority that gets a part of the measure under this plan."""
        got = plan.fan.get(m)
        if got is None:
            out: list[tuple[Cell, int]] = []
            for mode in shown(m).by_split:
                if mode == "share_weighted":
                    out += [(self.authority_cell(m, mode, a), bp) for a, bp in plan.shares]
                elif mode == "full":
                    out += [(self.authority_cell(m, mode, a), 1) for a, _ in plan.shares]
                else:
                    out.append((self.authority_cell(m, mode, plan.lead), 1))
            got = plan.fan[m] = tuple(out)
        return got  # type: ignore[return-value]

    def authority_cell(self, m: int, mode: str, authority: int) -> Cell:
        """The cell of an authority under a mode."""
        return self.cell(m, ("authority", self.authorities[authority], mode))

    def office_cell(self, m: int, office: int) -> Cell:
        """The cell of an office."""
        return self.cell(m, self.office_subjects[office])

    def cell(self, m: int, subject: Subject) -> Cell:
        """The cell of a measure and subject; made with the lines it feeds on first sight."""
        got = self.cells.get((m, subject))
        if got is None:
            got = self.cells[m, subject] = Cell()
            self._open_lines(m, subject)
        return got

    def _open_lines(self, m: int, subject: Subject) -> None:
        component, dimension = name_of(m)
        kind, ident, mode = subject
        for indicator, shown_as in fed_by(component, dimension):
            if kind != "authority":
                if indicator.subjects != "authority":
                    self._open_line(indicator, shown_as, subject)
            elif indicator.shape == "mismatch":  # tasks come by assigner, money by owner; shown as `own`
                self._open_line(indicator, shown_as, (kind, ident, "own"))
            elif mode in indicator.attribution:
                self._open_line(indicator, shown_as, subject)

    def _open_line(self, indicator: Indicator, dimension: str, subject: Subject) -> None:
        if (indicator.id, dimension, subject) in self.lines:
            return
        line = self.lines[indicator.id, dimension, subject] = Line(self.code, indicator, dimension, subject)

        def part(term: str, of: Subject) -> Any:
            name, fixed = split_term(term)
            component = indicator.components[name]
            cell = self.cell(measure(component.kept_as, fixed or dimension), of)
            if line not in cell.lines:
                cell.lines.append(line)
            return MonthSums(cell.values, component.weights) if component.kind is MONTHS else cell.values

        num, den = indicator.num, indicator.den
        if indicator.shape == "own_share":
            line.num, line.den = (part(num[0], subject),), (part(num[0], self.home),)
            line.anchors = line.num
        elif indicator.shape == "mismatch":
            kind, ident, _ = subject
            line.num = part(num[0], (kind, ident, "assigned_by")), part(num[0], self.home)
            line.den = part(den[0], subject), part(den[0], self.home)
            line.anchors = line.num[0], line.den[0]
        else:
            line.num = tuple(part(c, subject) for c in num)
            line.den = tuple(part(c, subject) for c in den)
            if indicator.shape == "average":
                line.den = (*line.den, DaysPassed(self))
                self.daily_cells.append(self.cell(measure(indicator.components[den[0]].kept_as, dimension), subject))


class Partition:
    """The state of one partition of the log. `belongs(key)` tells whether the default partitioner puts a key here; `recheck`, if any, why a
    valid event is refused all the same (`seal.py`)."""

    def __init__(
        self,
        number: int,
        epoch: int,
        belongs: Callable[[bytes], bool],
        breaker: Breaker | None = None,
        recheck: Recheck | None = None,
    ) -> None:
        self.number, self.epoch, self.belongs, self.recheck = number, epoch, belongs, recheck
        self.breaker = breaker or Breaker(100, 20)
        self.districts: dict[str, District] = {}
        self.counts: dict[str, Counts] = {}
        """By district; '' holds what came without a readable key."""

    def counts_of(self, district: str) -> Counts:
        """The counters of a district."""
        found = self.counts.get(district)
        if found is None:
            found = self.counts[district] = Counts()
        return found

    def district(self, code: str) -> District:
        """The state of a district, begun on first sight."""
        found = self.districts.get(code)
        if found is None:
            found = self.districts[code] = District(code, self.counts_of(code))
        return found
