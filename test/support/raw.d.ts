/** A file as text. https://vite.dev/guide/assets */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** Files as text, by their paths. https://vite.dev/guide/features#glob-import */
interface ImportMeta {
  glob<T>(pattern: string, options: { query: "?raw"; import: "default"; eager: true }): Record<string, T>;
}
