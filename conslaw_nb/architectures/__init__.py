"""A person's own network: the report on a torch module, and its laws watched while it is trained."""
