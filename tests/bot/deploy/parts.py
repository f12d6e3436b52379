"""Real PostgreSQL, nginx and replicas of the bot on loopback, each stopped by the pid it got."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bot.programs import program

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "bot" / "deploy"
PATIENCE = 60  # s, for a program to start or to stop


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def nobodys_folder() -> Iterator[Path]:
    """A folder for programs that refuse to work as root; its path is short enough for sockets."""
    with TemporaryDirectory() as name:
        if os.geteuid() == 0:
            os.chown(name, _nobody()["user"], _nobody()["group"])
        yield Path(name)


def _nobody() -> dict[str, Any]:
    """Whom a program is run as: nobody instead of root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Program:
    """A program that runs until it is stopped, and can be started again."""

    def __init__(self, log: Path, command: list[str], **options: Any) -> None:  # noqa: ANN401  Popen's
        """Start it; what it writes is appended to `log`."""
        self.log = log
        self._command, self._options = command, options
        self.start()

    def start(self) -> None:
        """Start it again, as it was started first."""
        with self.log.open("a") as log:
            self._popen = subprocess.Popen(  # noqa: S603  nothing in it comes from outside
                self._command, stdout=log, stderr=log, **self._options
            )

    def signal_all(self, how: signal.Signals) -> None:
        """Send a signal to it and to its children, such as SIGSTOP, to let it stand still."""
        children = Path(f"/proc/{self._popen.pid}/task/{self._popen.pid}/children").read_text()
        for pid in (self._popen.pid, *map(int, children.split())):
            os.kill(pid, how)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; returns its exit status."""
        self._popen.send_signal(how)
        return self._popen.wait(PATIENCE)


@contextmanager
def _stopped_in_the_end(program: Program) -> Iterator[Program]:
    try:
        yield program
    finally:
        program.stop(signal.SIGINT)  # PostgreSQL and nginx would wait for others at SIGTERM


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[Program, str]]:
    """A server with a new database, and its URL."""
    binaries = Path(program("initdb")).resolve().parent  # of one version, all of them
    data = folder / "data"
    options = ["--username=digits", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run([str(binaries / "initdb"), f"--pgdata={data}", *options], folder)
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), "-h", "", "-F"]
    server = Program(folder / "postgresql.log", command, cwd=folder, **_nobody())
    with _stopped_in_the_end(server):
        ready = [str(binaries / "pg_isready"), "--quiet", f"--host={folder}"]
        while subprocess.call(ready):  # noqa: S603  nothing in it comes from outside
            time.sleep(0.2)
        yield server, f"postgresql+asyncpg://digits@/postgres?host={folder}"


NGINX = """
daemon off;
pid nginx.pid;
events {}
http {
    log_format upstream "$upstream_addr $status";
    access_log upstream.log upstream;
    client_body_temp_path temporary; proxy_temp_path temporary;
    fastcgi_temp_path temporary; scgi_temp_path temporary; uwsgi_temp_path temporary;
    include site.conf;
}
"""


@contextmanager
def nginx(folder: Path, ports: tuple[int, int], replicas: list[int]) -> Iterator[Program]:
    """Serve the site of bot/deploy/ for these `replicas`' ports; `ports` are its HTTP and HTTPS.

    `upstream.log` in `folder` tells which replicas got each request.
    """
    http, https = ports
    site = (DEPLOY / "nginx.conf").read_text()
    for line, instead in (
        ("/etc/letsencrypt/live/bot.example.org/", f"{folder}/"),
        ("bot.example.org", "localhost"),
        # The sandbox speaks no TLS.
        ("listen 443 ssl;", f"listen 127.0.0.1:{https} ssl; listen 127.0.0.1:{http};"),
        *((f"replica-{n}:8080", f"127.0.0.1:{port}") for n, port in enumerate(replicas, 1)),
    ):
        assert line in site
        site = site.replace(line, instead)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(NGINX)
    _make_certificate(folder)
    command = [program("nginx"), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
    _run([*command, "-t"], folder)
    with _stopped_in_the_end(Program(folder / "nginx.log", command, **_nobody())) as server:
        yield server


def _make_certificate(folder: Path) -> None:
    """`fullchain.pem`, signed with its own `privkey.pem`."""
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", "privkey.pem", "-out", "fullchain.pem"]
    _run(
        [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files],
        folder,
    )


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603  nothing in it comes from outside
        command, cwd=folder, capture_output=True, text=True, check=False, **_nobody()
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def replica(log: Path, port: int, **settings: str) -> Iterator[Program]:
    """`python -m bot` with these settings, listening at `port`."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": str(port)}
    command = [sys.executable, "-m", "bot"]
    options = {"cwd": log.parent, "env": environment | settings}
    with _stopped_in_the_end(Program(log, command, **options)) as bot:
        yield bot
