"""Content into HTML: the templates with everything they may call. Escaping is on for all of them, and an undefined name is an error."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consumers.alerts.reason import reason
from consumers.dashboard import charts, formats, links, names, texts
from consumers.dashboard.asking import Ask
from consumers.dashboard.limits import HORIZONS, concerned
from consumers.dashboard.menu import menu
from consumers.dashboard.missing import Incomplete, about
from consumers.dashboard.reading import Authority, District
from consumers.dashboard.registry import Share
from consumers.periods import DAYS, KINDS, Period, back_from, containing
from schemas.codes import CODES as REFUSALS

HERE = Path(__file__).parent
_LOCAL = ZoneInfo("Asia/Shanghai")
TASKS = "dual_street_task_share"
"""The indicator whose second sum is all tasks assigned: what stands behind counts of tasks."""
_MOST_PERIODS = 120
"""Periods offered in the choice: ten years of months."""
_COLOURS = 8
_HIDDEN = b' hidden data-behind="no"'
"""What templates give the sentence that a page is behind, for as long as it is not."""

_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.filters["reason"] = reason


class Frame(NamedTuple):
    """What stands on every page: its foot, the districts that one can go to, and whose numbers may lack events in the period."""

    trust: object
    places: list[str]
    incomplete: Mapping[str, Incomplete]
    made_at: datetime
    """When what stands on the page began to be read."""
    begun: date | None = None
    """The day of the district's first arrival, where the page is as of an earlier one: nothing was reported then."""


def page(template: str, ask: Ask, place: District, period: Period, content: object, frame: Frame) -> str:
    """A page of a district as HTML."""
    return render(
        template,
        ask.lang,
        ask=ask,
        place=place,
        places=frame.places,
        period=period,
        periods=_offered(place, period),
        kinds=[(kind, containing(kind, period.as_day(place.today))) for kind in getattr(content, "kinds", KINDS)],
        page=content,
        menu=menu(ask, place, period),
        trust=frame.trust,
        now=frame.made_at,
        clock=frame.made_at.astimezone(_LOCAL).strftime("%H:%M:%S"),
        incomplete=frame.incomplete,
        begun=frame.begun,
        whose=about(content, place),
        authority_name=lambda authority: authority_name(ask.lang, authority),
        colour=_colours(place),
        timeline=lambda history: charts.timeline(history, place.today),
        containing=containing,
        last_day=lambda end: end - timedelta(days=1),
        who=lambda shares: _who(ask.lang, place, shares),
        behind=partial(links.value, ask, place, period),
        behind_at=lambda indicator: lambda at: links.value(ask, place, period, indicator, at=at),
        behind_to=lambda indicator, subject: lambda at: links.value(ask, place, period, indicator, subject, at=at),
        behind_type=lambda indicator, subject: (
            lambda part, at: links.value(ask, place, period, indicator, subject, dimension=f"dispute_type={part}" if part else "", at=at)
        ),
        years_before=lambda periods: [one.year_before() for one in periods],
        behind_part=lambda indicator, list_name: lambda part: links.value(ask, place, period, indicator, dimension=f"{list_name}={part}"),
        behind_of=lambda indicator: partial(links.value, ask, place, period, indicator),
        restatements_link=partial(links.restatements, ask, place, period),
        told_link=partial(links.told, ask, place, period),
        record_link=partial(links.record, ask, place),
        event_link=partial(links.event, ask, place),
        decisions_link=partial(links.decisions, ask, place),
        letters_link=partial(links.letters, ask, place),
        letter_link=partial(links.letter, ask, place),
        sources_link=links.sources(ask, place),
        horizons=HORIZONS,
        concerned=concerned,
        limits_link=partial(links.limits, ask, place),
        cure=partial(cure, ask.lang),
        sheet_link=partial(links.sheet, ask, place, period),
        tasks_link=lambda office, assigner="": links.value(ask, place, period, TASKS, office, sum=2, assigner=assigner),
        event_type=lambda id_: names.event_type(ask.lang, id_),
        counting=partial(names.counting, ask.lang),
        became=lambda id_: names.standing(ask.lang, id_),
        field=partial(names.field, ask.lang),
        said=partial(names.said, ask.lang),
    )


def behind(body: bytes) -> bytes:
    """A finished page or JSON that says that something was written since it was made."""
    was, is_ = (_HIDDEN, b"") if body.startswith(b"<") else (b'"behind":false', b'"behind":true')
    return body.replace(was, is_, 1)


def render(template: str, lang: str, **context: object) -> str:
    """A template in one language; `t` gives texts, `code` names of codes, `f` formats."""
    return _environment.get_template(template).render(
        lang=lang,
        other_lang="en" if lang == "zh" else "zh",
        t=texts.translator(lang),
        code=lambda list_name, value: texts.code(lang, list_name, value),
        f=formats,
        charts=charts,
        refusal=lambda name: _refusal(lang, name),
        moment=moment,
        **context,
    )


def moment(at: datetime | date) -> str:
    """An instant as local date and minute; a date as it is."""
    if not isinstance(at, datetime):
        return at.isoformat()
    local = at.astimezone(_LOCAL) if at.tzinfo else at
    return local.strftime("%Y-%m-%d %H:%M")


def authority_name(lang: str, authority: Authority) -> str:
    """The registered name; for `self` and the pseudo-authority, which have none, what they stand for."""
    return authority.name or texts.code(lang, "authority", authority.kind)


def _who(lang: str, place: District, shares: tuple[Share, ...]) -> str:
    """Shares in words: 甲街道 70.00%、区司法局 30.00%."""
    named = (f"{authority_name(lang, place.authority(share.authority))} {formats.basis_points(share.bp)}" for share in shares)
    return ("、" if lang == "zh" else ", ").join(named)


def _offered(place: District, period: Period) -> list[Period]:
    if period.kind == DAYS:
        return [period]
    newest = containing(period.kind, max(place.today, period.start))
    return list(back_from(newest, min(place.first_day or place.today, period.start), _MOST_PERIODS))


def _colours(place: District) -> Mapping[str, int]:
    """A colour number for every authority, the same on all pages of a district."""
    return _Colours({id_: number % _COLOURS for number, id_ in enumerate(sorted(place.authorities))})


class _Colours(dict[str, int]):
    def __missing__(self, _: str) -> int:
        return _COLOURS


def _refusal(lang: str, name: str) -> str:
    """Why events with this code were refused, and what their sender can do."""
    why, what = cure(lang, name)
    return (f"{why};{what}" if lang == "zh" else f"{why}; {what}") if what else why


def cure(lang: str, name: str) -> tuple[str, str]:
    """Why events with this code were refused and, apart, what their sender can do; the code itself and nothing for one that this build does not know."""
    known = REFUSALS.get(name)
    if known is None:
        return name, ""
    return (known.zh, known.remedy_zh) if lang == "zh" else (known.en, known.remedy_en)


def text(lang: str, key: str, values: Mapping[str, object]) -> str:
    """One text with its values."""
    return texts.translator(lang)(key, **values)
