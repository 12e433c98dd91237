"""The cluster that manifests are meant for: its nodes, its addresses, and what exists in it already."""
