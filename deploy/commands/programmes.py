"""`suoheng programmes`: which titles offices hold, how ready they are for the next, and who is nearest. 创建评定"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Usage

if TYPE_CHECKING:
    from consumers.clickhouse.store import Store


def programmes(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    office: Annotated[str, typer.Option(help="Show this office alone, criterion by criterion. 单所明细")] = "",
    programme: Annotated[str, typer.Option(help="Show this programme alone, e.g. city_star. 创建项目")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Titles: what each office holds since when and until when, the next level, which criteria are met and how far the others are, and which office is
    nearest. 创建评定:持有、下一级、差距、最近

    The share of criteria met is indicator 90 创建就绪度. The checklists are files (shipped, and in DATA/assessment/programmes), checked by `assess check`.
    """
    import json

    from deploy.assess import readiness_show as show
    from deploy.assess.question import asking

    require_district(district)
    ground, found = asking(lambda store: _ready(store, district, office, programme))
    if as_json:
        print(json.dumps(show.document(ground, found), default=str, ensure_ascii=False))
    else:
        show.print_matrix(ground, found)
        if office or programme:
            show.print_criteria(ground, found)


async def _ready(store: "Store", district: str, office: str, programme: str) -> Any:
    from consumers.assessment.library import library
    from consumers.assessment.readiness import readiness
    from consumers.assessment.reading import read_standings
    from consumers.report.span import Span
    from deploy.assess import question
    from schemas.settings import settings

    ground, reach = await question.ground(store, district), library(settings().data)
    known = reach.programmes(ground.today)
    chosen = [one for one in known if programme in ("", one.programme)]
    if not chosen:
        raise Usage(f"there is no programme {programme!r}; there are {', '.join(one.programme for one in known)}")
    if office:
        question.require_office(ground, office, Span(ground.today, ground.today))
    standings = await read_standings(store, ground, reach, chosen, ground.today)
    return ground, [one for each in chosen for one in readiness(each, standings, ground.today) if office in ("", one.office)]
