"""The services outside the house, in this process: they check what they get as the real ones do, or misbehave as told.

WeCom, DingTalk and Feishu answer HTTP 200 whatever happens, with the truth in the body, as they publish it
(developer.work.weixin.qq.com 91770, open.dingtalk.com custom robots, open.feishu.cn custom bots); ntfy and Gotify
answer with the message as taken, or a status (docs.ntfy.sh/publish, gotify.net/api-docs).
"""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BOT_HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn")
WECOM_KEY = "7feaf3e2-c0de-4a11-9c1a-a1ebca11ab1e"
DINGTALK_TOKEN, DINGTALK_SECRET = "d1n6" * 16, "SECca11ab1eca11ab1e"
FEISHU_TOKEN = "0dd5ba11-c0de-4a11-9c1a-feedfacebeef"
NTFY_TOKEN, NTFY_TOPIC = "tk_agk3lpuz8mx2vq", "yingbin-leads-x7Qp"
GOTIFY_TOKEN = "AUcp7TNQ4jbQz3K"
SECRETS = (WECOM_KEY, DINGTALK_TOKEN, DINGTALK_SECRET, FEISHU_TOKEN, NTFY_TOKEN, NTFY_TOPIC, GOTIFY_TOKEN)

_TOO_FAST = {
    "wecom": {"errcode": 45009, "errmsg": f"api freq out of limit, key {WECOM_KEY}"},
    "dingtalk": {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    "feishu": {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]", "data": {}},
}

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Request:
    """What a service got."""

    host: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Services:
    """What came, and what to answer: ``answer`` None lets each service do as the real one does."""

    port: int = 0
    got: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Answer] | None = None
    too_fast: bool = False
    before: Callable[[], object] = lambda: None

    def judge(self, request: Request) -> Answer:
        """Do as the service does."""
        if self.answer:
            return self.answer(request)
        if request.host in BOT_HOSTS:
            kind = dict(zip(BOT_HOSTS, (_wecom, _dingtalk, _feishu), strict=True))[request.host]
            name = kind.__name__.strip("_")
            return _json(200, _TOO_FAST[name] if self.too_fast else kind(request))
        return _gotify(request) if request.path == "/message" else _ntfy(request)


def _json(status: int, body: dict[str, Any], **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def _wecom(request: Request) -> dict[str, Any]:
    if request.path != "/cgi-bin/webhook/send" or request.query.get("key") != [WECOM_KEY]:
        hint = (
            f"invalid webhook url {request.query.get('key')}, hint: [1708397705432012366598976], from ip: 203.0.113.9"
        )
        return {"errcode": 93000, "errmsg": hint}
    text = request.body.get("text", {}).get("content") if request.body.get("msgtype") == "text" else None
    if not isinstance(text, str) or not 0 < len(text.encode()) <= 2048:
        return {"errcode": 40058, "errmsg": "text.content missing or too long"}
    return {"errcode": 0, "errmsg": "ok"}


def _dingtalk(request: Request) -> dict[str, Any]:
    if request.path != "/robot/send" or request.query.get("access_token") != [DINGTALK_TOKEN]:
        return {"errcode": 300005, "errmsg": "token is not exist"}
    at = request.query.get("timestamp", [""])[0]
    right = base64.b64encode(hmac.digest(DINGTALK_SECRET.encode(), f"{at}\n{DINGTALK_SECRET}".encode(), hashlib.sha256))
    if request.query.get("sign") != [right.decode()]:
        return {"errcode": 310000, "errmsg": "sign not match"}
    if abs(int(at) - time.time() * 1000) > 3_600_000:
        return {"errcode": 310000, "errmsg": "invalid timestamp"}
    if request.body.get("msgtype") != "text" or "迎宾" not in request.body["text"]["content"]:
        return {"errcode": 310000, "errmsg": "keywords not in content"}
    return {"errcode": 0, "errmsg": "ok"}


def _feishu(request: Request) -> dict[str, Any]:
    if request.path != f"/open-apis/bot/v2/hook/{FEISHU_TOKEN}":
        return {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token invalid"}
    if request.body.get("msg_type") != "text" or "迎宾" not in request.body["content"]["text"]:
        return {"code": 19024, "data": {}, "msg": "Key Words Not Found"}
    return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def _ntfy(request: Request) -> Answer:
    if request.headers.get("authorization") != f"Bearer {NTFY_TOKEN}":
        return _json(401, {"code": 40101, "http": 401, "error": "unauthorized"})
    if request.path not in {"", "/"} or request.body.get("topic") != NTFY_TOPIC or not request.body.get("message"):
        return _json(400, {"code": 40009, "http": 400, "error": "invalid request: topic invalid"})
    return _json(200, {"id": "sPs71M8A2T", "event": "message", **request.body})


def _gotify(request: Request) -> Answer:
    if request.headers.get("x-gotify-key") != GOTIFY_TOKEN:
        said = {"error": "Unauthorized", "errorCode": 401, "errorDescription": "you need to provide a valid token"}
        return _json(401, said)
    if not request.body.get("message"):
        return _json(400, {"error": "Bad Request", "errorCode": 400, "errorDescription": "message is required"})
    return _json(200, {"id": 25, "appid": 5, **request.body})


def handler(services: Services) -> type[BaseHTTPRequestHandler]:
    """Return what serves one connection."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            services.before()
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = headers["host"].rsplit(":", 1)[0]
            request = Request(host, url.path, parse_qs(url.query), headers, json.loads(body))
            services.got.append(request)
            status, more, said = services.judge(request)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serve(services: Services, tls: ssl.SSLContext | None = None) -> Iterator[Services]:
    """Run the services on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(services))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    services.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent_server(*, drip: bytes = b"") -> Iterator[int]:
    """Run a server that takes connections and says nothing, or one byte after the other for ever; yields its port."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def answer(connection: socket.socket) -> None:
        try:
            connection.sendall(drip)
            while drip and not over.wait(0.05):
                connection.sendall(b"x")
        except OSError:
            return

    def run() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            taken.append(connection)
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for one in taken:
            one.close()
        thread.join(10)


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server's side of TLS for names, and the file of the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yingbin test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "services-ca.pem", folder / "services-key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return context, path


def lead_hosts_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bots' real names lead to this machine, as a house's own DNS could; everything else stays as it is."""
    asked = socket.getaddrinfo

    def found(host: Any, service: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as socket has it
        if host in BOT_HOSTS:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return asked(host, service, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", found)
