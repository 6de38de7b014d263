"""The applicants' own side of case files: drafts, following by tracking code, rooms opened by the receipt's secret."""
