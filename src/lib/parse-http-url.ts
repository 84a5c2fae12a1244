/** @returns undefined for anything but an address of a web server */
export function parseHttpUrl(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}
