"""`suoheng audit verify|show`: the hash-chained log of keys and refusals. 审计日志"""

from typing import Annotated

import typer

from deploy.errors import Finding, MissingDependency

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def verify(
    expect: Annotated[str | None, typer.Option(help="A head noted earlier; it must be in the chain. 先前记录的链头")] = None,
    as_json: AsJson = False,
) -> None:
    """Follow the chain of hashes through all days; ends with 1 where it does not hold. 校验审计链

    Note the head somewhere else from time to time: with --expect, even a log that was cut off or rewritten as a whole is found out.
    """
    import json

    from schemas.audit import verify as look
    from schemas.settings import settings

    folder = settings().audit_folder
    try:
        found = look(folder, expect)
    except OSError as error:
        raise MissingDependency(f"cannot read the audit log {folder}: {error}") from error
    if as_json:
        told = {"days": found.days, "entries": found.entries, "first": found.first, "head": found.head.hash, "last": found.head.n}
        print(json.dumps(told | {"problems": [one._asdict() for one in found.problems]}))
    else:
        for problem in found.problems:
            print(f"{problem.file}:{problem.line}: {problem.what}")
        print(f"{found.entries:,} entries of {found.days} day(s) in {folder}, since {found.first or 'never'}")
        print(f"head {found.head.hash}")
    if found.problems:
        raise Finding(f"the audit log does not hold in {len(found.problems)} place(s)")


def show(last: Annotated[int, typer.Option(min=1, help="So many of the newest entries.")] = 50, as_json: AsJson = False) -> None:
    """Print the newest entries, the oldest of them first. 查看审计日志"""
    import json
    from collections import deque

    from schemas.audit import entries
    from schemas.settings import settings

    newest = deque(entries(settings().audit_folder), last)
    if as_json:
        print(json.dumps({"entries": list(newest)}, ensure_ascii=False))
        return
    for one in newest:
        facts = " ".join(f"{name}={json.dumps(value)}" for name, value in one.items() if name not in ("n", "at", "what", "prev"))
        print(f"{one.get('n')}  {one.get('at')}  {one.get('what')}  {facts}")
    if not newest:
        print(f"the audit log in {settings().audit_folder} is empty")
