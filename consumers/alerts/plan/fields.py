"""Kinds of fields that `alerting.yaml` has: durations, times of day, matchers, names."""

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from consumers.alerts.plan.matching import Matcher, matcher

_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def duration(given: object) -> timedelta:
    """`30s`, `5m`, `4h`, `1d`, `1h30m`. Raises ValueError."""
    if isinstance(given, timedelta):
        return given
    found = _DURATION.fullmatch(given) if isinstance(given, str) and given else None
    if not found:
        raise ValueError("must be a duration such as 30s, 5m, 4h, 1d or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _time_of_day(given: object) -> time:
    """`08:30`, in quotes: YAML reads 12:30 without them as the number 750."""
    found = _TIME.fullmatch(given) if isinstance(given, str) else None
    if not found:
        raise ValueError('must be a time of day in quotes, such as "08:30"')
    return time(int(found[1]), int(found[2]))


def _matcher(given: object) -> Matcher:
    if isinstance(given, Matcher):
        return given
    if not isinstance(given, str):
        raise ValueError("must be a matcher in quotes, such as 'severity=\"critical\"'")  # noqa: TRY004 - pydantic tells ValueErrors
    return matcher(given)


Duration = Annotated[timedelta, BeforeValidator(duration)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Match = Annotated[Matcher, BeforeValidator(_matcher)]
ReceiverName = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,47}$")]
Target = Annotated[str, Field(pattern="^(role:)?[a-z0-9][a-z0-9_-]{0,47}$")]
"""A receiver's name, or `role:` and who can fix it."""


class Strict(BaseModel):
    """A part of the file: nothing unknown is taken, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
