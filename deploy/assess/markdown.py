"""An assessment as a document in one language."""

from collections.abc import Iterable, Iterator

from consumers.assessment.assessment import OfficeResult
from consumers.assessment.reading import Answer, Ground
from consumers.assessment.telling import DASH, Teller, points, score
from deploy.assess.words import grade_name, of, part_name, place, signed


def markdown(answer: Answer, ground: Ground, lang: str, office: str = "") -> str:
    """The assessment as a document in one language: the table of places, or one office's sheet."""
    found, teller = answer.now, Teller(lang, ground.named)
    lines = [f"# {found.scheme.name.of(lang)}", "", f"{ground.district}, {found.span.first} – {found.span.last}", ""]
    lines += [f"> {of(lang, '推定', 'assumption')}: {one.of(lang)}" for one in found.scheme.assumptions]
    heads = of(lang, "名次|司法所|得分|等次", "place|office|score|grade").split("|")
    lines += ["", _row(heads), _row(["---"] * len(heads))]
    for one in found.results:
        lines.append(_row([place(one), ground.name(one.office), score(one.low, one.high, found.scheme.decimals), grade_name(one, lang)]))
    if office and (own := found.of(office)):
        lines += ["", f"## {ground.name(office)}", "", *_sheet(own, teller)]
    return "\n".join(lines) + "\n"


def _sheet(one: OfficeResult, teller: Teller) -> Iterator[str]:
    lang = teller.lang
    heads = of(lang, "部分|项目|应得|失分|理由", "part|item|points|lost|why").split("|")
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for part in one.parts:
        for domain in part.domains:
            most = f"{points(domain.points)} → {score(domain.low, domain.high, 2)}"
            yield _row([part_name(part, lang), f"**{domain.domain.name.of(lang)}**", most, points(domain.lost), ""])
            for item in domain.items:
                own = DASH if item.points is None else points(item.points)
                yield _row(["", item.item.name.of(lang), own, points(item.lost), "; ".join(teller.reason(a) for a in item.applied)])
    for claim in one.bonus.claims:
        yield _row([of(lang, "加分", "bonus"), claim.bonus.name.of(lang), "", signed(claim), teller.claim(claim)])
    for penalty in one.penalties:
        yield _row(
            [
                of(lang, "扣分", "penalty"),
                penalty.penalty.name.of(lang),
                "",
                points(penalty.lost),
                "; ".join(teller.reason(a) for a in penalty.applied),
            ]
        )


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell_.replace("|", "\\|") for cell_ in cells) + " |"
