"""The applicants' pages: services, applying, following a case, and the room that the receipt's secret opens."""
