"""What is kept, in one database."""
