"""What serves: picture bytes to the probabilities of what may be digits [OpenCV, LiteRT]."""
