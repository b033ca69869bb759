"""The bench of the disk engine: what it measures is in `parts`, how is in the modules beside it."""
