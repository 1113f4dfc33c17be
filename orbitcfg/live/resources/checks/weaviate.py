"""Weaviate: what its client asks at the start, over HTTP and at the port of gRPC."""

from typing import ClassVar
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import OWN, HttpCheck, HttpServer, lacking, steps_at
from orbitcfg.live.resources.steps import connection_to
from orbitcfg.live.resources.visit import ConnectTo, ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class ReadMeta(HttpCheck):
    """Its version, which nobody sees without the key."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its version, with the key"
    path: ClassVar = "/v1/meta"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Weaviate's description of itself."""
        version = text_of(at(reply.body.value, "version"))
        if not reply.is_ok or version is None:
            return self.foreign(context, reply)
        return context.passed(self, f"Weaviate {version}", reply.ms)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """With a key the cloud's cluster, whatever port stands in its address; without one this machine, whatever address is written."""
    key = target.text("api_key")
    if not key:
        missing = lacking(target, "port", also=("api_key", "grpc_port"))
        server = HttpServer(f"http://localhost:{target.text('port')}", options, ("port",), library=OWN)
        return missing or steps_at(server, ReadMeta(server), *connection_to(target, "localhost", target.number("grpc_port"), ("grpc_port",)))
    missing = lacking(target, "url", also=("api_key",))
    host = _host(target.text("url"))
    server = HttpServer(f"https://{host}", options, ("url",), {"authorization": f"Bearer {key}"}, ("api_key",), has_login=True, library=OWN)
    return missing or steps_at(server, ReadMeta(server), ConnectTo(_grpc_host(host), 443, ("url",)))


def _host(url: str) -> str:
    """The host as the client takes it out of an address."""
    try:
        return urlsplit(url).netloc if url.startswith("http") else url
    except ValueError:
        return url


def _grpc_host(host: str) -> str:
    name, _, domain = host.partition(".")
    return f"{name}.grpc.{domain}" if host.endswith(".weaviate.network") else f"grpc-{host}"
