"""Every setting of every process, once: name, meaning, unit, default, bounds.

Read from environment variables `SUOHENG_*`, then from the files of the folder that `SUOHENG_SECRETS` names (each named like the variable, in lower
case: `suoheng_kafka_password`), then from the TOML file that `SUOHENG_CONFIG` names (default `suoheng.toml` in the working directory, if there is one). `suoheng settings` prints this table; nothing else in the product reads the environment.
"""

from functools import lru_cache
from os import environ
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, FilePath, IPvAnyNetwork, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from typing_extensions import override

from schemas.addresses import kafka_servers, require_http

DEFAULT_PORT_BASE = 29090
LEAST_LETTER_DAYS = 31


class Unusable(OSError):
    """A file of the settings, or one that they name, is not what it must be; the text names it. An OSError, as all that keeps a client from connecting."""


SECRET = frozenset({"kafka_password", "clickhouse_password", "desk_key"})
"""Settings whose value gives access: shown to nobody."""


class Settings(BaseSettings):
    """The settings of one process. Addresses that are not set follow from `port_base`, as `suoheng up` assigns them."""

    model_config = SettingsConfigDict(env_prefix="SUOHENG_", extra="ignore", frozen=True)

    port_base: Annotated[int, Field(ge=1024, le=65_000)] = DEFAULT_PORT_BASE
    """First port of the local stack; Kafka +0, its controller +1, ClickHouse +2, gateway +3, dashboard +4, sink +5, alerts +6, workers +10…"""
    kafka: str = ""
    """Kafka bootstrap address `host:port[,host:port]`; default: the local stack's."""
    kafka_security: Annotated[str, Field(pattern="^(plaintext|ssl|sasl_plaintext|sasl_ssl)$")] = "plaintext"
    """How clients speak to Kafka: in the clear, over TLS, with a login in the clear, or with a login over TLS."""
    kafka_login: Annotated[str, Field(pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$")] = "SCRAM-SHA-512"
    """SASL mechanism of the login."""
    kafka_user: str = ""
    """Name of the login; with a client certificate alone (`ssl`) Kafka takes the certificate's name."""
    kafka_password: str = ""
    """Password of the login."""
    kafka_tls_ca: FilePath | None = None
    """PEM file of the authorities that may vouch for the brokers' certificates; default: this machine's."""
    kafka_tls_certificate: FilePath | None = None
    """PEM file of the client certificate that brokers ask for; empty: none."""
    kafka_tls_key: FilePath | None = None
    """PEM file of its private key; default: in the certificate's file."""
    clickhouse_url: str = ""
    """ClickHouse HTTP address, `http://host:port`; default: the local stack's."""
    clickhouse_database: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")] = "suoheng"
    """Database that holds all tables and views."""
    clickhouse_user: str = "default"
    """ClickHouse user."""
    clickhouse_password: str = ""
    """ClickHouse password."""
    clickhouse_cluster: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{0,64}$")] = ""
    """Cluster of ClickHouse servers (`system.clusters`) that all keep the rows: `suoheng migrate` makes a replicated database and replicated
    tables on it, and the sink waits for a majority. Empty: one server. Decided when the database is made."""
    clickhouse_tls_ca: FilePath | None = None
    """PEM file of the authorities that may vouch for ClickHouse's certificate, for an address `https://…`; default: this machine's."""
    clickhouse_tls_certificate: FilePath | None = None
    """PEM file of the client certificate that ClickHouse asks for; empty: none."""
    clickhouse_tls_key: FilePath | None = None
    """PEM file of its private key; default: in the certificate's file."""
    data: Path = Path(".data")
    """Folder of the local stack: Kafka's log, ClickHouse's files, process logs, `pids.json`."""
    cache: Path = Path(".data/cache")
    """Folder for downloaded program files (Kafka's jars)."""
    java: str = ""
    """Path of a `java` program to use instead of the packaged one."""
    epoch: Annotated[int, Field(ge=0, le=32_767)] = 0
    """Epoch of the rows that the workers write. One above all that were served before is served at once, computed in front of readers; `suoheng
    rebuild` computes it beside and compares first. Otherwise all processes follow the epoch that is served."""
    shadow: bool = False
    """For workers and sinks of a rebuild: they work for `epoch` beside the one that is served, into topics and rows that nobody sees yet."""
    app_id: Annotated[str, Field(pattern="^[a-z0-9-]{1,64}$")] = "suoheng"
    """Name of the worker group; part of its consumer group and transactional ids."""
    topic_prefix: Annotated[str, Field(pattern="^[a-z0-9.-]{0,64}$")] = ""
    """Put before every topic name (several installations on one Kafka, tests)."""
    partitions: Annotated[int, Field(ge=1, le=512)] = 12
    """Partition count of the topics when they are made; never changed afterwards."""
    replication: Annotated[int, Field(ge=1, le=5)] = 1
    """Replication factor of the topics when they are made."""
    micro_batch_events: Annotated[int, Field(ge=1, le=100_000)] = 40_000
    """Most events that one transaction of a worker holds."""
    snapshot_events: Annotated[int, Field(ge=0)] = 50_000
    """A worker writes a snapshot of a partition's state after so many events; 0: not by events. Both this and the next 0: no snapshots."""
    snapshot_minutes: Annotated[int, Field(ge=0, le=10_080)] = 30
    """Minutes after which it does so if there was any event; 0: not by time."""
    snapshot_path: str = ""
    """Folder or fsspec URL (`s3://…`, its package installed) of the snapshots, one for all workers of an installation; empty: `snapshots` in `data`."""
    snapshot_keep: Annotated[int, Field(ge=1, le=100)] = 3
    """How many snapshots of a partition are kept."""
    transaction_timeout_ms: Annotated[int, Field(ge=5_000, le=600_000)] = 20_000
    """Milliseconds after which the broker aborts an open transaction of a dead worker."""
    session_timeout_ms: Annotated[int, Field(ge=6_000, le=300_000)] = 10_000
    """Milliseconds without a heartbeat after which a worker loses its partitions."""
    dead_letter_streak: Annotated[int, Field(ge=0)] = 100
    """Dead letters in a row on a partition that stop the worker; 0 switches this breaker off."""
    dead_letter_percent: Annotated[int, Field(ge=0, le=100)] = 20
    """Percentage of dead letters among the last 1,000 events of a partition above which the worker stops; 0 switches it off."""
    dead_letter_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days for which the bytes of a refused event are kept a second time, as a dead letter, from when the log took it; 31 at least, 0: for ever. The
    index stays, and the log has the event itself. `suoheng topics` applies it."""
    epoch_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days after which an epoch that is not served any more may be dropped (`suoheng retention --apply`); until then it can be rolled back to.
    0: never by itself."""
    dead_letter_approval: Annotated[str, Field(pattern="^(none|name|account)$")] = "none"
    """Who must agree before dead letters are sent again: none; a second person by another name; or one with another account on this machine as
    well, which nobody can pretend. Otherwise `--yes` only files a proposal for `suoheng dead-letters approve`."""
    silence_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Working days without an event after which an office or source counts as silent; 0: by its own habit."""
    sink_linger_ms: Annotated[int, Field(ge=0, le=60_000)] = 200
    """Milliseconds that the sink waits for more rows before it inserts."""
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port for `/health`, `/ready` and `/metrics` of this process; 0: none. The dashboard has them at its own port only, the gateway at both."""
    health_host: str = "127.0.0.1"
    """Address for that port; `0.0.0.0` where probes and Prometheus come from other machines. It has neither TLS nor keys."""
    ready_lag_s: Annotated[int, Field(ge=1, le=86_400)] = 60
    """Seconds by which a worker or sink may be behind its topic and still be ready (`/ready`)."""
    gateway_host: str = "127.0.0.1"
    """Address on which the gateway listens."""
    gateway_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port of the gateway; 0: `port_base` + 3."""
    gateway_credentials: Path | None = None
    """TOML file of the gateway's credentials (`suoheng credentials`); default: `credentials.toml` in `data`. While there is none, only loopback
    callers may publish, for any office."""
    gateway_events_per_minute: Annotated[int, Field(ge=0)] = 60_000
    """Events that a credential may hand in a minute unless it says otherwise itself; a minute's worth may come at once. 0: no quota."""
    gateway_in_hand_bytes: Annotated[int, Field(ge=1 << 20)] = 64 * 1024 * 1024
    """Bytes of all bodies that the gateway works on at once; beyond it callers get 503 with `Retry-After`."""
    gateway_tls_certificate: Path | None = None
    """PEM file of the gateway's certificate chain; with it the gateway speaks HTTPS only. A renewed file is noticed within seconds."""
    gateway_tls_key: Path | None = None
    """PEM file of its private key; default: in the certificate's file."""
    gateway_tls_client_ca: Path | None = None
    """PEM file of the authorities whose client certificates are accepted (mutual TLS); a certificate opens the door only as a credential."""
    seal_keys: Path | None = None
    """File of the keys with which gateways, publishers and clocks seal what they hand over (lines `name hex`, the newest first; keep old ones
    as long as the log); empty: nothing is sealed."""
    seal_required_from: AwareDatetime | None = None
    """RFC 3339 instant; workers refuse records appended from then on that are not sealed, or hold what their key may not say. Empty: whatever
    is in the log counts. The same for all workers; a change that reaches into the past is a rebuild (`SUOHENG_EPOCH`)."""
    audit_path: Path | None = None
    """Folder of the hash-chained audit log; default: `audit` in `data`."""
    audit_days: Annotated[int, Field(ge=184)] = 400
    """Days for which the audit log is kept, six months at least."""
    pseudonym_keys: Path | None = None
    """Key file that turns offices' own case numbers into pseudonyms; default: `pseudonym-keys.toml` in `data`. Secret; back it up."""
    dashboard_host: str = "127.0.0.1"
    """Address on which the dashboard listens."""
    dashboard_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port of the dashboard; 0: `port_base` + 4."""
    dashboard_url: Annotated[str, Field(pattern="^(https?://[^/?# ]+/?)?$")] = ""
    """Address by which people reach the page, `https://suoheng.bureau.example`: messages about alerts link to it. Empty: by host and port."""
    desk_key: Annotated[str, Field(pattern="^([!-~]{24,})?$")] = ""
    """Secret that page and deliverer share where they are on different machines, at least 24 characters: with it the deliverer answers the page about
    its journal at its health port. Empty: it does not."""
    desk_url: Annotated[str, Field(pattern="^(https?://[^/?# ]+/?)?$")] = ""
    """Where the page asks for the deliverer's journal, its health port, `http://alerts:9000` (needs `desk_key`). Empty: the file in `data`."""
    sign_on_header: Annotated[str, Field(pattern="^[A-Za-z0-9-]{0,64}$")] = ""
    """Header in which the sign-on before the page names who asks, `X-Forwarded-User`: then the alert desk acts in that name, also from elsewhere.
    The sign-on must take this header away from what comes to it. Needs `sign_on_networks` and `dashboard_url`."""
    sign_on_networks: tuple[IPvAnyNetwork, ...] = ()
    """Networks from which that header is believed, `["10.1.0.0/16"]`: those of the sign-on's own addresses."""
    webhook_url: str = ""
    """Where alerts are delivered (Alertmanager's version 4 payload by HTTP POST); empty: only recorded. Not used where there is a plan."""
    alerting_plan: Path | None = None
    """YAML file that says who is told of which alerts, how and when; default: `alerting.yaml` in `data`. Where there is none, `webhook_url` holds."""
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"
    """Least severity that is logged."""
    log_format: Annotated[str, Field(pattern="^(text|json)$")] = "text"
    """How log lines are written: `text` for people, `json` (an object a line) for collectors."""
    otlp_endpoint: str = ""
    """Where workers and sink send traces of their batches, `http://host:4318` (OTLP over HTTP; needs `suoheng[otel]`); empty: nowhere."""
    webhook_private_networks: tuple[IPvAnyNetwork, ...] = ()
    """Private or loopback networks to which alerts may be delivered, e.g. `["10.20.0.0/16"]`; by default public addresses only."""
    gateway_body_bytes: Annotated[int, Field(ge=16_384, le=16 * 1024 * 1024)] = 4 * 1024 * 1024
    """Largest body in bytes that the gateway takes in one request, as it is sent and as it inflates."""
    stall_timeout_s: Annotated[int, Field(ge=10, le=86_400)] = 120
    """Seconds without progress of a partition, although there is work, after which a worker ends itself and is restarted."""
    assessment_first_month: Annotated[int, Field(ge=1, le=12)] = 1
    """First month of the assessment year: 12 where it runs from 1 December to 30 November."""
    fail_point: str = ""
    """For fault tests only: `<name>[:<n>]`, the place at whose n-th pass a worker kills itself; empty: none."""

    @field_validator("kafka")
    @classmethod
    def _of_servers(cls, address: str) -> str:
        kafka_servers(address)
        return address

    @field_validator("clickhouse_url")
    @classmethod
    def _of_http(cls, address: str) -> str:
        require_http(address)
        return address

    @field_validator("dead_letter_days")
    @classmethod
    def _long_enough(cls, days: int) -> int:
        if 0 < days < LEAST_LETTER_DAYS:
            raise ValueError(
                f"a dead letter must be there for {LEAST_LETTER_DAYS} days at least, so that its office can answer; 0 keeps all"
            )
        return days

    @property
    def credentials_file(self) -> Path:
        """Where the gateway's credentials are."""
        return self.gateway_credentials or self.data / "credentials.toml"

    @property
    def alerting_file(self) -> Path:
        """Where the plan of telling is, if there is one."""
        return self.alerting_plan or self.data / "alerting.yaml"

    @property
    def page_url(self) -> str:
        """The page's address as messages link to it, with a slash at its end."""
        host = "127.0.0.1" if self.dashboard_host in ("", "0.0.0.0", "::") else self.dashboard_host  # noqa: S104 - compared, not bound
        named = f"[{host}]" if ":" in host else host
        return f"{(self.dashboard_url or f'http://{named}:{self.dashboard_port}').rstrip('/')}/"

    @property
    def audit_folder(self) -> Path:
        """Where the audit log is."""
        return self.audit_path or self.data / "audit"

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, values: dict[str, object]) -> dict[str, object]:
        given = str(values.get("port_base") or DEFAULT_PORT_BASE)
        base = int(given) if given.isdecimal() else DEFAULT_PORT_BASE  # what is no number is refused, by its name, as the field that it is
        derived: dict[str, object] = {
            "kafka": f"127.0.0.1:{base}",
            "clickhouse_url": f"http://127.0.0.1:{base + 2}",
            "gateway_port": base + 3,
            "dashboard_port": base + 4,
        }
        return values | {k: v for k, v in derived.items() if not values.get(k)}

    @model_validator(mode="after")
    def _login_is_whole(self) -> "Settings":
        if self.kafka_security.startswith("sasl") and not (self.kafka_user and self.kafka_password):
            raise ValueError(f"SUOHENG_KAFKA_SECURITY={self.kafka_security} needs SUOHENG_KAFKA_USER and SUOHENG_KAFKA_PASSWORD")
        return self

    @model_validator(mode="after")
    def _desk_is_whole(self) -> "Settings":
        if self.desk_url and not self.desk_key:
            raise ValueError("SUOHENG_DESK_URL needs SUOHENG_DESK_KEY, the same as the deliverer's")
        if self.sign_on_header and not (self.sign_on_networks and self.dashboard_url):
            raise ValueError("SUOHENG_SIGN_ON_HEADER needs SUOHENG_SIGN_ON_NETWORKS, whom to believe it, and SUOHENG_DASHBOARD_URL")
        return self

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then files of secrets, then the TOML file."""
        toml = _read_file(settings_cls)
        folder = environ.get("SUOHENG_SECRETS")
        secrets = SecretsSettingsSource(settings_cls, secrets_dir=folder) if folder else file_secret_settings
        return init_settings, env_settings, secrets, toml


def _read_file(settings_cls: type[BaseSettings]) -> TomlConfigSettingsSource:
    """The TOML file of settings; without the default one nothing. Raises Unusable: one that is named must be there, and any must be TOML."""
    named = environ.get("SUOHENG_CONFIG")
    if named and not Path(named).exists():
        raise Unusable(f"SUOHENG_CONFIG names {named}, which is not there")
    try:
        return TomlConfigSettingsSource(settings_cls, named or "suoheng.toml")
    except (OSError, ValueError) as error:
        raise Unusable(f"{named or 'suoheng.toml'} cannot be read as TOML: {error}") from error


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
