import { storeOrigin } from "./store-origin";

export interface VaultAddress {
  origin: string;
  /** May have several segments: "team-a/transit". */
  mount: string;
  keyName: string;
  onThisMachine: boolean;
}

const FORM = "write it as https://<host>:8200/<mount>/<key name>";
const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;

/**
 * Reads `https://<host>:8200/<mount>/<key name>`.
 *
 * @returns what is wrong, as a sentence without any value
 */
export function parseVaultAddress(text: string): VaultAddress | string {
  if (!URL.canParse(text)) return FORM;
  const url = new URL(text);
  const place = storeOrigin(url);
  if (typeof place === "string") return place;
  const segments = url.pathname.slice(1).split("/");
  const keyName = segments.pop() ?? "";
  if (segments.length === 0 || ![...segments, keyName].every((segment) => SEGMENT.test(segment))) return FORM;
  return { ...place, mount: segments.join("/"), keyName };
}
