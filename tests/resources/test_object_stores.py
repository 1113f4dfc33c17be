"""Files of users in S3, Azure and Google Cloud Storage."""

import json
import os
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.aws_signature import AwsKeys, signature_headers
from orbitcfg.live.resources.checks.azure_blob import Account, shared_key_headers
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.live.doubles import Answer, Asked, as_json, as_text, serving
from tests.resources.looking import look, rows

AT = datetime(2026, 11, 29, 19, 0, 0, tzinfo=UTC)
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SIGNED = {
    ("HEAD", "127.0.0.1:9000", "/uploads", "", "us-east-1", ""): "17ff3404d2505f9b5deee027b47c760d0b417ee3267cc753a674361278053ce8",
    ("GET", "127.0.0.1:9000", "/up loads", "location", "eu-central-1", ""): "eaacf45bceca7db31e7e14ca8b39144e48c91a5f278119c4edfb4b07cde547b9",
    (
        "HEAD",
        "uploads.s3.eu-west-3.amazonaws.com",
        "/",
        "",
        "eu-west-3",
        "TOKEN+1/=",
    ): "305debfcb4a7f5682cd0606609e46ce713360f2ae7c1349cbfa714bbebfd5157",
}
"""What botocore 1.43 signs at that time."""


@pytest.mark.parametrize("request_", SIGNED)
def test_a_signature_is_that_of_botocore(request_: tuple[str, str, str, str, str, str]) -> None:
    method, host, path, query, region, token = request_
    headers = signature_headers(method, host, path, query, region, AwsKeys(KEY, SECRET, token), AT)
    assert headers["authorization"].rpartition("Signature=")[2] == SIGNED[request_]


def s3(asked: Asked) -> Answer:
    """S3 with one bucket."""
    if f"Credential={KEY}/" not in asked.headers.get("authorization", ""):
        code = "InvalidAccessKeyId" if "authorization" in asked.headers else "AccessDenied"
        return as_text(f"<Error><Code>{code}</Code></Error>", 403, "application/xml")
    match asked.path:
        case "/uploads":
            return Answer(200, headers={"x-amz-bucket-region": "us-east-1"})
        case "/elsewhere":
            return Answer(301, headers={"x-amz-bucket-region": "eu-west-3"})
        case "/others" | "/others?location":
            return as_text("<Error><Code>AccessDenied</Code></Error>", 403, "application/xml")
    return as_text("<Error><Code>NoSuchBucket</Code></Error>", 404, "application/xml")


def in_s3(bucket: str = "uploads", options: ProbeOptions | None = None, **values: object) -> ResourceResult:
    """A look at a bucket of the double."""
    with serving(s3) as server:
        return look("files_s3", options, **{"bucket": bucket, "url": server.url, "key": KEY, "secret": SECRET, "backend": "minio", **values})


def test_a_bucket_is_there_or_is_not() -> None:
    assert rows(in_s3())[-1] == "ok database: `uploads` is there"
    missing = in_s3("other")
    assert (missing.fault, missing.detail, missing.blamed) == (ResourceFault.NO_BUCKET, "`other`", ("bucket",))


def test_a_bucket_of_another_region_is_found_by_boto3_itself() -> None:
    result = in_s3("elsewhere")
    assert (result.fault, result.remarks) == (
        None, ("the bucket `elsewhere` is in the region `eu-west-3`, not in `us-east-1`: each first request goes astray",),
    )  # fmt: skip


def test_wrong_keys_are_distinguished_from_a_missing_right() -> None:
    wrong, barred = in_s3(key="AKIDANOTHER"), in_s3("others")
    assert (wrong.fault, wrong.detail) == (ResourceFault.LOGIN_REFUSED, "403: InvalidAccessKeyId")
    assert (barred.fault, barred.detail) == (ResourceFault.NOT_ALLOWED, "403: AccessDenied")
    assert SECRET not in str((rows(wrong), wrong.trace))


def test_keys_come_from_the_environment_where_none_are_written_and_half_a_pair_is_none() -> None:
    assert in_s3(key="", secret="", env_key=KEY, env_secret=SECRET, env_token="token-of-mine").fault is None
    assert in_s3(secret="").blamed == ("secret",)
    alone = in_s3(key="", secret="")
    assert (alone.fault, alone.is_sure) == (None, False)


def test_a_foreign_server_and_a_closed_port_are_told() -> None:
    with serving(lambda _asked: as_text("<html></html>", 404, "text/html")) as server:
        assert look("files_s3", bucket="b", url=server.url).fault is ResourceFault.FOREIGN
    assert look("files_s3", bucket="b", url="http://127.0.0.1:9").fault is ProbeFault.REFUSED
    assert look("files_s3").fault is ResourceFault.NOT_SET


PLACES = {
    ("uploads", "eu-west-3"): "uploads.s3.eu-west-3.amazonaws.com:443",
    ("with.dots", "eu-west-3"): "s3.eu-west-3.amazonaws.com:443",
    ("uploads", "cn-north-1"): "uploads.s3.cn-north-1.amazonaws.com.cn:443",
}


@pytest.mark.parametrize("place", PLACES)
def test_without_an_endpoint_it_is_aws(place: tuple[str, str]) -> None:
    options = ProbeOptions(places={PLACES[place]: "127.0.0.1:9"})
    result = look("files_s3", options, bucket=place[0], region=place[1], backend="s3")
    assert (result.fault, result.detail) == (ProbeFault.REFUSED, "port 9")


AZURE_KEY = "a2V5LWZvci10ZXN0cy0x"
AZURE = {
    ("acct", "/up-loads", AZURE_KEY): "scKb0IPOk8VacodwHXX8Fld9kx/SUp96R3A5/AGu23w=",
    (
        "devstoreaccount1",
        "/devstoreaccount1/up-loads",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    ): "wjt69/cbh4mEBJy6nYV8LUmVMHdyJEe9elpMvf73JNI=",
}
"""What azure-storage-blob 12 signs at that time."""


