"""From the views of `linkage.identity` to what a template prints. Pure: no request, no database, no clock."""
