"""`suoheng metrics`: everything that the processes measure of themselves, from the one place where it is declared."""

from typing import Annotated, Literal

import typer

from deploy.errors import Usage


def metrics(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    markdown: Annotated[
        Literal["zh", "en"] | None, typer.Option("--markdown", help="Print them as a document in this language. 以文档形式输出")
    ] = None,
) -> None:
    """What the processes measure: name, type, unit, meaning, what is normal. 监控指标:含义与正常值

    Each process gives its own at `/metrics`; `suoheng top` shows the most important ones.
    """
    import json

    from deploy.watching.document import described
    from deploy.watching.document import markdown as document
    from schemas.operation.metrics import GROUPS

    if as_json and markdown:
        raise Usage("--json and --markdown exclude each other: choose one")
    if as_json:
        print(json.dumps([described(group.process, one) for group in GROUPS for one in group.metrics], ensure_ascii=False, indent=2))
    elif markdown:
        print(document(markdown), end="")
    else:
        _print_all()


def _print_all() -> None:
    from rich.table import Column, Table

    from deploy.console import console
    from schemas.operation.metrics import GROUPS

    for group in GROUPS:
        columns = [Column(head, overflow="fold") for head in ("metric 指标", "meaning 含义", "normal 正常值")]
        table = Table(*columns, title=f"{group.en} {group.zh}", header_style="bold", title_justify="left")
        for one in group.metrics:
            labels = f" {{{', '.join(one.labels)}}}" if one.labels else ""
            table.add_row(one.name + labels, f"{one.en}\n{one.zh}", f"{one.normal_en}\n{one.normal_zh}")
        console().print(table)