@pytest.mark.parametrize("account", AZURE)
def test_a_shared_key_is_that_of_azures_own_client(account: tuple[str, str, str]) -> None:
    name, path, key = account
    assert shared_key_headers(Account("", name, key), path, AT)["authorization"] == f"SharedKey {name}:{AZURE[account]}"


def azure(asked: Asked) -> Answer:
    """Blob storage with one container."""
    if asked.headers["x-ms-date"] == "" or not asked.headers["authorization"].startswith("SharedKey acct:"):
        return as_json({}, 403, x_ms_version="2021-08-06", x_ms_error_code="AuthenticationFailed")
    found = asked.path == "/acct/uploads?restype=container"
    return as_json({}, 200, x_ms_version="2021-08-06") if found else as_json({}, 404, x_ms_version="2021-08-06", x_ms_error_code="ContainerNotFound")


def connection(url: str, name: str = "acct") -> str:
    """A connection string to the double."""
    return f"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={AZURE_KEY};BlobEndpoint={url}/acct;"


def test_a_container_is_there_or_is_not() -> None:
    with serving(azure) as server:
        there = look("files_azure", container="uploads", connection=connection(server.url))
        by_key = look("files_azure", container="uploads", url=f"{server.url}/acct", key=AZURE_KEY)
        missing = look("files_azure", container="other", connection=connection(server.url))
        refused = look("files_azure", container="uploads", connection=connection(server.url, "another"))
    assert (there.fault, by_key.fault) == (None, None)
    assert (missing.fault, missing.blamed) == (ResourceFault.NO_BUCKET, ("container",))
    assert (refused.fault, refused.detail, refused.blamed) == (ResourceFault.LOGIN_REFUSED, "403: AuthenticationFailed", ("connection",))
    assert AZURE_KEY not in str((rows(refused), refused.trace, missing.trace))


@pytest.mark.parametrize("text", ["AccountKey=x", ";;;", "nonsense", "=", "AccountName=a;AccountKey=é", "AccountName=a;AccountKey=###"])
def test_a_connection_string_that_names_no_account_is_told(text: str) -> None:
    result = look("files_azure", container="uploads", connection=text)
    assert (result.fault, result.blamed) == (ResourceFault.BAD_VALUE, ("connection",))


def test_an_identity_of_azure_is_only_reached() -> None:
    with serving(azure) as server:
        result = look("files_azure", container="uploads", url=f"{server.url}?sig=abcdefghijkl")
    assert (result.fault, result.is_sure, server.asked) == (None, False, [])
    assert look("files_azure", container="uploads").blamed == ("url",)
    assert look("files_azure", connection=connection("http://127.0.0.1:9")).blamed == ("container",)


def google(asked: Asked) -> Answer:
    """Google Cloud Storage, asked without a login."""
    if asked.path == "/storage/v1/b/uploads":
        return as_json({"error": {"code": 401, "message": "Anonymous caller does not have storage.buckets.get access"}}, 401)
    return as_json({"error": {"code": 404, "message": "The specified bucket does not exist."}}, 404)


ACCOUNT = {"type": "service_account", "client_email": "orbit@p.iam.gserviceaccount.com", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIB\n"}


def test_a_bucket_of_google_is_there_and_what_the_login_may_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(json.dumps(ACCOUNT))
    with serving(google) as server:
        result = look("files_gcs", ProbeOptions(folder=str(tmp_path)), bucket="uploads", url=server.url, credentials="key.json")
        missing = look("files_gcs", bucket="other", url=server.url)
    assert [row.partition(" on ")[0] for row in rows(result)] == [
        "ok file: is the key of a service account",
        f"ok connect: port {server.port}",
        "ok database: `uploads` is there",
        "unchecked access: whether the login may write: that takes Google's own client",
    ]
    assert missing.fault is ResourceFault.NO_BUCKET
    assert "PRIVATE" not in str((rows(result), result.trace))


def test_a_file_with_the_login_is_looked_at_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "user.json").write_text('{"type": "authorized_user"}')
    (tmp_path / "deep.json").write_text("[" * 100_000)
    os.mkfifo(tmp_path / "pipe")
    options = ProbeOptions(folder=str(tmp_path))
    faults = {
        name: look("files_gcs", options, bucket="b", credentials=name).fault
        for name in ("none", "list.json", "user.json", "deep.json", "pipe", ".", "a\0b")
    }
    assert faults == {
        "none": ResourceFault.NO_FILE,
        "list.json": ResourceFault.BAD_VALUE,
        "user.json": ResourceFault.BAD_VALUE,
        "deep.json": ResourceFault.BAD_VALUE,
        "pipe": ResourceFault.NOT_A_FILE,
        ".": ResourceFault.NOT_A_FILE,
        "a\0b": ResourceFault.BAD_VALUE,
    }


def in_base64(text: str) -> str:
    """A text as a server may well echo it."""
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("secret", [SECRET, AZURE_KEY])
def test_secrets_of_object_stores_are_in_nothing_that_is_shown(secret: str) -> None:
    """Nor what a server makes of them."""
    with serving(lambda _asked: as_text(f"{secret} {in_base64(secret)}", 403)) as server:
        if secret is SECRET:
            result = look("files_s3", bucket="b", url=server.url, key=KEY, secret=SECRET)
        else:
            result = look("files_azure", container="c", connection=connection(server.url))
    shown = str((rows(result), result.trace, result.detail))
    assert result.fault is ResourceFault.NOT_ALLOWED
    assert not [each for each in (secret, in_base64(secret)) if each in shown]
