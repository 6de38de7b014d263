"""PENA EMAS: case files of any licence of the service catalogue."""
