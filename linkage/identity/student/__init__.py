"""The consolidated record of one child: each value with its origin, every version, one timeline, all IDs, disputes, exports."""
