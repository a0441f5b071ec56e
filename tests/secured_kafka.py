"""A real Kafka with TLS, logins and an authorizer: in the clear for its administrator on loopback, secured for everybody else."""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion

from deploy.local.child import as_environment, last_line, start_child, stop_children
from deploy.local.kafka import kafka_answers, kafka_node
from schemas.settings import Settings
from tests.authority import Authority
from tests.fault.workers import until

# The administrator comes in the clear over loopback, where Kafka calls everybody ANONYMOUS; this keeps logins out of the broker's own files.
_SECURED = """\
listeners=PLAINTEXT://127.0.0.1:{base},CONTROLLER://127.0.0.1:{controller},SASL_SSL://127.0.0.1:{login},SSL://127.0.0.1:{mutual}
advertised.listeners=PLAINTEXT://127.0.0.1:{base},SASL_SSL://127.0.0.1:{login},SSL://127.0.0.1:{mutual}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={certificate}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.ssl.ssl.client.auth=required
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""


@dataclass(frozen=True, slots=True)
class SecuredKafka:
    """The broker, as its administrator reaches it, and the authority that its certificates come from."""

    admin: Settings
    authority: Authority
    process: subprocess.Popen[bytes]
    passwords: dict[str, str] = field(default_factory=dict)

    def as_user(self, user: str, settings: Settings, **changed: object) -> Settings:
        """The settings with the user's login over TLS; the user is made if there is none of that name yet."""
        if user not in self.passwords:
            self.passwords[user] = self._made(user)
        login = {
            "kafka": f"127.0.0.1:{self.admin.port_base + 3}",
            "kafka_security": "sasl_ssl",
            "kafka_user": user,
            "kafka_password": self.passwords[user],
        }
        return settings.model_copy(update=login | {"kafka_tls_ca": self.authority.file} | changed)

    def _made(self, user: str) -> str:
        password = secrets.token_hex(16)
        admin = KafkaAdminClient(bootstrap_servers=self.admin.kafka)
        try:
            told = admin.alter_user_scram_credentials([UserScramCredentialUpsertion(user, "SCRAM-SHA-512", password)])
            assert told == {user: None}
            # The broker knows it a moment after the controller has said that it is made.
            until(lambda: admin.describe_user_scram_credentials([user])[user]["credential_infos"], f"{user} can log in", 30)
        finally:
            admin.close()
        return password

    def as_certificate(self, name: str, settings: Settings) -> Settings:
        """The settings with a client certificate of that name and no login."""
        file, _ = self.authority.issue(name)
        reached = {"kafka": f"127.0.0.1:{self.admin.port_base + 4}", "kafka_security": "ssl"}
        return settings.model_copy(update=reached | {"kafka_tls_ca": self.authority.file, "kafka_tls_certificate": file})


@contextmanager
def secured_kafka(settings: Settings, folder: Path) -> Iterator[SecuredKafka]:
    """Run one on `port_base` and the four ports after it."""
    authority = Authority(folder)
    certificate, _ = authority.issue("broker")
    node = kafka_node(settings)
    base = settings.port_base
    secured = _SECURED.format(
        base=base, controller=base + 1, login=base + 3, mutual=base + 4, certificate=certificate, authority=authority.file
    )
    properties = node.folder / "server.properties"
    overridden = {line.partition("=")[0] for line in secured.splitlines()}
    kept = [line for line in properties.read_text().splitlines() if line.partition("=")[0] not in overridden]
    properties.write_text("\n".join(kept) + "\n" + secured)
    process = start_child(node.command, as_environment(settings), node.log.with_name("kafka.log"))
    try:
        until(lambda: process.poll() is not None or kafka_answers(settings.kafka), "Kafka answers", 90)
        assert process.poll() is None, last_line(node.log.with_name("kafka.log"))
        yield SecuredKafka(settings, authority, process)
    finally:
        stop_children([process], patience_s=20)
