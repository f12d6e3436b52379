"""The files of all chats, in memory; the oldest are forgotten first."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bot.sandbox.photo_sizes import Picture

FILE_BYTES = 256 * 2**20  # some hundred photos in all their sizes, chosen freely


@dataclass(frozen=True)
class StoredFile:
    """A file; if it is one size of a photo, `sizes` are the PhotoSizes of that photo."""

    file_id: str
    file_unique_id: str
    path: str
    data: bytes
    sizes: list[dict[str, Any]]

    def describe(self) -> dict[str, Any]:
        """The fields that Telegram's PhotoSize, Document and File have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": len(self.data),
        }


class Files:
    """Files by their file_id."""

    def __init__(self, total_bytes: int = FILE_BYTES) -> None:
        """Keeps at most this many bytes, yet always the newest file."""
        self._files: OrderedDict[str, StoredFile] = OrderedDict()
        self._by_path: dict[str, StoredFile] = {}
        self._total_bytes = total_bytes
        self._used_bytes = 0
        self._count = 0

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id, if it is known and not yet forgotten."""
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file with this file_path."""
        return self._by_path.get(path)

    def add_photo(self, pictures: list[Picture]) -> list[dict[str, Any]]:
        """Stores a photo; returns its PhotoSizes, smallest first."""
        sizes: list[dict[str, Any]] = []
        for width, height, jpeg in pictures:
            file = self._add("photos", ".jpg", jpeg, sizes)
            size = file.describe() | {"width": width, "height": height}
            sizes.append(size)
        return sizes

    def add_document(self, data: bytes, name: str, mime_type: str) -> dict[str, Any]:
        """Stores the bytes as they are; returns Telegram's Document."""
        suffix = PurePath(name).suffix
        file = self._add("documents", suffix, data, sizes=[])
        return {
            **file.describe(),
            "file_name": name,
            "mime_type": mime_type,
        }

    def add_sticker(self, data: bytes, width: int, height: int) -> dict[str, Any]:
        """Stores a WebP picture; returns Telegram's Sticker, of the kind that does not move."""
        file = self._add("stickers", ".webp", data, sizes=[])
        return {
            **file.describe(),
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "width": width,
            "height": height,
        }

    def _add(
        self, folder: str, suffix: str, data: bytes, sizes: list[dict[str, Any]]
    ) -> StoredFile:
        file = StoredFile(
            file_id=secrets.token_urlsafe(48),
            file_unique_id=secrets.token_urlsafe(12),
            path=f"{folder}/file_{self._count}{suffix}",
            data=data,
            sizes=sizes,
        )
        self._count += 1
        self._files[file.file_id] = file
        self._by_path[file.path] = file
        self._used_bytes += len(data)
        while self._used_bytes > self._total_bytes and len(self._files) > 1:
            self._forget_oldest()
        return file

    def _forget_oldest(self) -> None:
        _, oldest = self._files.popitem(last=False)
        del self._by_path[oldest.path]
        self._used_bytes -= len(oldest.data)
