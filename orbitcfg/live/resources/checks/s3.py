"""S3, and what speaks as it does: the head of the bucket, signed, which is all that ORBIT asks at its start."""

import re
from datetime import UTC, datetime
from typing import ClassVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.aws_signature import AwsKeys, signature_headers
from orbitcfg.live.resources.http_server import BOTO, HttpServer, lacking, part, steps_at, words_of
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_AS_HOST = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""Names of buckets that boto3 puts before the host."""

_CODE = re.compile(r"<Code>(\w{1,80})</Code>")
_WRONG_KEYS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"})
_REGION = "x-amz-bucket-region"


@dataclass(frozen=True, slots=True)
class HeadBucket(ResourceStep):
    """The head of the bucket."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "the head of the bucket"
    server: HttpServer
    bucket: str
    region: str
    path: str
    """Where the bucket stands below the address: its name, or nothing where the host has it."""
    keys: AwsKeys | None = field(repr=False)

    async def run(self, context: Visit) -> bool:
        """Asks, and judges what a head can tell."""
        reply = await self._ask(context, "HEAD", "")
        region = reply.headers.get(_REGION, "")
        if reply.fault:
            return context.failed(self, reply.fault, reply.detail, blames=self.server.blames, ms=reply.ms)
        if reply.is_ok:
            return context.passed(self, f"`{self.bucket}` is there", reply.ms)
        if reply.status in (301, 307, 400) and region not in ("", self.region):
            # boto3 asks there by itself
            context.remark(f"the bucket `{self.bucket}` is in the region `{region}`, not in `{self.region}`: each first request goes astray")
            return context.passed(self, f"`{self.bucket}` is there, in {region}", reply.ms)
        if reply.status == 404 and await self._code(context) == "NoSuchBucket":
            return context.failed(self, ResourceFault.NO_BUCKET, f"`{self.bucket}`", blames=("bucket",), ms=reply.ms)
        if reply.status in (401, 403):
            return await self._refused(context, reply)
        fault = ResourceFault.SERVER_ERROR if reply.status >= 500 else ProbeFault.REDIRECTED if reply.status < 400 else ResourceFault.FOREIGN
        return context.failed(self, fault, words_of(reply), blames=self.server.blames, ms=reply.ms)

    async def _refused(self, context: Visit, reply: Reply) -> bool:
        """A head has no body: why it is refused only another request tells."""
        if self.keys is None:
            return context.unchecked(self, "the bucket is there; a login that boto3 finds by itself, in a profile or of a machine, is not seen here")
        code = await self._code(context)
        fault = ResourceFault.LOGIN_REFUSED if code in _WRONG_KEYS else ResourceFault.NOT_ALLOWED
        return context.failed(self, fault, f"{reply.status}: {code}" if code else str(reply.status), blames=("secret", "key"), ms=reply.ms)

    async def _code(self, context: Visit) -> str:
        """Why it is not there or refused: S3's own code, which tells S3 from any other server too; empty where there is none."""
        told = await self._ask(context, "GET", "location")
        return found[1] if (found := _CODE.search(told.body.text)) else ""

    async def _ask(self, context: Visit, method: str, query: str) -> Reply:
        route = self.server.route
        if route is None:
            return Reply(fault=ProbeFault.BAD_URL)
        host = route.address.root.partition("://")[2]
        place = f"{route.address.path}{self.path}" or "/"
        signed = signature_headers(method, host, place, query, self.region, self.keys, datetime.now(UTC)) if self.keys else {}
        return await self.server.ask(context, method, f"{part_path(self.path)}{f'?{query}' if query else ''}", headers=signed)


def part_path(path: str) -> str:
    """The path as it is sent."""
    return f"/{part(path.removeprefix('/'))}" if path else "/"


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The bucket at its endpoint, else at AWS's own."""
    missing = lacking(target, "bucket", also=("url", "region", "key", "secret"))
    key, secret = target.text("key"), target.text("secret")
    if missing or bool(key) != bool(secret):
        return missing or lacking(target, "key", "secret")
    unknown = () if key else lacking(target, also=("env_key", "env_secret", "env_token"))
    if unknown:
        return unknown
    keys = AwsKeys(key, secret) if key else _of_environment(target)
    bucket, region = target.text("bucket"), target.text("region")
    is_host = not target.text("url") and target.text("backend").lower() != "minio" and _AS_HOST.fullmatch(bucket) is not None
    url = target.text("url") or f"https://{f'{bucket}.' if is_host else ''}s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    server = HttpServer(url, options, ("url", "region"), login=("secret", "key"), has_login=False, library=BOTO)
    return steps_at(server, HeadBucket(server, bucket, region, "" if is_host else f"/{bucket}", keys))


def _of_environment(target: ResourceTarget) -> AwsKeys | None:
    """The keys that boto3 takes from variables."""
    key, secret = target.text("env_key"), target.text("env_secret")
    return AwsKeys(key, secret, target.text("env_token")) if key and secret else None
