"""`suoheng indicators`: the catalogue, for people and for programs."""

from typing import Annotated, Any, Literal

import typer

from deploy.errors import Usage


def indicators(
    indicator: Annotated[
        str, typer.Argument(metavar="[ID]", help="Id of one indicator, such as med_success_rate; all when left out. 指标编号")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    markdown: Annotated[
        Literal["zh", "en"] | None, typer.Option("--markdown", help="Print the catalogue as a document in this language. 以文档形式输出")
    ] = None,
) -> None:
    """The indicators: formula, windows, ways of attribution, sources. 指标目录:公式、周期、归属方式、来源"""
    import json

    from deploy.catalogue.document import markdown as document
    from deploy.catalogue.words import ENTRIES, describe

    if indicator and indicator not in ENTRIES:
        raise Usage(f"there is no indicator {indicator!r}{_likely(indicator, list(ENTRIES))}; `suoheng indicators` lists them")
    if as_json and markdown:
        raise Usage("--json and --markdown exclude each other: choose one")
    chosen = [ENTRIES[indicator]] if indicator else list(ENTRIES.values())
    if as_json:
        described = [describe(one) for one in chosen]
        print(json.dumps(described[0] if indicator else described, ensure_ascii=False, indent=2))
    elif markdown:
        print(document(markdown, chosen), end="")
    elif indicator:
        _print_one(chosen[0])
    else:
        _print_all([describe(one) for one in chosen])


def _likely(given: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(given, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _print_one(indicator: Any) -> None:
    from deploy.catalogue.document import rows

    print(f"{indicator.id}  {indicator.zh}  {indicator.en}")
    print(f"  {indicator.definition_zh}\n  {indicator.definition}")
    for (label_zh, zh), (label_en, en) in zip(rows("zh", indicator), rows("en", indicator), strict=True):
        print(f"  {label_zh} {label_en}: {zh}" + (f" · {en}" if en != zh else ""))


def _print_all(described: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from deploy.console import console

    table = Table(
        "id", "中文", "formula 公式", "windows 周期", "modes 归属方式", title=f"{len(described)} indicators 指标", header_style="bold"
    )
    for one in described:
        table.add_row(one["id"], one["zh"], one["formula"], f"{one['windows'][0]} … {one['windows'][-1]}", " ".join(one["modes"]) or "–")
    console().print(table)
