"""Measure what an answer takes: through the whole bot over HTTP, or of the reader alone."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cv2
import httpx
import numpy as np
from cv2.typing import MatLike

from bot.sandbox.server import Sandbox, running
from model.reader import Reader

USER = 1


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--reader", action="store_true", help="the reader alone, on one core")
    arguments = parser.parse_args()
    if arguments.reader:
        measure_reader(arguments.photos)
    else:
        measure_bot(arguments.photos)


def measure_reader(repetitions: int) -> None:
    """Print how long the reader takes for pictures of 1280x960, beside decoding alone."""
    cv2.setNumThreads(1)
    reader = Reader.trained()
    print("milliseconds               decoding  reading   longest  read")
    for name, page in pictures().items():
        data = np.frombuffer(cv2.imencode(".jpg", page)[1], np.uint8)
        decoding, reading = [], []
        for _ in range(repetitions):
            began = time.perf_counter()
            cv2.imdecode(data, cv2.IMREAD_COLOR)
            decoded = time.perf_counter()
            found = reader.read(data.tobytes())
            decoding.append(1000 * (decoded - began))
            reading.append(1000 * (time.perf_counter() - decoded))
        print(
            f"{name:<26}{statistics.median(decoding):>9.1f}{statistics.median(reading):>9.1f}"
            f"{max(reading):>10.1f}  {found.refused or found.text}"
        )


def pictures() -> dict[str, MatLike]:
    """Pages, and pictures that ask the most of segmentation, (960, 1280, 3) uint8."""
    rng = np.random.default_rng(0)
    paper = rng.normal(190, 4, (960, 1280, 3)).astype(np.uint8)
    grid, text, sticks, twenty = (paper.copy() for _ in range(4))
    grid[::12], grid[:, ::12] = 60, 60
    for top in range(30, 960, 40):
        cv2.putText(text, "The quick brown fox 1234567890" * 2, (0, top), 0, 1, (40, 40, 40), 2)
    for x, y in rng.integers(0, 900, (64, 2)).tolist():
        cv2.line(sticks, (x, y), (x + 40, y + 50), (40, 40, 40), 6)
    for row in range(2):
        cv2.putText(twenty, "1234567890", (60, 400 + 250 * row), 0, 5, (60, 40, 40), 12)
    return {
        "one digit": one_digit(rng),
        "twenty digits": twenty,
        "blank paper": paper,
        "noise": rng.integers(0, 256, paper.shape, np.uint8),
        "coarse noise": cv2.resize(rng.integers(0, 256, (96, 128, 3), np.uint8), (1280, 960)),
        "a fine grid": grid,
        "a page of text": text,
        "64 sticks": sticks,
    }


def measure_bot(photos: int) -> None:
    """Start the bot as its users would find it, send photos, print medians and memory."""
    rng = np.random.default_rng()
    with running() as sandbox:
        environment = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
        environment["PHOTOS_A_MINUTE"] = "0"  # one chat sends them all
        bot = subprocess.Popen([sys.executable, "-m", "bot"], env=os.environ | environment)
        try:
            pages = (cv2.imencode(".jpg", one_digit(rng))[1].tobytes() for _ in range(photos))
            seconds = [answer_time(sandbox, page) for page in pages]
            print(f"{len(seconds)} photos of 1280x960, one after the other")
            print(f"first answer, the bot's start included: {seconds[0]:.2f} s")
            print(f"median from sending to answer: {1000 * statistics.median(seconds):.0f} ms")
            print(f"memory of the bot and its workers: {memory(bot.pid) / 1e6:.0f} MB")
        finally:
            bot.terminate()
            bot.wait()


def one_digit(rng: np.random.Generator) -> MatLike:
    """A digit on grey, grainy paper, (960, 1280, 3) uint8."""
    page = rng.normal(190, 4, (960, 1280, 3)).astype(np.uint8)
    digit = str(rng.integers(10))
    cv2.putText(page, digit, (500, 640), cv2.FONT_HERSHEY_SIMPLEX, 14, (60, 40, 40), 24)
    return page


def answer_time(sandbox: Sandbox, data: bytes) -> float:
    """Send a photo as the chat page does; seconds until the bot's answer is there."""
    chat = f"{sandbox.url}/chat/{USER}"
    began = time.perf_counter()
    sent = httpx.post(
        f"{chat}/messages", files={"file": data}, headers={"Origin": sandbox.url}
    ).raise_for_status()
    number = sent.json()["message_id"]
    seen = 0
    while time.perf_counter() - began < 30:
        events = httpx.get(f"{chat}/events", params={"after": seen, "wait": 10}, timeout=20)
        for event in events.json()["events"]:
            seen = event["id"]
            answered = event.get("message", {}).get("reply_to_message", {}).get("message_id")
            if answered == number:
                return time.perf_counter() - began
    raise SystemExit("The bot did not answer within 30 seconds.")


def memory(process: int) -> int:
    """Bytes of a process and all that it has started, what they share counted once."""
    tree = Path(f"/proc/{process}")
    children = [
        child for task in tree.glob("task/*/children") for child in task.read_text().split()
    ]
    [kilobytes] = re.findall(r"^Pss: +(\d+) kB$", (tree / "smaps_rollup").read_text(), re.MULTILINE)
    return 1024 * int(kilobytes) + sum(memory(int(child)) for child in children)


if __name__ == "__main__":
    main()
