"""Working hours: whether somebody is there, by the local clock and the district's working days."""

from datetime import datetime, timedelta, timezone

from consumers.alerts.plan.model import Hours
from consumers.alerts.plan.receivers import Digest
from consumers.alerts.telling.directory import Directory

LOCAL = timezone(timedelta(hours=8))
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at_work(hours: Hours, directory: Directory, now: datetime) -> bool:
    """From the hour of opening (included) to that of closing (excluded) of a working day; hours that end before they begin span midnight."""
    local = now.astimezone(LOCAL)
    at, day = local.time(), local.date()
    if hours.opens <= hours.closes:
        return hours.opens <= at < hours.closes and directory.works(day)
    if at >= hours.opens:
        return directory.works(day)
    return at < hours.closes and directory.works(day - timedelta(days=1))


def last_due(digest: Digest, directory: Directory, now: datetime) -> datetime:
    """The newest moment, not after now, at which a summary is due: each working day, or each week's first working day from a weekday on.

    In a week without a working day there is none; of the last five weeks nothing else is worth finding: then it is five weeks ago.
    """
    local = now.astimezone(LOCAL)
    for back in range(35):
        day = local.date() - timedelta(days=back)
        due = datetime.combine(day, digest.at, LOCAL)
        if due <= local and directory.works(day) and (digest.every == "day" or _opens_week(digest, directory, due)):
            return due
    return local - timedelta(days=35)


def _opens_week(digest: Digest, directory: Directory, due: datetime) -> bool:
    """Whether no working day lies between the weekday and this day."""
    wanted = _WEEKDAYS.index(digest.weekday)
    day = due.date()
    since = (day.weekday() - wanted) % 7
    return not any(directory.works(day - timedelta(days=back)) for back in range(1, since + 1))
