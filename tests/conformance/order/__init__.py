"""In which order a call's checks come, and what each of its fields refuses: one request for every pair of faults."""
