"""What the history does once a day: compress and forget old records, mail the newest checkpoints."""
