"""What a reconciliation found, for people and for programs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from consumers.reconcile.compare import Difference


@dataclass(slots=True)
class Report:
    """The outcome of one run. It agrees when no row differs, every message is accounted for and ClickHouse had caught up."""

    epoch: int
    """The one that was served when the run began."""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    districts: int = 0
    messages: int = 0
    """Messages of the log that were recomputed."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("admitted", "duplicates", "dead_letters", "pending"), 0))
    compared: dict[str, int] = field(default_factory=dict)
    """Rows compared, by table."""
    overtaken: int = 0
    """Rows changed by messages that came during the run and were not read: nothing was said about them."""
    lag: int = 0
    """Messages that were in the log at the start and had not reached ClickHouse when the patience was over."""
    gaps: int = 0
    """Numbers missing in the sequences of the publishers: events that never came. A finding about them, not about the computation."""
    different: dict[str, int] = field(default_factory=dict)
    """Rows that differ, by table."""
    differences: list[Difference] = field(default_factory=list)
    """The first of them, at most the run's limit."""

    @property
    def agrees(self) -> bool:
        """Whether all that was compared is as it must be."""
        return not self.rows_different and not self.lag

    @property
    def conserved(self) -> bool:
        """Whether every message is counted exactly once, in ClickHouse and by the oracle alike."""
        return not self.different.get("conservation")

    @property
    def verdict(self) -> str:
        """One line for people."""
        if self.lag:
            return f"not caught up: {self.lag:,} messages of the log are not in ClickHouse yet; are the workers and the sink running?"
        if not self.agrees:
            lost = "" if self.conserved else "; messages are not accounted for"
            return f"{self.rows_different:,} of {self.rows_compared:,} rows differ{lost}"
        return f"no difference in {self.rows_compared:,} rows from {self.messages:,} messages"

    @property
    def rows_different(self) -> int:
        """Rows that differ in all tables."""
        return sum(self.different.values())

    @property
    def rows_compared(self) -> int:
        """Rows compared in all tables."""
        return sum(self.compared.values())

    def add(self, table: str, compared: int, different: int) -> None:
        """Note that so many rows of a table were compared, and so many of them differ."""
        self.compared[table] = self.compared.get(table, 0) + compared
        self.different[table] = self.different.get(table, 0) + different

    def as_json(self) -> dict[str, Any]:
        """The report as one JSON document."""
        return {
            "agrees": self.agrees,
            "verdict": self.verdict,
            "started_at": self.started_at.isoformat(timespec="milliseconds"),
            "finished_at": self.finished_at.isoformat(timespec="milliseconds") if self.finished_at else None,
            "epoch": self.epoch,
            "districts": self.districts,
            "messages": {"read": self.messages, **self.counts},
            "compared": self.compared,
            "different": self.different,
            "rows_different": self.rows_different,
            "overtaken": self.overtaken,
            "lag": self.lag,
            "conserved": self.conserved,
            "sequence_gaps": self.gaps,
            "differences": [difference._asdict() for difference in self.differences],
        }
