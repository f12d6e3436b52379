"""What the containers may do, as the compose file says: no more than each needs."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.deploy.parts import DEPLOY, ROOT
from tests.bot.programs import program

FILES = ["Makefile", "bot/deploy/Dockerfile", "bot/deploy/compose.yaml"]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())[
    "services"
]
# What a program must write to, beside its volumes.
WRITTEN = {
    "replica-1": {"/tmp"},  # noqa: S108  in its container
    "replica-2": {"/tmp"},  # noqa: S108
    "replica-3": {"/tmp"},  # noqa: S108
    "nginx": {"/run", "/var/cache/nginx"},
    "database": {"/tmp", "/var/run/postgresql"},  # noqa: S108
}
# What nginx needs to listen at 443, and to give its folders to its workers and become them.
CAPABILITIES = {"nginx": {"CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"}}


def test_each_service_is_looked_at_here() -> None:
    assert set(SERVICES) == set(WRITTEN)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_service_has_no_rights_but_those_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert set(service["tmpfs"]) == WRITTEN[name]
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) == CAPABILITIES.get(name, set())
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}
    assert service["pids_limit"] <= 512
    assert not service.keys() & {"privileged", "network_mode", "pid", "ipc", "devices"}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_log_of_a_service_fills_no_disk(name: str) -> None:
    options = SERVICES[name]["logging"]["options"]
    megabytes = int(options["max-size"].removesuffix("m"))
    assert megabytes * int(options["max-file"]) <= 100


def test_what_comes_from_the_machine_is_not_written_to() -> None:
    mounts = [mount for each in SERVICES.values() for mount in each.get("volumes", [])]
    from_the_machine = [mount for mount in mounts if mount[0] in "./"]
    assert from_the_machine
    assert [mount for mount in from_the_machine if not mount.endswith(":ro")] == []


def images(folder: Path) -> list[str]:
    """The images of others that the containers are made of."""
    text = "\n".join((folder / file).read_text() for file in FILES[1:])
    return re.findall(r"^ *(?:FROM|image:) (.*:\S*)", text, re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What `make images` reads and changes, and a docker that knows the digest of each tag."""
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    answer_digest(tmp_path, "a")
    return tmp_path


def answer_digest(folder: Path, digit: str) -> None:
    docker = folder / "docker"
    docker.write_text(f"#!/bin/sh\necho sha256:{digit * 64}\n")
    docker.chmod(0o755)


def make_images(folder: Path) -> int:
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    command = [program("make"), "images"]
    environment = {**os.environ, "PATH": path}
    return subprocess.call(command, cwd=folder, env=environment)  # noqa: S603  our own


def test_the_digest_of_each_image_is_put_beside_its_tag(copy: Path) -> None:
    tags = [image.partition("@")[0] for image in images(copy)]
    assert len(tags) == 4
    assert make_images(copy) == 0
    assert images(copy) == [f"{tag}@sha256:{'a' * 64}" for tag in tags]


def test_a_newer_digest_replaces_the_one_before(copy: Path) -> None:
    make_images(copy)
    answer_digest(copy, "b")
    assert make_images(copy) == 0
    assert {image.partition("@")[2] for image in images(copy)} == {f"sha256:{'b' * 64}"}


def test_without_an_answer_the_images_stay_as_they_are(copy: Path) -> None:
    before = images(copy)
    (copy / "docker").write_text("#!/bin/sh\nexit 1\n")
    assert make_images(copy) != 0
    assert images(copy) == before
