"""What people and programs do about price protection: plan and announce cuts, decide claims."""
