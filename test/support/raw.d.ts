/** A file as text. https://vite.dev/guide/assets */
declare module "*?raw" {
  const text: string;
  export default text;
}
