"""Matchers over labels, as Alertmanager writes them: `severity="critical"`, `rule=~"a0.*"`, `office!=""`."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LABELS = frozenset(
    (
        *("rule", "severity", "district", "subject_kind", "subject", "office", "authority"),
        *("indicator", "mode", "dimension", "window", "start", "alertname"),
    )
)
"""What an alert can be told apart by (`consumers.alerts.telling.labels`)."""

_WRITTEN = re.compile(r"\s*([a-z_]+)\s*(=~|!~|!=|=)\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\"]*))\s*")


class Matcher(NamedTuple):
    """One condition; expressions of `=~` and `!~` must match the whole value, and an absent label is an empty one."""

    label: str
    sign: str
    value: str

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels fulfil it."""
        found = labels.get(self.label, "")
        same = re.fullmatch(self.value, found) is not None if "~" in self.sign else found == self.value
        return same != self.sign.startswith("!")

    def __str__(self) -> str:
        """As it is written."""
        quoted = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.label}{self.sign}"{quoted}"'


def matcher(text: str) -> Matcher:
    """A matcher from its text. Raises ValueError saying what is wrong."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(f'{text!r} is no matcher; write severity="critical", rule=~"a0.*", office!="…" or office!~"…"')
    label, sign, quoted, plain = found.groups()
    if label not in LABELS:
        raise ValueError(f"{label!r} is no label of alerts; there are {', '.join(sorted(LABELS))}")
    value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted) if "~" not in sign else quoted.replace('\\"', '"')
    if "~" in sign:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
    return Matcher(label, sign, value)


def all_hold(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether the labels fulfil all of them; no matcher matches everything."""
    return all(one.holds(labels) for one in matchers)
