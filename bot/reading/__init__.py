"""Reading photos in worker processes, so that a crash harms one photo only."""
