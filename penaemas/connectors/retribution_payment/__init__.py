"""The treasury: bills for retributions, and the payments of them."""
