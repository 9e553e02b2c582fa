"""What people and programs do: receive deliveries, and write sets off that are lost, or find them again."""
