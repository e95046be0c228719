/** The notice about a lost connection. */

export function showConnection(isUp: boolean): void {
  const notice = document.getElementById("connection");
  if (notice) notice.hidden = isUp && navigator.onLine;
}
