"""A double of MongoDB: hello, ping, the login by SCRAM-SHA-256, the names of collections."""

import base64
import hashlib
import hmac
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

import bson

ITERATIONS, SALT = 4096, b"salt-of-the-double"


@dataclass
class Mongod:
    """What it has. With a password it lets nobody read who has not logged in."""

    username: str = ""
    password: str = ""
    collections: tuple[str, ...] = ("films",)
    asked: list[str] = field(default_factory=list)
    """The commands that came, with the database."""

    def converse(self, connection: socket.socket) -> None:
        """Answers message after message."""
        session: dict[str, Any] = {}
        while True:
            header = _exactly(connection, 16)
            length, request, _, code = struct.unpack("<iiii", header)
            body = _exactly(connection, length - 16)
            # old clients still open with a query
            document = bson.decode(body[5:] if code == 2013 else body[body.index(b"\0", 4) + 9 :])
            reply = {"ok": 1.0, **self.answer(document, session)}
            reply = {**reply, "ok": 0.0} if "errmsg" in reply else reply
            content = bson.encode(reply)
            said = struct.pack("<I", 0) + b"\0" + content if code == 2013 else struct.pack("<iqii", 8, 0, 0, 1) + content
            connection.sendall(struct.pack("<iiii", len(said) + 16, 1, request, 2013 if code == 2013 else 1) + said)

    def answer(self, document: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
        """The reply to a command; with `errmsg` it is an error."""
        name = next(iter(document))
        self.asked.append(f"{document.get('$db', '')}.{name}")
        match name:
            case "hello" | "ismaster" | "isMaster":
                return {
                    "saslSupportedMechs": ["SCRAM-SHA-256"],
                    "ismaster": True,
                    "isWritablePrimary": True,
                    "helloOk": True,
                    "maxWireVersion": 21,
                    "minWireVersion": 0,
                    "maxBsonObjectSize": 1 << 24,
                }
            case "saslStart":
                return self._start(document, session)
            case "saslContinue":
                return self._continue(document, session)
            case "listCollections" if self.password and not session.get("is_in"):
                return {"errmsg": "command listCollections requires authentication", "code": 13, "codeName": "Unauthorized"}
            case "listCollections":
                found = [{"name": each, "type": "collection"} for each in self.collections]
                return {"cursor": {"id": 0, "ns": "x.$cmd.listCollections", "firstBatch": found}}
        return {}

    def _start(self, document: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
        first = bytes(document["payload"]).decode().removeprefix("n,,")
        nonce = first.partition("r=")[2] + "of-the-server"
        session["first"], session["reply"] = first, f"r={nonce},s={base64.b64encode(SALT).decode()},i={ITERATIONS}"
        return {"conversationId": 1, "done": False, "payload": session["reply"].encode()}

    def _continue(self, document: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
        payload = bytes(document["payload"]).decode()
        if not payload:
            return {"conversationId": 1, "done": True, "payload": b""}
        without_proof, _, proof = payload.partition(",p=")
        said = f"{session['first']},{session['reply']},{without_proof}".encode()
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), SALT, ITERATIONS)
        key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(key).digest(), said, "sha256")
        wanted = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        if f"n={self.username}," not in session["first"] or base64.b64decode(proof) != wanted:
            return {"errmsg": "Authentication failed.", "code": 18, "codeName": "AuthenticationFailed"}
        session["is_in"] = True
        proof_of_server = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), said, "sha256")
        return {"conversationId": 1, "done": True, "payload": b"v=" + base64.b64encode(proof_of_server)}


def _exactly(connection: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        piece = connection.recv(count - len(content))
        if not piece:
            raise ConnectionResetError
        content += piece
    return content
