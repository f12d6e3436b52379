"""Pages to train on, written and photographed as people do it, with OpenCV."""
