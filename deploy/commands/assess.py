"""`suoheng assess`: offices assessed by a scheme, with every point lost led back to its events; the schemes; and files checked. 年度考核"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumers.assessment.causes import Cause
    from consumers.assessment.reading import Answer, Ground
    from consumers.clickhouse.store import Store
    from deploy.assess.document import Causes

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def assess(
    context: typer.Context,
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")] = "",
    scheme: Annotated[
        str, typer.Option(metavar="ID[:VERSION]", help="Scheme (`suoheng assess schemes`); without a version the one in force. 方案")
    ] = "",
    period: Annotated[
        str, typer.Option(help="year:2025, half:2025-H1, assessment-year:2025, ytd …; default: the year of the district's today. 周期")
    ] = "",
    office: Annotated[str, typer.Option(help="Show this office's sheet, item by item. 单所明细")] = "",
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="CHANGE",
            help="Assess with a value changed: INDICATOR=98%, OFFICE:INDICATOR@second=12, OFFICE:grade.ITEM=5; repeat it. 试算",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List every record behind a point lost, not ten of each. 全部列出")] = False,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write CSV there; - is standard output. 输出 CSV")] = None,
    markdown: Annotated[Literal["zh", "en"] | None, typer.Option(help="Print a document in this language. 以文档形式输出")] = None,
) -> None:
    """Assess the offices of a district: scores, places, grades; of one office every item with what it lost, why, and by which records. 年度考核

    Values are read as they stand now. What nobody has graded or inspected yet is told as open: a score is then known from – to. With --what-if the
    scores and places before and after are shown. `suoheng assess schemes` lists the schemes, `assess check FILE` checks a file of one's own.
    """
    if context.invoked_subcommand:
        return
    from deploy.assess.question import asking

    if not district:
        raise Usage("say what to assess: --district DISTRICT --scheme ID; or what else to do: schemes, form, check")
    require_district(district)
    if not scheme:
        raise Usage("say by which scheme: --scheme ID (`suoheng assess schemes` lists them)")
    if sum((as_json, csv is not None, markdown is not None)) > 1:
        raise Usage("--json, --csv and --markdown exclude each other: choose one")
    answer, ground, causes = asking(lambda store: _read(store, (district, scheme, period, office), what_if or []))
    _tell(answer, ground, causes, office, None if everything else 10, as_json=as_json, csv=csv, markdown=markdown)


async def _read(store: "Store", asked: tuple[str, str, str, str], changes: list[str]) -> "tuple[Answer, Ground, Causes]":
    from consumers.assessment.causes import causes
    from consumers.assessment.library import library
    from consumers.assessment.reading import read_assessment
    from consumers.lineage import read_basis
    from deploy.assess import question
    from schemas.settings import settings

    district, named, period, office = asked
    configured = settings()
    ground = await question.ground(store, district)
    reach = library(configured.data)
    scheme = question.scheme(reach, named, ground.today)
    span = question.span(scheme, ground, period, configured.assessment_first_month)
    # The version that was in force at the end of the days that are assessed, not today's.
    scheme = question.scheme(reach, named, min(span.last, ground.today))
    if office:
        question.require_office(ground, office, span)
    wanted = question.changes(changes, scheme, ground)
    answer = await read_assessment(store, ground, reach, scheme, span, wanted)
    found: dict[tuple[str, str, str], Sequence[Cause]] = {}
    if office and (one := answer.now.of(office)):
        basis = await read_basis(store, district)
        for part in one.parts:
            for item in part.items:
                for applied in item.applied:
                    if behind := await causes(store, basis, office, applied, part.part.span):
                        found[part.part.id, item.item.id, applied.id] = behind
    return answer, ground, found


def _tell(
    answer: "Answer",
    ground: "Ground",
    causes: "Causes",
    office: str,
    most: int | None,
    *,
    as_json: bool,
    csv: Path | None,
    markdown: str | None,
) -> None:
    import json
    import sys

    from deploy.assess import document, show
    from deploy.assess import markdown as text

    if as_json:
        print(json.dumps(document.document(answer, ground, office, causes), default=str, ensure_ascii=False))
    elif markdown:
        print(text.markdown(answer, ground, markdown, office), end="")
    elif csv is None:
        show.print_places(answer, ground)
        if office:
            show.print_sheet(answer, ground, office, causes, most)
    elif str(csv) == "-":
        document.print_csv(answer, ground, sys.stdout)
    else:
        try:
            # With a byte order mark, without which spreadsheet programs take Chinese for something else.
            with csv.open("w", encoding="utf-8-sig", newline="") as file:
                document.print_csv(answer, ground, file)
        except OSError as error:
            raise MissingDependency(f"{csv} cannot be written: {error.strerror}; name another file") from error
        print(f"{len(answer.now.results)} offices 司法所 → {csv}")


def schemes(
    scheme: Annotated[str, typer.Argument(metavar="[ID]", help="Show one scheme with its rules, sources and assumptions. 方案编号")] = "",
    as_json: AsJson = False,
) -> None:
    """The schemes in reach: those shipped and those in DATA/assessment/schemes. 考核方案"""
    import json

    from consumers.assessment.library import Unreadable, library
    from deploy.assess import scheme_text, show
    from schemas.settings import settings

    try:
        known = library(settings().data).schemes()
    except Unreadable as error:
        raise Finding(str(error)) from None
    chosen = [one for one in known if scheme in ("", one.scheme)]
    if not chosen:
        raise Usage(f"there is no scheme {scheme!r}; there are {', '.join(dict.fromkeys(one.scheme for one in known))}")
    if as_json:
        print(json.dumps([one.model_dump(mode="json", exclude_defaults=True) for one in chosen], ensure_ascii=False, default=str))
    elif scheme:
        print(scheme_text.text(chosen[-1]), end="")
    else:
        show.print_schemes(chosen)


def form(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    scheme: Annotated[str, typer.Option(metavar="ID[:VERSION]", help="Scheme. 方案")],
    period: Annotated[str, typer.Option(help="year:2025, half:2025-H1 …; default: the year of the district's today. 周期")] = "",
) -> None:
    """Print a form of everything that nobody has graded or inspected yet, to be filled in and put into DATA/assessment/grades. 待评分表"""
    from deploy.assess.form import form as made
    from deploy.assess.question import asking

    require_district(district)
    answer, ground, _ = asking(lambda store: _read(store, (district, scheme, period, ""), []))
    print(made(answer.now, ground), end="")


def check(
    file: Annotated[
        Path, typer.Argument(help="A scheme, a programme's checklist, grades or confirmations (YAML). 方案、清单、评分或确认文件")
    ],
    as_json: AsJson = False,
) -> None:
    """Check a file and name every mistake with its line. 检查文件"""
    import json

    from consumers.assessment.library import library
    from deploy.assess.file import check as judge
    from schemas.settings import settings

    found = judge(file, library(settings().data))
    if as_json:
        print(json.dumps({"kind": found.kind, "problems": [problem._asdict() for problem in found.problems]}, ensure_ascii=False))
    for problem in found.problems if not as_json else ():
        print(f"{file}:{problem.line}: {problem.where}{': ' if problem.where else ''}{problem.what}")
    if found.problems:
        raise Finding(f"{file} has {len(found.problems)} mistake(s)")
    if not as_json:
        print(f"{file}: {found.kind.removesuffix('_of')}, no mistake 无误")
