"""Checks of Kafka and of those who read from it: topics, copies, epochs, workers, sink, and the broker's clock."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from consumers.group import sink_group
from deploy.doctor.check import Check, Said, ill, judged, well
from deploy.rebuild.places import Places, worker_group
from deploy.topics import administration, check_topics, epochs_beside
from deploy.waiting import Ends, Watched
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name

LEAST_KAFKA = (4, 0)
PATIENCE_S = 4.0
"""A group with work that commits nothing for so long does not move: workers commit several times a second, the sink too."""
MANY_BEHIND = 200_000
"""So many messages are more than a few minutes of the sink's work."""
AHEAD_S = 60.0


class Group(NamedTuple):
    """A consumer group as the broker knows it: partitions that somebody has, of how many processes, on which machines."""

    held: frozenset[tuple[str, int]]
    members: int
    hosts: frozenset[str]


def kafka(given: Settings) -> Check:
    """Brokers answer and are new enough."""
    with administration(given) as admin:
        brokers = admin.describe_cluster()["brokers"]
        version = admin.get_broker_version_data(brokers[0]["broker_id"]).broker_version
    least, dotted = ".".join(map(str, LEAST_KAFKA)), ".".join(map(str, version))
    return judged(
        "Kafka",
        (
            f"{given.kafka} 有 {len(brokers)} 个 broker,协议版本 {dotted} 或更新",
            f"{len(brokers)} broker(s) at {given.kafka}, protocol of {dotted} or newer",
        ),
        (f"需要 {least} 或更新", f"{least} or newer is needed"),
        right=version >= LEAST_KAFKA,
    )


def topics(given: Settings) -> Check:
    """All topics are there with their partitions and settings. A complaint brings its cure itself."""
    complaints = "; ".join(check_topics(given))
    if complaints:
        return Check("topics", Said("主题缺失或设置不符", "topics are missing or do not fit"), Said(complaints, complaints))
    return well("topics", f"齐全,各 {given.partitions} 个分区", f"all there, {given.partitions} partitions each")


def replicas(given: Settings) -> Check:
    """The log is the whole truth: where there are brokers for copies, it has copies, and all of them are up."""
    name = topic_name(OFFICE_EVENTS, given)
    with administration(given) as admin:
        brokers = len(admin.describe_cluster()["brokers"])
        partitions = admin.describe_topics([name])[0]["partitions"]
    copies = min(len(one["replica_nodes"]) for one in partitions)
    behind = [one["partition_index"] for one in partitions if len(one["isr_nodes"]) < len(one["replica_nodes"])]
    if behind:
        return ill(
            "replicas",
            (f"{name} 的分区 {behind} 有副本掉队", f"copies of partitions {behind} of {name} are away or behind"),
            ("检查缺席的 broker;恢复前不要停其他 broker", "look after the broker that is away; stop no other one before it is back"),
        )
    if copies < min(brokers, 3):
        return ill(
            "replicas",
            (f"{brokers} 个 broker,而 {name} 只有 {copies} 份", f"{brokers} brokers, but {name} has {copies} copy of each partition"),
            (
                "用 kafka-reassign-partitions 增加副本,新建主题前设 SUOHENG_REPLICATION=3;日志丢失无法重建",
                "raise it with kafka-reassign-partitions, and set SUOHENG_REPLICATION=3 before topics are made: nothing rebuilds a lost log",
            ),
        )
    return well("replicas", f"每个分区 {copies} 份,{brokers} 个 broker", f"{copies} of each partition on {brokers} broker(s)")


def epochs(given: Settings, places: Places, served: int) -> Check:
    """Which epoch is served; a switch that is not finished stays so only while something is in its way."""
    left = places.unfinished(served)
    kept = ", ".join(str(epoch) for epoch in epochs_beside(given) if epoch != served) or "–"
    if left:
        return ill(
            "epochs",
            (
                f"服务纪元 {served},但 {len(left)} 个分区仍是别的纪元的行",
                f"{served} is served, but {len(left)} partitions hold another one's rows",
            ),
            ("查看处理进程日志;切换会在它们运行时完成", "look into the workers' logs; they finish a switch while they run"),
        )
    if given.epoch > served:
        return ill(
            "epochs",
            (f"服务纪元 {served},而 SUOHENG_EPOCH={given.epoch}", f"{served} is served, but SUOHENG_EPOCH is {given.epoch}"),
            (
                f"先设回 {served};用 `suoheng rebuild --epoch {given.epoch}` 在旁重算并比对,否则数值会在读者眼前重算",
                f"set it to {served} and let `suoheng rebuild --epoch {given.epoch}` compute it beside; else numbers are computed anew in front of readers",
            ),
        )
    return well("epochs", f"服务纪元 {served};另存:{kept}", f"{served} is served; kept beside: {kept}")


def group(given: Settings, name: str) -> Group:
    """A group; one that is not there has nobody."""
    with administration(given) as admin:
        members = _members(admin, name)
    held = {
        (one["topic"], number)
        for member in members
        for one in _assigned(member)
        for number in one["partitions"]
    }  # fmt: skip
    return Group(frozenset(held), len(members), frozenset(str(member["client_host"]) for member in members))


