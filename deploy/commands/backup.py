"""`suoheng backup create|list|verify`: the log and what is not in it, kept in another place. The library is `deploy.backup`."""

from typing import Annotated, Any

import typer

Place = Annotated[str, typer.Argument(metavar="DEST", help="A folder on another disk, or a URL that fsspec knows (s3://…). 备份位置")]
Which = Annotated[str | None, typer.Option("--backup", help="Name of a backup, or its beginning; default: the newest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def create(
    dest: Place,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Keep keys and credentials as well: whoever reads DEST then has them. 含密钥")
    ] = False,
    no_tables: Annotated[bool, typer.Option("--no-tables", help="Leave out what stands in ClickHouse alone; it need not answer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the log up to now, and what does not follow from it: files, decisions, switches of epochs. 备份

    The first run takes the whole log, every later one what is new since; a run that was cut off is gone on with. DEST holds events as offices
    sent them, also the refused ones: guard it like the log.
    """
    import json
    import sys

    from deploy.backup.create import Options
    from deploy.backup.create import create as run
    from deploy.watcher import shown
    from schemas.settings import settings

    if with_secrets:
        print(
            f"suoheng: keys and credentials go to {dest}: whoever can read it can publish for offices and undo pseudonyms 注意:含密钥",
            file=sys.stderr,
        )
    with shown() as watcher:
        made = run(settings(), dest, Options(with_secrets=with_secrets, tables=not no_tables), watcher)
    if as_json:
        told = _described(made.name, made.manifest) | {"new_events": made.new_records, "new_bytes": made.new_bytes}
        print(json.dumps(told, ensure_ascii=False))
        return
    kept = made.manifest
    print(f"{made.name}: {kept.records:,} events, {made.new_records:,} of them new ({made.new_bytes / 1e6:,.1f} MB); {len(kept.files)} files, "
          f"{sum(table.rows for table in kept.all_tables()):,} rows of tables")  # fmt: skip
    if kept.left_out:
        print(f"left out, for they are secret: {', '.join(kept.left_out)}; keep them elsewhere, or use --with-secrets 未含密钥")


def list_(dest: Place, as_json: AsJson = False) -> None:
    """The backups in a place, the newest last. 列出备份"""
    import json

    from rich.table import Table

    from deploy.backup.manifest import load, names
    from deploy.backup.place import Place as Opened
    from deploy.console import console

    place = Opened(dest)
    found = [(name, load(place, name)) for name in names(place)]
    if as_json:
        print(json.dumps({"backups": [_described(*one) for one in found]}, ensure_ascii=False))
        return
    shown = Table("backup 备份", "events", "partitions", "MB", "files", "rows of tables", "secrets", "build")
    for name, kept in found:
        told = _described(name, kept)
        shown.add_row(name, f"{kept.records:,}", str(len(kept.partitions)), f"{told['bytes'] / 1e6:,.1f}", str(len(kept.files)), f"{told['rows']:,}",
                      "yes 有" if told["secrets"] else "no 无", kept.build)  # fmt: skip
    console().print(shown if found else f"there is no backup in {dest}")


def verify(dest: Place, backup: Which = None, as_json: AsJson = False) -> None:
    """Read a backup through: every checksum, every offset in order, no gap. Ends with 1 and the places where it is not so. 校验备份

    It needs neither Kafka nor ClickHouse: run it where the backup is, or on a copy.
    """
    import json

    from deploy.backup.manifest import chosen
    from deploy.backup.place import Place as Opened
    from deploy.backup.verify import verify as run
    from deploy.errors import Finding
    from deploy.watcher import shown

    place = Opened(dest)
    name, manifest = chosen(place, backup)
    with shown() as watcher:
        problems = run(place, manifest, watcher)
    if as_json:
        print(json.dumps(_described(name, manifest) | {"problems": [one._asdict() for one in problems]}, ensure_ascii=False))
    else:
        for one in problems:
            print(f"{one.where}: {one.what}")
        if not problems:
            print(f"{name}: {manifest.records:,} events in {sum(len(one.segments) for one in manifest.partitions)} segments are whole 完好")
    if problems:
        raise Finding(f"{name} in {dest} is damaged in {len(problems)} place(s), first {problems[0].where}: take a new backup into another place, or restore "
                      "an earlier one")  # fmt: skip


def _described(name: str, kept: Any) -> dict[str, Any]:
    stored = [segment.file for one in kept.partitions for segment in one.segments] + [file for _, file in kept.stored()]
    return {
        "backup": name,
        "events": kept.records,
        "partitions": len(kept.partitions),
        "ends": [one.end for one in kept.partitions],
        "bytes": sum(file.stored_bytes for file in {file.name: file for file in stored}.values()),
        "files": len(kept.files),
        "rows": sum(table.rows for table in kept.all_tables()),
        "history": kept.history is not None,
        "secrets": any(file.secret for file in kept.files),
        "left_out": list(kept.left_out),
        "build": kept.build,
    }
