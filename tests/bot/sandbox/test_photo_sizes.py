"""What the person sends: photos as Telegram keeps them, and files as they are."""

import struct

import cv2
import httpx
import numpy as np
import pytest
from telegram import Bot, Message

BLACK, WHITE = 0, 255


def plain(height: int, width: int) -> bytes:
    return cv2.imencode(".png", np.full((height, width, 3), 128, np.uint8))[1].tobytes()


def lying_jpeg() -> bytes:
    """A wide JPEG, black on the left, whose EXIF says: turn me clockwise (orientation 6)."""
    image = np.full((200, 400, 3), WHITE, np.uint8)
    image[:, :200] = BLACK
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    orientation = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    tiff = b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + orientation + struct.pack(">I", 0)
    exif = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


async def send(
    bot: Bot, page: httpx.AsyncClient, data: bytes, kind: str = "photo", name: str = "a.png"
) -> Message:
    """Sends a file from the page; returns the message that the bot gets."""
    form = {"kind": kind, "caption": "see /help"}
    answer = await page.post("messages", data=form, files={"file": (name, data, "image/png")})
    assert answer.status_code == 200, answer.text
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.caption == "see /help"
    assert message.caption_entities[0].type == "bot_command"
    return message


async def download(bot: Bot, file_id: str) -> bytes:
    return bytes(await (await bot.get_file(file_id)).download_as_bytearray())


async def pixels(bot: Bot, file_id: str) -> np.ndarray:
    data = np.frombuffer(await download(bot, file_id), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION))


@pytest.mark.parametrize(
    ("height", "width", "sizes"),
    [
        (30, 40, [(40, 30)]),
        (90, 45, [(45, 90)]),
        (400, 500, [(90, 72), (320, 256), (500, 400)]),
        (960, 1280, [(90, 68), (320, 240), (800, 600), (1280, 960)]),
        (3000, 1500, [(45, 90), (160, 320), (400, 800), (640, 1280)]),
        (1, 2000, [(90, 1), (320, 1), (800, 1), (1280, 1)]),
    ],
)
async def test_a_photo_comes_in_telegrams_sizes(
    bot: Bot, page: httpx.AsyncClient, height: int, width: int, sizes: list[tuple[int, int]]
) -> None:
    photo = (await send(bot, page, plain(height, width))).photo
    assert [(size.width, size.height) for size in photo] == sizes
    for size in photo:
        data = await download(bot, size.file_id)
        assert data.startswith(b"\xff\xd8")
        assert len(data) == size.file_size
        assert (await pixels(bot, size.file_id)).shape[:2] == (size.height, size.width)


async def test_every_size_has_its_own_ids_and_path(bot: Bot, page: httpx.AsyncClient) -> None:
    photo = (await send(bot, page, plain(400, 500))).photo
    files = [await bot.get_file(size.file_id) for size in photo]
    assert len({size.file_id for size in photo} | {size.file_unique_id for size in photo}) == 6
    assert len({file.file_path for file in files}) == 3
    for file, size in zip(files, photo, strict=True):
        assert file.file_path
        assert "/photos/file_" in file.file_path
        assert file.file_path.endswith(".jpg")
        assert file.file_unique_id == size.file_unique_id


async def test_a_photo_is_turned_upright_and_loses_its_metadata(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    size = (await send(bot, page, lying_jpeg())).photo[-1]
    image = await pixels(bot, size.file_id)
    assert image.shape[:2] == (400, 200)
    assert image[:180].max() < 30
    assert image[220:].min() > 220
    assert b"Exif" not in await download(bot, size.file_id)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
async def test_transparent_parts_become_white(
    bot: Bot, page: httpx.AsyncClient, dtype: type[np.uint8 | np.uint16]
) -> None:
    drawing = np.zeros((100, 100, 4), dtype)
    drawing[40:60, 40:60, 3] = np.iinfo(dtype).max
    data = cv2.imencode(".png", drawing)[1].tobytes()
    image = await pixels(bot, (await send(bot, page, data)).photo[-1].file_id)
    assert image[50, 50].max() < 30
    assert image[10, 10].min() > 225


async def test_a_file_keeps_its_bytes_name_and_type(bot: Bot, page: httpx.AsyncClient) -> None:
    for data, name in ((lying_jpeg(), "a b.jpg"), (b"no picture", "notes.txt"), (b"", "empty")):
        document = (await send(bot, page, data, "document", name)).document
        assert document
        assert (document.file_name, document.mime_type) == (name, "image/png")
        assert document.file_size == len(data)
        assert await download(bot, document.file_id) == data


async def test_the_token_in_a_download_address_may_be_percent_encoded(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    photo = (await send(bot, page, plain(10, 10))).photo
    path = (await bot.get_file(photo[0].file_id)).file_path
    assert path
    assert "%3A" in path or ":" in path.rsplit("/bot", 1)[1]
    bare = path.replace("%3A", ":")
    encoded = bare.replace(bot.token, bot.token.replace(":", "%3A"))
    first, second = await page.get(bare), await page.get(encoded)
    assert first.content == second.content != b""


async def test_an_unknown_path_is_not_found(bot: Bot, page: httpx.AsyncClient) -> None:
    answer = await page.get(f"{bot.base_file_url}/photos/file_999999.jpg")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
