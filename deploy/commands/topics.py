"""`suoheng topics`: the topics in Kafka."""

from typing import Annotated

import typer


def topics(
    check: Annotated[bool, typer.Option("--check", help="Only look: create nothing, and end with 1 when something is wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Create the topics that are missing and check those that exist. 建主题与检查

    Partition count and replication of new topics come from the settings; both are fixed from then on. A topic that exists is never
    altered, but for how long dead letters are kept (`SUOHENG_DEAD_LETTER_DAYS`): what does not fit is told, and the command ends with 1.
    """
    import json
    from dataclasses import asdict

    from deploy.errors import Finding
    from deploy.topics import check_topics, create_topics
    from schemas.settings import settings
    from schemas.topics import TOPICS

    if check:
        complaints = check_topics(settings())
        if as_json:
            print(json.dumps({"complaints": complaints}, ensure_ascii=False))
        elif not complaints:
            print(f"{len(TOPICS)} topics are there and fit")
        if complaints:
            raise Finding("; ".join(complaints))
        return
    done = create_topics(settings())
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(f"{len(done.created)} topics created, {len(done.present)} were there; {done.partitions} partitions each")
