"""The local Kafka: Apache Kafka 4.4.0 as one KRaft node on loopback, run by Java, with its data and log below one folder.

Java compiles with its first compiler only: a start then takes 4 CPU seconds instead of 8, and 400,000 events written and read take 4.0
instead of 7.2; the second compiler would pay off after hours of full load, which is not what a local node is for.

Everything outside this module sees an address. Production uses a real cluster; only the address changes.
"""

import base64
import socket
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError, KafkaTimeoutError

from deploy.errors import MissingDependency
from deploy.local.jars import Progress, kafka_jars
from deploy.local.java import find_java
from schemas.connecting import kafka_options
from schemas.settings import Settings

# A topic's index files are mapped at this size from the start; the default of 10 MiB times all partitions is address space for nothing.
# 1 MiB of index serves a segment of 512 MiB. The cleaner's default buffer of 128 MiB is a quarter of this node's heap.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
delete.topic.enable=true
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=33554432
"""

_LOG4J = """\
Configuration:
  status: ERROR
  Appenders:
    RollingFile:
      name: file
      fileName: "{log}"
      filePattern: "{log}.%i"
      PatternLayout:
        pattern: "%d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %p %m (%c{{1}})%n"
      Policies:
        SizeBasedTriggeringPolicy:
          size: 10MB
      DefaultRolloverStrategy:
        max: 3
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        ref: file
    Logger:
      - name: kafka.server
        level: INFO
      - name: org.apache.kafka.server
        level: INFO
"""


@dataclass(frozen=True, slots=True)
class KafkaNode:
    """A local node, ready to be started with `command`; it listens on `port` and `port` + 1 of loopback."""

    port: int
    java: Path
    jars: Path
    folder: Path
    log: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """The command line that runs the node in the foreground."""
        return [
            *self.java_command(
                "-Xms128m",
                "-Xmx512m",
                f"-Dlog4j2.configurationFile={self.folder / 'log4j2.yaml'}",
            ),
            "kafka.Kafka",
            str(self.folder / "server.properties"),
        ]

    def java_command(self, *options: str) -> list[str]:
        """Java with Kafka's jars, up to the class to run."""
        return [
            str(self.java),
            "-XX:TieredStopAtLevel=1",
            *options,
            "-Djava.awt.headless=true",
            "-Dlog4j2.disableJmx=true",
            "-cp",
            f"{self.jars}/*",
        ]


def kafka_node(settings: Settings, progress: Progress | None = None) -> KafkaNode:
    """Bring everything into place for a node on `settings.port_base` below `settings.data`: Java, jars, configuration, formatted log folder.

    Harmless to repeat, with another port as well; an existing log folder is kept. Raises MissingDependency.
    """
    data = settings.data.resolve()
    node = KafkaNode(
        port=settings.port_base,
        java=find_java(settings),
        jars=kafka_jars(settings.cache.resolve(), progress),
        folder=data / "kafka",
        log=data / "logs" / "kafka-server.log",
    )
    try:
        node.folder.mkdir(parents=True, exist_ok=True)
        node.log.parent.mkdir(parents=True, exist_ok=True)
        properties = _PROPERTIES.format(port=node.port, controller_port=node.port + 1, data=node.folder / "log")
        (node.folder / "server.properties").write_text(properties, "utf-8")
        (node.folder / "log4j2.yaml").write_text(_LOG4J.format(log=node.log), "utf-8")
    except OSError as error:
        raise MissingDependency(f"cannot write below {data}: {error}; set SUOHENG_DATA to a folder with free space") from error
    _format(node)
    return node


def _format(node: KafkaNode) -> None:
    """Give the log folder its cluster id; one that has been formatted stays as it is."""
    if (node.folder / "log" / "meta.properties").exists():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    config = str(node.folder / "server.properties")
    command = [
        *node.java_command("-Xmx256m"),
        "kafka.tools.StorageTool",
        "format",
        f"--cluster-id={cluster}",
        "--config",
        config,
        "--ignore-formatted",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise MissingDependency(f"cannot format Kafka's folder {node.folder}: {lines[-1] if lines else f'exit {done.returncode}'}")


def kafka_answers(kafka: Settings | str, timeout_ms: int = 2_000) -> bool:
    """Whether the cluster of the settings, or at an address (`host:port[,…]`), has a broker that answers. Raises Unusable."""
    reached = kafka_options(kafka)
    servers = reached["bootstrap_servers"]
    # A client that cannot connect leaves a thread behind (kafka-python 3.0): ask the port first, this is called in a loop.
    if not any(_listens(server, timeout_ms / 1_000) for server in servers):
        return False
    try:
        admin = KafkaAdminClient(
            **reached,
            bootstrap_timeout_ms=timeout_ms,
            request_timeout_ms=timeout_ms,
        )
    except KafkaTimeoutError:
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()


def _listens(server: str, timeout_s: float) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout_s).close()
    except OSError:
        return False
    return True
