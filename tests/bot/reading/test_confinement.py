"""What a process that reads pictures is denied, tried out in such a process."""

import errno
import os
import sys
from pathlib import Path

import pytest

from bot.reading import confinement, jobs
from bot.reading.worker_pool import WorkerPool
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.reading.fates import PATIENCE

ROOT = Path(__file__).parents[3]
# Allows itself to leave a core dump, does as it is told, and crashes.
CRASHING = """
import os, resource
from bot.reading import confinement
_, most = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
os.chdir({folder!r})
{command}
os.abort()
"""
LANDLOCK = confinement.landlock_version()

# A reason that the system gives for refusing to open a file: either of them stands first.
NOT_OPENED = {errno.EMFILE, errno.EACCES}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("content")
    return path


def test_it_opens_no_file_and_no_socket_and_still_reads(pool: WorkerPool, file: Path) -> None:
    tried = pool.run(poison.open_something, bytes(file)).result(PATIENCE)
    assert {tried.pop("read"), tried.pop("write")} <= NOT_OPENED
    kinds = ("tcp", "udp", "unix", "pipe")
    assert tried == dict.fromkeys(kinds, errno.EMFILE)
    assert pool.run(jobs.read, photo_of("7")).result(PATIENCE).text == "7"
    assert pool.run(jobs.explain, photo_of("7")).result(PATIENCE)


def test_to_close_something_makes_no_room_for_something_else(pool: WorkerPool, file: Path) -> None:
    assert pool.run(poison.open_in_place_of_another, bytes(file)).result(PATIENCE) in NOT_OPENED


@pytest.mark.skipif(not LANDLOCK, reason="this system has no Landlock")
def test_it_changes_no_name_in_the_file_system_and_starts_no_program(
    pool: WorkerPool, file: Path
) -> None:
    tried = pool.run(poison.change_something, bytes(file)).result(PATIENCE)
    assert tried == dict.fromkeys(tried, errno.EACCES)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(LANDLOCK < 6, reason="this system has no Landlock of version 6 or later")
def test_it_reaches_no_other_process(pool: WorkerPool) -> None:
    test = str(os.getpid()).encode()
    assert pool.run(poison.reach, test).result(PATIENCE) == errno.EPERM


def test_what_it_writes_to_standard_output_and_error_leads_nowhere(pool: WorkerPool) -> None:
    devices = pool.run(poison.standard_devices, b"a forged line\n").result(PATIENCE)
    nowhere = Path(os.devnull).stat().st_rdev
    assert devices == [nowhere] * 3


def test_its_limits_are_none_at_all(pool: WorkerPool) -> None:
    assert pool.run(poison.limits, b"").result(PATIENCE) == [(0, 0)] * 3


def leaves_a_core_dump(folder: Path, command: str) -> bool:
    """Whether a process that crashes after a command leaves one, as the system tells."""
    script = CRASHING.format(folder=str(folder), command=command)
    arguments = [sys.executable, "-c", script]
    process = os.posix_spawn(sys.executable, arguments, {"PYTHONPATH": str(ROOT)})
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status)
    return os.WCOREDUMP(status)


def test_a_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    if not leaves_a_core_dump(tmp_path, ""):
        pytest.skip("this system makes no core dumps")
    assert not leaves_a_core_dump(tmp_path, "confinement.confine()")


@pytest.mark.parametrize(
    ("version", "start"),
    [(0, "remove and"), (1, "shorten"), (2, "shorten"), (3, "signal"), (5, "signal"), (6, "")],
)
def test_what_an_older_system_does_not_deny_is_told(version: int, start: str) -> None:
    told = confinement.not_denied(version)
    assert told.startswith(start)
    assert bool(told) is bool(start)


def test_without_limits_nothing_is_denied_whatever_else_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confinement, "HAS_LIMITS", False)
    assert confinement.not_denied(6) == "do all that the bot itself can"


def test_silence_holds_even_where_the_standard_streams_are_closed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = f"""
import os
from pathlib import Path
from bot.reading import confinement
os.closerange(0, 3)
confinement.silence()
devices = [os.fstat(each).st_rdev for each in (0, 1, 2)]
Path({str(told)!r}).write_text(str(devices))
"""
    arguments = [sys.executable, "-c", script]
    process = os.posix_spawn(sys.executable, arguments, {"PYTHONPATH": str(ROOT)})
    assert os.waitpid(process, 0)[1] == 0
    assert told.read_text() == str([Path(os.devnull).stat().st_rdev] * 3)
