"""What watches the office itself, beside the jobs."""
