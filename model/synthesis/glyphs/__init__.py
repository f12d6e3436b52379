"""Glyphs: images of one character's ink, written, set in type, and what is no digit."""
