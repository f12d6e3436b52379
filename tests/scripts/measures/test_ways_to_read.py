"""Other programs that read: what is made of what they find."""

from measures.ways_to_read import Corners, in_reading_order


def piece(left: float, top: float, text: str) -> tuple[Corners, str]:
    """A piece that is 40 pixels high and 100 wide."""
    right, bottom = left + 100, top + 40
    return [(left, top), (right, top), (right, bottom), (left, bottom)], text


def test_pieces_of_a_line_are_put_in_order_though_the_line_climbs() -> None:
    pieces = [piece(300, 85, "3"), piece(0, 100, "1"), piece(150, 92, "2")]
    assert in_reading_order(pieces) == "1 2 3"


def test_lines_are_read_from_the_top() -> None:
    pieces = [piece(0, 160, "3"), piece(150, 100, "2"), piece(0, 105, "1")]
    assert in_reading_order(pieces) == "1 2\n3"


def test_where_nothing_is_found_nothing_is_read() -> None:
    assert in_reading_order([]) == ""
