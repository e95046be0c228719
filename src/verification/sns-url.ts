/** An https URL of Amazon SNS; null: it is another URL. */
export function snsUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isSns = /^sns\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?$/.test(url.hostname);
  return isSns && url.protocol === "https:" && url.port === "" && url.username === "" ? url : null;
}
