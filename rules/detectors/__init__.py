"""What a datum may be tested for beyond its form: checksums, names, passwords."""
