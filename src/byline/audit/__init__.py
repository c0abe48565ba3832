"""Whether reports bear out their own figures, and each other."""
