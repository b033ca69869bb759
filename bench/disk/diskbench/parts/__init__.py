"""What is measured. Each part is a module with measure(settings, product), which returns rows of the table."""
from . import allocation, cold, merge, opening, reads, snapshot, syscalls, writes

PARTS = {
    "reads": reads,
    "cold": cold,
    "writes": writes,
    "merge": merge,
    "snapshot": snapshot,
    "opening": opening,
    "allocation": allocation,
    "syscalls": syscalls,
}
