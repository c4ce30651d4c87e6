"""What runs VirtLab on one machine: the embedded Redis, the demo's processes, the browser's assets. Imports no app."""
