"""What is written on: sheets, printed lines and boxes, and the table below."""
