"""What was proved, as data: certificates, the report on a model, and files for the second court (Rocq)."""
