"""How an incident stands: how many tell of it independently, where they differ, and who disputes what."""
