"""The report: one page that stands by itself, for people who would rather look than read."""
