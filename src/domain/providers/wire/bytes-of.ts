/** Length of a text in UTF-8, which is what tokens are estimated by. */
export function bytesOf(text: string): number {
  return text === "" ? 0 : Buffer.byteLength(text);
}