def _members(admin: KafkaAdminClient, name: str) -> list[Mapping[str, Any]]:
    """Nobody where no group has ever committed anything: its coordinator is not there then, nor is it while a broker starts."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            found: list[Mapping[str, Any]] = admin.describe_groups([name])[name]["members"]
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            if time.monotonic() > until:
                return []
            time.sleep(PATIENCE_S / 8)
        else:
            return found


def _assigned(member: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    assignment = member["member_assignment"]
    return assignment["assigned_partitions"] if isinstance(assignment, Mapping) else ()


def workers(given: Settings, watched: Watched, served: int, members: Group) -> Check:
    """Every partition of the log has an owner, and where there is work it moves."""
    source = topic_name(OFFICE_EVENTS, given)
    name = worker_group(given, served)
    if not members.members:
        return _nobody("workers", "处理进程", "worker", name, "python -m streams.worker")
    free = [number for number in range(given.partitions) if (source, number) not in members.held]
    if free:
        return ill(
            "workers",
            (f"分区 {free} 无人处理", f"nobody has the partitions {free}"),
            ("等待换手完成;持续如此则重启处理进程", "wait for the rebalance to end; if it stays so, start the workers anew"),
        )
    still = _standing_still(watched, name, watched.ends([source], "read_committed"))
    if still:
        return ill(
            "workers",
            (
                f"{PATIENCE_S:.0f} 秒内没有处理积压:{_told(still)}",
                f"{_told(still)} are not being worked off ({PATIENCE_S:.0f} s without progress)",
            ),
            (
                "查看处理进程的日志和 /ready;退出码 78 表示因死信过多而停下",
                "see the workers' logs and /ready; exit code 78 means that too many dead letters halted one",
            ),
        )
    return well("workers", f"{members.members} 个,全部分区有主", f"{members.members}, and every partition has an owner")


def sink(given: Settings, watched: Watched, members: Group) -> Check:
    """Somebody stores the outputs, keeps up, and moves."""
    name = sink_group(given)
    if not members.members:
        return _nobody("sink", "入库进程", "sink", name, "python -m consumers.clickhouse")
    ends = watched.ends([topic_name(topic, given) for topic in (*OUTPUT_TOPICS, EPOCHS)], "read_uncommitted")
    behind = watched.behind(name, ends)
    cure = (
        "查看入库进程的 /ready 和日志(ClickHouse 是否可用、磁盘、`suoheng migrate`);必要时再起一个入库进程",
        "see the sink's /ready and log (ClickHouse, its disk, `suoheng migrate`); start a second sink if it only lacks speed",
    )
    if behind and (still := _standing_still(watched, name, ends)):
        return ill("sink", (f"没有入库进展:{_told(still)}", f"{_told(still)} are not being stored"), cure)
    left = sum(behind.values())
    found = (f"{members.members} 个,待入库 {left:,}", f"{members.members}, with {left:,} messages to go")
    return judged("sink", found, cure, right=left < MANY_BEHIND)


def _nobody(name: str, zh: str, en: str, in_group: str, command: str) -> Check:
    return ill(
        name,
        (f"没有{zh}在运行(消费组 {in_group})", f"no {en} runs (group {in_group})"),
        (
            f"启动:`suoheng up` 或 `{command}`;核对 SUOHENG_APP_ID",
            f"start one: `suoheng up` or `{command}`; is SUOHENG_APP_ID the same everywhere?",
        ),
    )


def _standing_still(watched: Watched, name: str, ends: Ends) -> Ends:
    """What a group has before it and does not touch while one looks on. Looked at again and again: one commit is enough."""
    first = watched.behind(name, ends)
    until = time.monotonic() + PATIENCE_S
    while first and time.monotonic() < until:
        time.sleep(PATIENCE_S / 8)
        if watched.behind(name, ends) != first:
            return {}
    return first


def _told(behind: Ends) -> str:
    shown = ", ".join(f"{at.topic}/{at.partition}" for at in sorted(behind)[:3]) + (" …" if len(behind) > 3 else "")
    return f"{sum(behind.values()):,} ({shown})"


def log_clock(given: Settings, watched: Watched) -> Check:
    """The newest events were not appended in the future: a broker whose clock is ahead refuses nothing and shifts every day and deadline."""
    newest = _newest_append(watched, topic_name(OFFICE_EVENTS, given))
    ahead = newest - time.time() if newest else 0.0
    found = (
        f"最新事件的写入时刻比本机时钟{'早' if ahead < 0 else '晚'} {abs(ahead):,.0f} 秒" if newest else "日志尚无事件",
        f"the newest event was appended {abs(ahead):,.0f} s {'ago' if ahead < 0 else 'in the future'} by this clock"
        if newest
        else "no event yet",
    )
    cure = ("用 NTP 校准本机和各 broker 的时钟", "set this machine's clock and the brokers' by NTP")
    return judged("log clock", found, cure, right=ahead < AHEAD_S)


def _newest_append(watched: Watched, topic: str) -> float:
    """Of the last record of each partition, seconds since 1970; 0: there is none."""
    consumer = watched.consumer
    newest = 0.0
    for at, end in watched.ends([topic], "read_committed").items():
        consumer.assign([at])
        consumer.seek(at, max(0, end - 1, consumer.beginning_offsets([at])[at]))
        records: Mapping[TopicPartition, list[Any]] = consumer.poll(timeout_ms=1_000)
        newest = max([newest, *(record.timestamp / 1000 for found in records.values() for record in found)])
    return newest
