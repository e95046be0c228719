/** Stands in the Worker's bundle for `@better-auth/memory-adapter` (`[alias]` in wrangler.toml): Tocsin has a database. */
export const memoryAdapter = () => {
  throw new Error("the memory adapter is not part of this bundle");
};
