"""The files of all chats."""

from bot.sandbox.files import Files
from bot.sandbox.photo_sizes import Picture


def test_the_oldest_files_are_forgotten_first() -> None:
    files = Files(total_bytes=10)
    ids = [files.add_document(bytes(4), f"{n}.bin", "x/y")["file_id"] for n in range(3)]
    assert [files.get(file_id) is None for file_id in ids] == [True, False, False]
    assert [files.at(f"documents/file_{n}.bin") is None for n in range(3)] == [True, False, False]
    (size,) = files.add_photo([Picture(1, 1, bytes(99))])
    assert files.get(size["file_id"])
    assert not any(files.get(file_id) for file_id in ids)
