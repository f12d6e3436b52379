"""What the bot keeps, in one database: corrections, languages, and which updates are done."""
