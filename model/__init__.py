"""The recogniser: photo bytes in, Reading out."""
