"""What anybody may learn of a permit: whether it is genuine and in force, who signed it as what and when."""
