"""Reading what the office brings as CSV into its own tables: every bad row is told before anything is stored."""
