"""THE DATABASE KERNEL: engine, driver, numbers, trail, migrations; it knows no subject by name."""
