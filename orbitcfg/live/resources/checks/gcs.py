"""Google Cloud Storage: the file with the login, and whether the bucket is there; what the login may do takes Google's own client."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import REQUESTS, HttpCheck, HttpServer, lacking, part, steps_at
from orbitcfg.live.resources.local import LocalStep
from orbitcfg.live.resources.paths import PathError, check_file, head_of
from orbitcfg.live.resources.steps import NotTried
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import at, parse_json, text_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadCredentials(LocalStep):
    """The file with the login of a service account, of which nothing is shown."""

    kind: ClassVar = CheckKind.FILE
    what: ClassVar = "whether the file with the login is one"
    is_required: bool = False
    """Whether only a service account will do."""

    def look(self, _context: Visit) -> str:
        """Reads it."""
        if not check_file(self.path, written=False):
            raise PathError(ResourceFault.NO_FILE, f"`{self.path}`")
        value = parse_json(head_of(self.path, _MAX_BYTES))
        names_account = all(text_of(at(value, key)) for key in ("client_email", "private_key"))
        if not isinstance(value, dict) or (self.is_required and not names_account):
            raise PathError(ResourceFault.BAD_VALUE, f"`{self.path}` is no key of a service account")
        return "is the key of a service account" if names_account else "is there"


@dataclass(frozen=True, slots=True)
class FindBucket(HttpCheck):
    """Whether the bucket is there, asked for by nobody: Google says so even where nobody may see it."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "whether the bucket is there, without a login"
    bucket: str

    @property
    def path(self) -> str:
        """The bucket's description."""
        return f"/storage/v1/b/{part(self.bucket)}"

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """Who may not see a bucket learns that there is one."""
        if reply.status in (401, 403):
            return context.passed(self, f"`{self.bucket}` is there", reply.ms)
        # `super()` does not work in a slotted dataclass
        return HttpCheck.refused(self, context, reply, refusal)

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Google's errors are JSON."""
        if reply.status == 404 and at(reply.body.value, "error.code") == 404:
            return context.failed(self, ResourceFault.NO_BUCKET, f"`{self.bucket}`", blames=("bucket",), ms=reply.ms)
        return context.passed(self, f"`{self.bucket}` is there", reply.ms) if reply.is_ok else self.foreign(context, reply)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The file where one is named, and the bucket."""
    missing = lacking(target, "bucket")
    named, is_written = target.text("credentials"), not target.values["credentials"].variable
    server = HttpServer(target.text("url"), options, ("bucket",), library=REQUESTS)
    file = (ReadCredentials(options.path_of(named), ("credentials",), is_required=is_written),) if named else ()
    login = NotTried("whether the login may write: that takes Google's own client")
    return missing or (*file, *steps_at(server, FindBucket(server, target.text("bucket")), login))
