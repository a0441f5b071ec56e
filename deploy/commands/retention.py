"""`suoheng retention`: what is kept for how long, and letting go of what is due."""

from typing import Annotated

import typer


def retention(
    apply: Annotated[
        bool, typer.Option("--apply", help="Drop the epochs that are due; they cannot be rolled back to any more. 执行")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """What is kept for how long, by which setting, and what may go now. 保留期限

    Nothing is deleted without --apply, and never anything of the log. How long dead letters are kept is applied by `suoheng topics`.
    """
    import json

    from rich.table import Table

    from deploy import retention as kept
    from deploy.console import console
    from schemas.settings import settings

    found = kept.rules(settings(), kept.now())
    due = [epoch for rule in found for epoch in rule.due]
    dropped = kept.apply(settings(), due) if apply else []
    if as_json:
        print(json.dumps({"rules": [rule._asdict() for rule in found], "dropped": dropped}, ensure_ascii=False))
        return
    shown = Table("what", "kept", "setting", "deleted by", "there is", title="Retention 保留期限")
    for rule in found:
        shown.add_row(
            rule.what, rule.kept, rule.setting, rule.by, rule.there + (f"; due: {', '.join(map(str, rule.due))}" if rule.due else "")
        )
    console().print(shown)
    if dropped:
        print(f"dropped epoch {', '.join(map(str, dropped))}")
    elif due:
        print(f"epoch {', '.join(map(str, due))} may go: `suoheng retention --apply`")
