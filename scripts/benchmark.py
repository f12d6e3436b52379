"""Send photos through the whole bot, over HTTP in the sandbox, and measure what that takes."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cv2
import httpx
import numpy as np

from bot.sandbox.server import Sandbox, running

USER = 1


def main() -> None:
    """Start the bot as its users would find it, send photos, print medians and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100)
    arguments = parser.parse_args()
    with running() as sandbox:
        environment = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
        bot = subprocess.Popen([sys.executable, "-m", "bot"], env=os.environ | environment)
        try:
            seconds = [answer_time(sandbox, photo()) for _ in range(arguments.photos)]
            print(f"{len(seconds)} photos of 1280x960, one after the other")
            print(f"first answer, the bot's start included: {seconds[0]:.2f} s")
            print(f"median from sending to answer: {1000 * statistics.median(seconds):.0f} ms")
            print(f"memory of the bot: {memory(bot.pid) / 1e6:.0f} MB")
        finally:
            bot.terminate()
            bot.wait()


def photo() -> bytes:
    """A JPEG of 1280x960 with a digit on grey, grainy paper."""
    rng = np.random.default_rng()
    page = rng.normal(190, 4, (960, 1280, 3)).astype(np.uint8)
    digit = str(rng.integers(10))
    cv2.putText(page, digit, (500, 640), cv2.FONT_HERSHEY_SIMPLEX, 14, (60, 40, 40), 24)
    return cv2.imencode(".jpg", page)[1].tobytes()


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
    """Resident bytes of a process, as Linux tells them."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
