"""The API of the product beside vcsim's."""
