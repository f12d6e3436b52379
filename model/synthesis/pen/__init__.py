"""Pens, the strokes that they draw, and the ink that these leave."""
