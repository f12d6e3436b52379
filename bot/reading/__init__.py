"""Photos read in processes that may die."""
